"""What the API says: the words of `--json`, long lists in pages, and no secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.cli.main import main
from runner.web.api import OPERATIONS
from runner.web.desk import Desk
from runner.web.who import Scope
from tests.web.api.program import Program
from tests.web.desks import a_door, at_the_dashboard
from tests.web.filled import CANARY, Clock, filled
from tests.web.serving import send

WORDS: list[tuple[str, list[str]]] = [
    ("/lines", ["status"]),
    ("/accounts/phone/history?days=60", ["history", "phone", "--days", "60"]),
    (
        "/accounts/phone/history?line=080-0000-3776&days=60",
        ["history", "phone", "080-0000-3776", "--days", "60"],
    ),
    ("/schedule?count=4&account=phone", ["schedule", "--count", "4", "--account", "phone"]),
    ("/plan?days=60&account=phone", ["plan", "phone", "--days", "60"]),
]

Today = tuple[Path, Program, Clock]


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Today]:
    """A desk whose clock is set to that of this machine, as the command line's is."""
    folder, clock = tmp_path_factory.mktemp("today"), Clock(datetime.now(UTC))
    with filled(folder, clock) as desk, at_the_dashboard(desk) as owner:
        token = a_door(desk).tokens.make("reader", Scope.READ)
        yield folder, Program(owner.port, f"Bearer {token}"), clock


Printed = Callable[..., Any]


@pytest.fixture
def printed(
    today: Today, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Printed:
    """What the command line prints with --json."""
    monkeypatch.setenv("KIGEN_HOME", str(today[0] / "home"))

    def call(*words: str) -> Any:
        assert main(["--workspace", str(today[0]), *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return call


@pytest.mark.parametrize(("path", "words"), WORDS)
def test_it_says_what_the_command_line_says(
    path: str, words: list[str], today: Today, printed: Printed
) -> None:
    _, program, clock = today
    clock.now = begun = datetime.now(UTC)
    before = program.get(path)
    said = printed(*words)
    clock.now = ended = datetime.now(UTC)
    after = program.get(path)
    assert said
    # The command line's moment lies between those two: so does what it says.
    assert timeless(said, begun, ended) in [timeless(one, begun, ended) for one in (before, after)]


def timeless(value: Any, begun: datetime, ended: datetime) -> Any:
    """Without what another moment changes: the clock went on between the two."""
    if isinstance(value, list):
        return [timeless(one, begun, ended) for one in value]
    if isinstance(value, dict):
        moving = ("from", "until", "next_run", "days_left", "danger")
        kept = {key: one for key, one in value.items() if key not in moving}
        return {key: timeless(one, begun, ended) for key, one in kept.items()}
    return "now" if is_between(value, begun, ended) else value


def is_between(value: Any, begun: datetime, ended: datetime) -> bool:
    """What is due in this very moment is told with this moment."""
    try:
        return begun <= datetime.fromisoformat(value) <= ended
    except (TypeError, ValueError):  # no text, not a moment, or a day
        return False


def test_renewals_are_those_that_are_exported(today: Today, printed: Printed) -> None:
    exported, program = printed("export", "renewals"), today[1]
    assert program.get("/renewals")["renewals"] == exported[::-1]
    assert program.get(f"/renewals/{exported[0]['id']}") == exported[0]
    (paid,) = program.get("/renewals?state=verified&account=phone")["renewals"]
    assert (paid["amount"], paid["currency"], paid["reference"]) == ("3000", "JPY", "R-1")


def test_long_lists_come_in_pages(program: Program) -> None:
    seen, path = [], "/runs?limit=2"
    while True:
        page = program.get(path)
        seen += [run["id"] for run in page["runs"]]
        if page["next"] is None:
            break
        assert len(page["runs"]) == 2
        path = f"/runs?limit=2&before={page['next']}"
    everything = program.get("/runs?limit=500")["runs"]
    assert seen == [run["id"] for run in everything]
    assert seen == sorted(seen, reverse=True)
    assert program.get(f"/runs/{seen[0]}") == everything[0]
    assert {one["outcome"] for one in program.get("/runs?outcome=unreachable")["runs"]} == {
        "unreachable"
    }
    only = program.get("/renewals?limit=1")
    (rest,) = program.get(f"/renewals?before={only['next']}")["renewals"]
    assert rest["id"] < only["renewals"][0]["id"]


def test_no_answer_holds_a_secret(program: Program) -> None:
    paths = [one.path for one in OPERATIONS if one.method == "GET" and "{" not in one.path]
    paths += ["/accounts/phone/history", "/openapi.json", "/accounts/nobody/history"]
    for path in paths:
        answer = send(program.port, f"/api/v1{path}", headers={"authorization": program.token})
        assert CANARY not in answer.body
        assert program.token.removeprefix("Bearer ") not in answer.body


def test_it_tells_which_settings_hold(program: Program, desk: Desk, folder: Path) -> None:
    config = folder / "config.yaml"
    good = config.read_text()
    assert program.get("/settings") == {"read_at": desk.settings.taken.isoformat(), "trouble": None}
    config.write_text(good.replace("accounts:", f"acounts: {CANARY}\naccounts:"))
    try:
        found = program.get("/settings")
    finally:
        config.write_text(good)
        desk.settings.refresh()
    (mistake,) = found["trouble"]["mistakes"]
    line = good.splitlines().index("accounts:") + 1
    assert (mistake["file"], mistake["line"], mistake["column"]) == (str(config), line, 1)
    assert (mistake["message"], mistake["hint"]) == (
        "unknown key `acounts`",
        "did you mean `accounts`?",
    )
    assert datetime.fromisoformat(found["trouble"]["since"]) > datetime.fromisoformat(
        found["read_at"]
    )
    assert found["trouble"]["message"] is None
    assert CANARY not in json.dumps(found)
    assert program.get("/settings")["trouble"] is None
