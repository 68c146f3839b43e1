"""Lines as they stand, made up for what is said of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from runner.config.model import Account, Caps, Line
from runner.ledger.records import Reading, Run
from runner.values.data import DataVolume
from runner.values.money import Money
from runner.views.danger import Danger
from runner.views.lines import LineNow

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
NUMBER = "090-1234-4649"
GIB = 1024**3


def line(title: str | None = None, name: str = NUMBER, account: str = "docomo") -> LineNow:
    """A line of which nothing is known yet."""
    made = Line(name, title, None, None, Caps())
    owner = Account(
        account, "docomo", "live", {}, (), (made,), None, None, timedelta(minutes=5)
    )  # fmt: skip
    return LineNow(owner, made, None, None, Danger.NOT_READ, None, None, None)


def read(now: LineNow, balance: str | None = "550 JPY", data: int | None = 3 * GIB) -> LineNow:
    """The same line, read and run today; it ends in twelve days."""
    reading = Reading(
        "r1", "run1", now.account.name, now.line.name, NOW,
        None if balance is None else Money.parse(balance),
        date(2026, 12, 3), 12, DataVolume(data), {},
    )  # fmt: skip
    return replace(
        now, reading=reading, days_left=12, danger=Danger.FINE, last_run=run("nothing_due"),
        next_run=NOW + timedelta(days=1),
    )  # fmt: skip


def run(outcome: str | None) -> Run:
    return Run(
        "run1", "docomo", "docomo", "due", NOW, NOW + timedelta(minutes=5),
        None if outcome is None else NOW + timedelta(seconds=9), outcome, "as it went", None, 9.0,
        False, False, False,
    )  # fmt: skip
