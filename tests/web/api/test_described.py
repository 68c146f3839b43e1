"""The API is played by its own description: whatever that allows or forbids, it answers as described."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, cycle
from pathlib import Path
from random import Random

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from runner.web.api import api_document
from runner.web.dashboard import dashboard
from runner.web.openapi import BASE
from runner.web.pages import Pages
from runner.web.who import Scope
from tests.web.desks import a_door
from tests.web.filled import CANARY, filled
from tests.web.serving import on_a_port

DESCRIBED = schemathesis.openapi.from_dict(api_document())
OPERATIONS = [found.ok() for found in DESCRIBED.get_all_operations()]
MODES = {"as described": GenerationMode.POSITIVE, "otherwise": GenerationMode.NEGATIVE}


class Played:
    """The API on a port, and how often it was asked."""

    def __init__(self, port: int, tokens: list[str], there: dict[str, list[str]]) -> None:
        self._there = there
        self._base, self._tokens = f"http://127.0.0.1:{port}{BASE}", cycle(tokens)
        self.calls = 0

    def play(self, label: str, mode: GenerationMode, examples: int) -> None:
        """All checks of schemathesis on so many requests, each with what its checks ask besides."""
        (operation,) = [one for one in OPERATIONS if one.label == label]

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
        )
        @given(operation.as_strategy(generation_mode=mode), st.randoms(use_true_random=False))
        def each(case: Case, chance: Random) -> None:
            if mode is GenerationMode.POSITIVE:
                for name in case.path_parameters:
                    case.path_parameters[name] = chance.choice(self._there[name])
            if case.headers is not None:
                case.headers.pop(
                    "host", None
                )  # another host's requests don't come as far as the API
            headers = {"Authorization": f"Bearer {next(self._tokens)}"}
            answer = case.call_and_validate(base_url=self._base, headers=headers)
            assert CANARY not in answer.text

        each()


@contextmanager
def played(folder: Path) -> Iterator[Played]:
    """Each request comes from an address of its own, and of many tokens one is used: the limits are
    tried elsewhere.
    """
    with filled(folder) as desk:
        door = a_door(desk)
        tokens = [door.tokens.make(f"program-{number}", Scope.ACT) for number in range(50)]
        ledger = desk.ledger
        there = {
            "account": [*desk.workspace.accounts, "nobody"],
            "id": [
                *(one.id for one in ledger.runs.list()),
                *(one.id for one in ledger.renewals.list()),
                *(one.id for one in ledger.outbox.list()),
                ledger.wishes.add("kiosk", by="test").id,
            ],
        }
        app = dashboard(desk, Pages("http://127.0.0.1:1"), door)
        numbers = count()

        async def from_everywhere(scope: Connection, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                number = next(numbers)
                address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
                scope["client"] = (address, 1)
                whole.calls += 1
            await app(scope, receive, send)

        served: ASGIApp = from_everywhere
        with on_a_port(served) as port:
            whole = Played(port, tokens, there)
            yield whole


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with played(tmp_path_factory.mktemp("described")) as api:
        yield api


def test_nothing_of_it_is_left_out() -> None:
    """New checks of schemathesis come in by themselves."""
    assert {"not_a_server_error", "response_schema_conformance", "ignored_auth"} <= set(
        CHECKS.get_all_names()
    )
    described = {
        f"{method.upper()} {path}"
        for path, methods in api_document()["paths"].items()
        for method in methods
    }
    assert {one.label for one in OPERATIONS} == described


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("label", [one.label for one in OPERATIONS])
def test_it_answers_as_it_is_described(label: str, mode: str, api: Played) -> None:
    api.play(label, MODES[mode], 2)


@pytest.mark.nightly
def test_it_answers_as_it_is_described_by_night(tmp_path: Path) -> None:
    with played(tmp_path) as api:
        for operation in OPERATIONS:
            for mode in MODES.values():
                api.play(operation.label, mode, 200)
        print(f"{api.calls} calls")
        assert api.calls > 5_000
