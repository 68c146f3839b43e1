"""What is shown of a line's last run is the line's own, whatever became of the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.ledger.line_ends import Ends
from runner.ledger.records import Run
from runner.mqtt.states import state_of
from runner.views.danger import Danger
from runner.views.digest import Digests
from runner.views.lines import LineNow, lines_now
from runner.views.need import needs_owner
from runner.views.past import Past, past
from runner.views.story import story_of

ZONE = ZoneInfo("Asia/Tokyo")
PAID, REFUSED = "renewed for 550 JPY", "There is no such line."
CONFIG = """
accounts:
  au:
    flow: au
    credentials: {id: me, password: env:P, pin: env:P, card_cvc: env:P}
    lines: {watch: null, car: null}
"""


class Owner:
    """An account with two lines, and its runs."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self.workspace, self.ledger = Workspace.open(folder), ledger
        self.now = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def ran(self, outcome: str, message: str, **lines: tuple[str, str]) -> Run:
        run = self.ledger.runs.start("au", "au", trigger="due", deadline_at=self.now)
        for line in lines:
            self.ledger.readings.add(run.id, "au", line, days_left=30)
        ends: Ends = dict(lines)
        return self.ledger.runs.end(run.id, outcome=outcome, message=message, lines=ends)

    def lines(self) -> dict[str, LineNow]:
        found = lines_now(self.workspace, self.ledger, self.now, ZONE)
        return {one.line.name: one for one in found}

    def last(self) -> dict[str, tuple[str | None, str | None] | None]:
        return {
            name: (run.outcome, run.message) if (run := one.last_run) else None
            for name, one in self.lines().items()
        }

    def past(self, line: str | None) -> Past:
        since = self.now - timedelta(days=1)
        return past(self.workspace, self.ledger, "au", line, since)


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    (tmp_path / "config.yaml").write_text(CONFIG)
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: made.clock()) as ledger:
        made = Owner(tmp_path, ledger)
        yield made


def test_a_line_that_was_only_read_is_not_called_renewed(owner: Owner) -> None:
    owner.ran("renewed", PAID, watch=("renewed", PAID), car=("nothing_due", "nothing is due"))
    assert owner.last() == {"watch": ("renewed", PAID), "car": ("nothing_due", "nothing is due")}
    car = owner.lines()["car"]
    told = car.to_json()["last_run"]
    assert told is not None
    assert (told["outcome"], told["message"]) == ("nothing_due", "nothing is due")
    assert '"last_outcome": "nothing_due"' in state_of(car, owner.now.date())


def test_only_the_line_in_trouble_is_in_danger_and_needs_its_owner(owner: Owner) -> None:
    owner.ran("needs_you", REFUSED, watch=("renewed", PAID), car=("needs_you", REFUSED))
    lines = owner.lines()
    assert {name: one.danger for name, one in lines.items()} == {
        "watch": Danger.FINE, "car": Danger.TROUBLE,
    }  # fmt: skip
    assert [name for name, one in lines.items() if needs_owner(one)] == ["car"]
    digest = Digests(owner.workspace, owner.ledger, owner.now, ZONE)
    told = digest.digest(["au"], owner.now - timedelta(days=1)).lines
    assert {one.line: one.trouble for one in told} == {"watch": None, "car": "needs_you"}


def test_a_run_without_lines_is_that_of_all_of_them(owner: Owner) -> None:
    """One that was rejected at the sign-in, was cut off, goes on, or is older than the lines' own."""
    owner.ran("renewed", PAID, watch=("renewed", PAID), car=("nothing_due", ""))
    owner.ran("rejected", "the site refused the password")
    rejected = ("rejected", "the site refused the password")
    assert owner.last() == {"watch": rejected, "car": rejected}
    owner.ledger.runs.start("au", "au", trigger="due", deadline_at=owner.now)
    assert owner.last() == {"watch": (None, None), "car": (None, None)}


def test_a_run_about_another_line_leaves_a_line_its_own(owner: Owner) -> None:
    owner.ran("nothing_due", "", watch=("nothing_due", "not due"))
    assert owner.last() == {"watch": ("nothing_due", "not due"), "car": None}
    first = owner.ran("nothing_due", "", watch=("nothing_due", ""), car=("changed", "moved"))
    owner.ran("renewed", PAID, watch=("renewed", PAID))
    assert owner.last() == {"watch": ("renewed", PAID), "car": ("changed", "moved")}
    run = owner.lines()["car"].last_run
    assert run is not None
    assert (run.id, run.started_at) == (first.id, first.started_at)


def test_the_history_of_a_line_is_its_own(owner: Owner) -> None:
    owner.ran("rejected", "the site refused the password")
    owner.ran("renewed", PAID, watch=("renewed", PAID), car=("nothing_due", "nothing is due"))
    owner.ran("renewed", PAID, watch=("renewed", PAID))
    assert [run.outcome for run in owner.past("car").runs] == ["nothing_due", "rejected"]
    assert [run.outcome for run in owner.past(None).runs] == ["renewed", "renewed", "rejected"]
    told = owner.past("car").to_json()["runs"]
    assert [run["lines"] for run in told] == [
        [{"line": "car", "outcome": "nothing_due", "message": "nothing is due"}], [],
    ]  # fmt: skip
    whole = owner.past(None).to_json()["runs"]
    assert [[end["line"] for end in run["lines"]] for run in whole] == [
        ["watch"], ["car", "watch"], [],
    ]  # fmt: skip
    since = owner.now - timedelta(days=1)
    story = story_of(owner.workspace, owner.ledger, "au", "car", owner.now, since, ZONE)
    assert story is not None
    assert [run.outcome for run in story.runs] == ["nothing_due", "rejected"]
