"""Lines without a site: the owner's own dates, reminders, and `kigen renewed`."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.world import World

LINE = "090-0000-1400"
HOW = "a card from the post office, then dial 1400"


@pytest.fixture
def by_hand(world: World) -> World:
    world.name, world.line = "manual", LINE
    world.config = {"flow": "manual", "lines": {LINE: {"title": "village phone", "how": HOW}}}
    return world


def kigen(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runner", *words],
        cwd=world.write(), env=world.environment, capture_output=True, text=True,
    )  # fmt: skip


def in_days(days: int) -> date:
    return (datetime.now(ZoneInfo("Asia/Tokyo")) + timedelta(days=days)).date()


def renewed(world: World, days: int, line: str = LINE) -> subprocess.CompletedProcess[str]:
    return kigen(world, "renewed", line, "--until", in_days(days).isoformat())


def test_the_owner_is_asked_told_and_believed(by_hand: World) -> None:
    told = by_hand.run("needs_you")
    assert "until when" in told.message
    assert f"kigen renewed '{LINE}'" in told.json["hint"]

    assert renewed(by_hand, 60).returncode == 0
    told = by_hand.run("nothing_due")
    assert told.line["reading"]["days_left"] == 60
    (row,) = json.loads(kigen(by_hand, "status", "--json").stdout)
    assert (row["days_left"], row["danger"]) == (60, "fine")

    assert renewed(by_hand, 9, "village phone").returncode == 0, "its title does as well"
    told = by_hand.run("needs_you")
    assert HOW in told.message
    assert in_days(9).isoformat() in told.message

    assert renewed(by_hand, 180).returncode == 0
    by_hand.run("nothing_due")
    assert by_hand.readings() == 3, "only the owner's word is kept as one"


def test_nothing_is_opened_and_nothing_is_paid(by_hand: World) -> None:
    renewed(by_hand, 5)
    told = by_hand.run("needs_you")
    assert json.loads((told.evidence / "steps.json").read_text()) == []
    assert (by_hand.charges, by_hand.renewals()) == ([], [])


def test_a_policy_of_its_own_says_when(by_hand: World) -> None:
    by_hand.config["policy"] = {"when": "days_left <= 30"}
    renewed(by_hand, 29)
    by_hand.run("needs_you")
    by_hand.run("read_only", read_only=True)


def test_a_line_that_has_ended_is_said_to_have_ended(by_hand: World) -> None:
    renewed(by_hand, 0)
    with by_hand.ledger() as ledger:
        ledger.readings.add(
            ledger.runs.list("manual")[0].id, "manual", LINE, expires_on=in_days(-2)
        )
    told = by_hand.run("needs_you")
    assert f"ended on {in_days(-2)}" in told.message


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("090-0000-9999", "--until", "2099-01-31"), "no line"),
        ((LINE, "--until", "31.1.2099"), "no date"),
        ((LINE, "--until", "2020-01-31"), "over already"),
    ],
)
def test_mistakes_are_explained(by_hand: World, words: tuple[str, ...], said: str) -> None:
    found = kigen(by_hand, "renewed", *words)
    assert found.returncode == 2
    assert said in found.stderr
    assert "Traceback" not in found.stderr


def test_there_is_nothing_to_sign_in_to(by_hand: World) -> None:
    found = kigen(by_hand, "login", "manual")
    assert (found.returncode, "no site to sign in to" in found.stderr) == (2, True)


def test_a_line_with_a_site_is_read_there(world: World) -> None:
    found = kigen(world, "renewed", "090-0000-4649", "--until", "2099-01-31")
    assert found.returncode == 2
    assert "is read at its provider's site" in found.stderr


def test_plans_and_how_stand_where_they_have_a_use(by_hand: World) -> None:
    by_hand.config["lines"][LINE]["plan"] = {"name": "card", "price": "3000 JPY"}
    assert "buys nothing" in kigen(by_hand, "run", "flow", "manual").stderr
    by_hand.name = "docomo"
    by_hand.config = {**by_hand.config, "flow": "docomo"}
    assert "`how` is for lines without a site" in kigen(by_hand, "run", "flow", "docomo").stderr
