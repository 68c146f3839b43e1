"""Whose turn comes when: by the schedules, for renewals that wait, and for answers that never came.

`run due`, `serve` and `kigen schedule` all ask here. What is known comes from the ledger and from nowhere
else, so nothing is repeated or forgotten whatever happened to whoever asked last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from runner.config.model import Account
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.ledger.records import Reading, Renewal, Run, Wish
from runner.ledger.states import State
from runner.renewal.looks import OPEN
from runner.renewal.quiet import QuietHours
from runner.schedule.turns import Turn, clock_of, ends_of, named_turn, turns_of

Why = Literal["asked", "due", "approved", "look"]
"""Somebody wants it now; by the schedule; for a renewal that its owner has approved; to look at one that
is not settled.
"""
_FAR = timedelta(days=366)
_LATER = timedelta(minutes=1)
"""The least time from the beginning of one run to the next."""


@dataclass(frozen=True)
class Entry:
    """A run to come. `at` (UTC) may have passed: then it is due now. `end`: the account's first last day."""

    account: Account
    flow: Flow
    at: datetime
    why: Why
    end: date | None = None

    @property
    def danger(self) -> tuple[date, datetime]:
        """By which those that are due now come in order: the nearest end first."""
        return (self.end or date.max, self.at)


@dataclass(frozen=True)
class Standing:
    """What the ledger knows of all accounts. `calls`: when renewals want to be seen to, and why.

    `ends`: the last days of the lines that are to be renewed. `playing`: accounts that a run holds now;
    `here`: those of them whose run is on this machine.
    `paused`: until when lines are paused, by account and line; None: until their owner resumes them. A
    moment that has passed ended a pause: what was not run before it was not missed.
    `wishes`: runs that were asked for, by account.
    """

    turns: Mapping[str, Turn]
    calls: Mapping[str, tuple[tuple[datetime, Why], ...]]
    ends: Mapping[str, tuple[date, ...]]
    playing: frozenset[str] = frozenset()
    paused: Mapping[tuple[str, str], datetime | None] = field(default_factory=dict)
    wishes: Mapping[str, Wish] = field(default_factory=dict)
    here: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        accounts: Iterable[tuple[Account, Flow]],
        now: datetime,
        readings: Mapping[tuple[str, str], Reading] | None = None,
        last: Mapping[str, Run] | None = None,
    ) -> Standing:
        """Read the ledger. `readings`: the newest of every line, where they are read already; `last`: the
        last run of every account, as well.
        """
        paused = {line: pause.until for line, pause in ledger.pauses.last().items()}
        resting = {line for line, until in paused.items() if until is None or until > now}
        calls: dict[str, tuple[tuple[datetime, Why], ...]] = {}
        for renewal in ledger.renewals.waiting(now + _FAR):
            call = _call(renewal, paused)
            if call is not None:
                calls[renewal.account] = (*calls.get(renewal.account, ()), call)
        if readings is None:
            readings = ledger.readings.latest()
        ends = {
            account.name: ends_of(account, readings, ZoneInfo(flow.timezone), resting)
            for account, flow in accounts
        }
        held, wishes, here = ledger.leases.held(), ledger.wishes.open(), ledger.leases.held_here()
        return cls(turns_of(ledger, last), calls, ends, held, paused, wishes, here)

    def resumes(self, account: Account) -> datetime | None:
        """When an account runs by itself again, or began to; `NEVER` where all its lines are paused
        until their owner resumes one. None: it is not paused, or its owner has resumed a line.
        """
        untils = [self.paused.get((account.name, line.name), _EVER) for line in account.lines]
        if not untils or _EVER in untils:
            return None
        return min((until for until in untils if until is not None), default=NEVER)


_EVER = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)
"""When a pause ends that has no end."""


def _call(
    renewal: Renewal, paused: Mapping[tuple[str, str], datetime | None]
) -> tuple[datetime, Why] | None:
    """When a renewal wants to be seen to, and why. What is only approved waits while its line is paused."""
    if renewal.next_at is None or renewal.state not in (State.APPROVED, *OPEN):
        return None
    if renewal.state is not State.APPROVED:
        return renewal.next_at, "look"
    until = paused.get((renewal.account, renewal.line), _EVER)
    return None if until is None else (max(renewal.next_at, until), "approved")


