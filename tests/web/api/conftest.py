"""A filled desk, its dashboard, and a program with a token: one of each for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.web.desk import Desk
from runner.web.who import Scope
from tests.web.api.program import Program
from tests.web.desks import Browser, a_door, at_the_dashboard
from tests.web.filled import Clock, filled


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def desk(folder: Path, clock: Clock) -> Iterator[Desk]:
    with filled(folder, clock) as desk:
        yield desk


@pytest.fixture(scope="module")
def owner(desk: Desk) -> Iterator[Browser]:
    with at_the_dashboard(desk) as browser:
        yield browser


@pytest.fixture(scope="module")
def tokens(desk: Desk) -> dict[Scope, str]:
    made = a_door(desk).tokens
    return {scope: f"Bearer {made.make(scope.value, scope)}" for scope in Scope}


@pytest.fixture
def program(owner: Browser, tokens: dict[Scope, str]) -> Program:
    return Program(owner.port, tokens[Scope.ACT])
