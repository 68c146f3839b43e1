"""`kigen pause` and `kigen resume`: what they keep, and where it is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.ledger.ledger import Ledger
from tests.cli.conftest import Kigen

pytestmark = pytest.mark.usefixtures("workspace")


def test_a_line_is_paused_and_resumed(kigen: Kigen, home: Path) -> None:
    said = kigen("pause", "second", "090-2")
    assert (said.code, said.out) == (0, "second/090-2 is paused until you resume it.\n")
    (row,) = [one for one in kigen("status", "--json").json() if one["line"] == "090-2"]
    assert (row["danger"], row["paused"]) == ("paused", {"until": None})
    assert "paused until you resume it" in kigen("status").out
    with Ledger.open(home / "ledger.db") as ledger:
        assert {key: one.by for key, one in ledger.pauses.now().items()} == {
            ("second", "090-2"): "kigen pause"
        }
    assert kigen("resume", "second").out == "second/090-2 goes on.\n"
    assert kigen("resume", "second").out == "Nothing was paused there.\n"


def test_an_account_is_paused_until_a_day_of_its_owner(kigen: Kigen, home: Path) -> None:
    said = kigen("pause", "first", "--until", "2099-01-01")
    assert said.out.splitlines() == [
        "first/090-1 is paused until 2099-01-01.",
        "first does not run by itself meanwhile.",
    ]
    with Ledger.open(home / "ledger.db") as ledger:
        (pause,) = ledger.pauses.now().values()
    assert pause.until == datetime(2098, 12, 31, 15, 0, tzinfo=UTC)
    said = kigen("schedule")
    assert "first is paused until 2099-01-01 00:00" in said.err


def test_mistakes_are_told(kigen: Kigen) -> None:
    assert "has no line `090-9`" in kigen("pause", "first", "090-9").err
    assert "nobody" in kigen("pause", "nobody").err
    assert "is no date" in kigen("pause", "first", "--until", "soon").err
    said = kigen("pause", "first", "--until", "2020-01-01")
    assert (said.code, "has begun already" in said.err) == (2, True)