def agenda(
    accounts: Iterable[tuple[Account, Flow]], standing: Standing, now: datetime, owner: ZoneInfo
) -> list[Entry]:
    """The next run of every account that has one, in order. `owner`: their time zone."""
    found = (_next(account, flow, standing, now, owner) for account, flow in accounts)
    return sorted((entry for entry in found if entry is not None), key=lambda entry: entry.at)


def due(entries: Iterable[Entry], standing: Standing, now: datetime) -> list[Entry]:
    """Those that are to begin now, in the order of their danger, what was asked for first; none whose
    account is being played.
    """
    found = (e for e in entries if e.at <= now and e.account.name not in standing.playing)
    return sorted(found, key=lambda entry: (entry.why != "asked", entry.danger))


def coming(
    accounts: Iterable[tuple[Account, Flow]],
    standing: Standing,
    now: datetime,
    owner: ZoneInfo,
    count: int,
) -> list[Entry]:
    """The next runs of all accounts, if each goes well and nothing else happens."""
    ahead = (_ahead(account, flow, standing, now, owner) for account, flow in accounts)
    return list(islice(merge(*ahead, key=lambda entry: entry.at), count))


def _ahead(
    account: Account, flow: Flow, standing: Standing, now: datetime, owner: ZoneInfo
) -> Iterator[Entry]:
    """The runs of one account, one after the other, without end."""
    name = account.name
    entry = _next(account, flow, standing, now, owner)
    while entry is not None:
        at = max(entry.at, now)
        yield replace(entry, at=at)
        looks = entry.why == "look" or (entry.why == "asked" and standing.wishes[name].dry_run)
        turn = standing.turns.get(name) if looks else Turn(at)
        calls = standing.calls.get(name, ()) if looks else ()
        left = tuple(call for call in calls if call[0] > at or entry.why == "asked")
        turns = {} if turn is None else {name: turn}
        standing, now = replace(standing, turns=turns, calls={name: left}, wishes={}), at + _LATER
        entry = _next(account, flow, standing, now, owner)


def _next(
    account: Account, flow: Flow, standing: Standing, now: datetime, owner: ZoneInfo
) -> Entry | None:
    quiet = QuietHours.of(account, flow)
    today = now.astimezone(clock_of(flow, owner)).date()
    ends = [day for day in standing.ends.get(account.name, ()) if day >= today]
    end = min(ends, default=None)
    if (wish := standing.wishes.get(account.name)) is not None:
        return Entry(account, flow, wish.asked_at, "asked", end)
    wanted: list[tuple[datetime, Why]] = list(standing.calls.get(account.name, ()))
    at = _turn(account, flow, standing, now, owner, end)
    if at is not None:
        wanted.append((at, "due"))
    if not wanted:
        return None
    over = [why for at, why in wanted if at <= now]
    first = min(at for at, _ in wanted)
    why = min(over or [why for at, why in wanted if at == first], key=_ORDER.index)
    held = quiet.hold_payment(max(first, now), end)
    return Entry(account, flow, held or first, why, end)


def _turn(
    account: Account,
    flow: Flow,
    standing: Standing,
    now: datetime,
    owner: ZoneInfo,
    end: date | None,
) -> datetime | None:
    """When its schedule names it; after a pause, as if it had never run."""
    resumes = standing.resumes(account)
    if account.schedule is None or resumes == NEVER:
        return None
    turn, zone = standing.turns.get(account.name), clock_of(flow, owner)
    at = named_turn(account.schedule, turn, now, zone, account.name, end)
    if resumes is None or at >= resumes:
        return at
    return max(named_turn(account.schedule, None, resumes, zone, account.name, end), resumes)


_ORDER: tuple[Why, ...] = ("due", "approved", "look")
"""Of several reasons at a moment, the first one is the run's: it does what the others want as well."""
