"""The cycle: which need of a line a renewal meets, so that the same need can't be met twice.

A need is named by the expiry that it extends. A line may be in need again before that date, when
its balance or data run out first; that is a new need only after the one before was met: its
renewal is verified, and a reading since the payment showed that the line was no longer due.

A site may also fall back to what it showed before a renewal. Such a need is in doubt: the owner is
asked before anything is paid for it. docs/decisions/0003-dates-in-the-name-of-a-need.md has the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from runner.flow.expressions import Expression
from runner.ledger.ledger import Ledger
from runner.ledger.records import Reading, Renewal
from runner.ledger.states import State
from runner.renewal.looks import clicked_at
from runner.renewal.policy import PolicyUnclear, day_of, decide, facts
from runner.renewal.recall import recall
from runner.renewal.usage import ROUNDING, used_between

FRESH = timedelta(days=1)
"""For so long after a good reading, the very figures from before it may come from an old copy."""


@dataclass(frozen=True)
class Need:
    """A need by its name. `doubt`: why the owner is to say first that it is a real one."""

    cycle: str
    doubt: str | None = None


def need_of(
    ledger: Ledger,
    account: str,
    line: str,
    reading: Mapping[str, Any],
    when: Expression,
    now: datetime,
    zone: ZoneInfo,
) -> Need:
    """The need that a line has now. `zone`: the provider's, where its days begin."""
    cycle = cycle_of(ledger, account, line, reading, when, zone)
    verified = ledger.renewals.list(account, line, {State.VERIFIED})
    if not verified:
        return Need(cycle)
    last = max(verified, key=clicked_at)
    return Need(cycle, _doubt(ledger, last, reading, when, now, zone))


def cycle_of(
    ledger: Ledger,
    account: str,
    line: str,
    reading: Mapping[str, Any],
    when: Expression,
    zone: ZoneInfo,
) -> str:
    """The name of the need that a line has now."""
    base = base_of(reading)
    earlier = [
        renewal
        for renewal in ledger.renewals.list(account, line)
        if renewal.cycle.split(" #")[0] == base
    ]
    met = [renewal for renewal in earlier if _good_since(ledger, renewal, when, zone)]
    return base if not met else f"{base} #{len(met) + 1}"


def base_of(reading: Mapping[str, Any]) -> str:
    """The expiry that a need is named by."""
    day = day_of(reading.get("expires_on"))
    return f"expires {day.isoformat()}" if day is not None else "no expiry"


def _doubt(
    ledger: Ledger,
    last: Renewal,
    reading: Mapping[str, Any],
    when: Expression,
    now: datetime,
    zone: ZoneInfo,
) -> str | None:
    """Why this looks like the time before the last renewal; None where it does not."""
    good = _good_since(ledger, last, when, zone)
    if not good:
        return None
    best = max(good, key=lambda one: (one.expires_on or date.min, one.at))
    since = clicked_at(last) - timedelta(days=400)
    series = ledger.readings.series(last.account, last.line, since=since)
    before = [one for one in series if one.at <= clicked_at(last)]
    expires, today = day_of(reading.get("expires_on")), now.astimezone(zone).date()
    if last.free and expires is None and best.expires_on and best.expires_on > today:
        seen = f"that has ended before its day, {best.expires_on}"
    elif expires is not None and best.expires_on is not None and expires < best.expires_on:
        seen = f"the expiry has gone back from {best.expires_on} to {expires}"
    elif before and _same(before[-1], reading) and now - good[-1].at < FRESH:
        seen = "the site shows the same figures again as before it"
    else:
        return None
    if _used_up(best, reading):
        return None
    receipt = last.reference or "unknown"
    renewed = clicked_at(last).astimezone(zone)
    return f"the line was renewed on {renewed:%Y-%m-%d} (receipt {receipt}), but {seen}"


def _used_up(best: Reading, reading: Mapping[str, Any]) -> bool:
    """Whether the site itself counts as used what is missing since the best reading."""
    had, has = best.data_left, reading.get("data_left")
    if had is None or has is None or had.bytes is None or has.bytes is None:
        return False
    used = used_between(best.values, reading)
    return used is not None and 0 < had.bytes - has.bytes <= used + ROUNDING


def _same(before: Reading, reading: Mapping[str, Any]) -> bool:
    """Whether all that a line is kept alive by stands as it stood."""
    return (before.expires_on, before.balance, before.data_left) == (
        day_of(reading.get("expires_on")),
        reading.get("balance"),
        reading.get("data_left"),
    )


def _good_since(
    ledger: Ledger, renewal: Renewal, when: Expression, zone: ZoneInfo
) -> list[Reading]:
    """The readings since a verified renewal by which the line was not due, oldest first."""
    if renewal.state is not State.VERIFIED:
        return []
    after = ledger.readings.series(renewal.account, renewal.line, since=clicked_at(renewal))
    return [reading for reading in after if _not_due(reading, when, zone)]


def _not_due(reading: Reading, when: Expression, zone: ZoneInfo) -> bool:
    today = reading.at.astimezone(zone).date()
    try:
        return not decide(when, facts(recall(reading), today)).due
    except PolicyUnclear:
        return False
