"""What will be done with every line, when, at what cost: from the last readings on, and with the code
that decides in runs. What can't be known is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from runner.config.cron import Cron
from runner.config.model import Account, Caps, Line
from runner.config.schedule import Daily
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.ledger.records import Budget, Pause, Reading, Renewal
from runner.renewal.effect import plan_facts
from runner.renewal.keep import last_payment, with_keep
from runner.renewal.looks import OPEN
from runner.renewal.pausing import until as paused_until
from runner.renewal.policy import day_of
from runner.renewal.quiet import QuietHours, last_day
from runner.renewal.recall import recall
from runner.schedule.ahead import Action, Book, LineAhead, OwnersLineAhead
from runner.schedule.sane import doubts
from runner.schedule.turns import Turn, clock_of, next_turn, turns_of
from runner.values.money import Money

_NOON = Daily(time(12), time(12))
"""Where nothing runs an account by itself, it is looked at as if its owner did so every noon."""
_BY_DATE = frozenset(
    {"days_left", "expires_on", "keep_until", "last_paid_on", "days_since_paid", "today"}
)
_MOMENT = timedelta(seconds=1)
_LATER = timedelta(minutes=1)
"""The least time from the beginning of one run to the next."""


@dataclass(frozen=True)
class Known:
    """What the ledger knows of all accounts. `paid` tells a line's last payment, by its zone."""

    readings: Mapping[tuple[str, str], Reading]
    turns: Mapping[str, Turn]
    unsettled: Mapping[tuple[str, str], Renewal]
    spent: Callable[[Budget, str], Money]
    paid: Callable[[str, Line, ZoneInfo], date | None]
    paused: Mapping[tuple[str, str], Pause] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger) -> Known:
        """Read the ledger. It must stay open while a forecast is made."""

        def spent(budget: Budget, currency: str) -> Money:
            return ledger.renewals.spent(
                currency, account=budget.account, line=budget.line, since=budget.since
            )

        return cls(
            ledger.readings.latest(),
            turns_of(ledger),
            {(one.account, one.line): one for one in ledger.renewals.list(states=OPEN)},
            spent,
            lambda account, line, zone: last_payment(ledger, account, line, zone),
            ledger.pauses.now(),
        )


@dataclass(frozen=True)
class Note:
    """Something that a forecast can't know, or that its owner should."""

    account: str
    line: str
    message: str


@dataclass
class Forecast:
    """The days to come, in order; and what is not known of them."""

    actions: list[Action] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def totals(self, zone: ZoneInfo) -> dict[tuple[str, str], Money]:
        """What is to be paid, by month (2026-11) and currency."""
        found: dict[tuple[str, str], Money] = {}
        for action in self.actions:
            if action.price is not None:
                key = (f"{action.at.astimezone(zone):%Y-%m}", action.price.currency)
                found[key] = found[key] + action.price if key in found else action.price
        return found


@dataclass
class AccountAhead:
    """An account with those of its lines that something can be told of."""

    account: Account
    quiet: QuietHours
    lines: Sequence[LineAhead | OwnersLineAhead]
    last: Turn | None
    zone: ZoneInfo

    def turn(self, now: datetime) -> datetime:
        """When it runs next."""
        schedule = self.account.schedule or _NOON
        ends = [self._end(line) for line in self.lines if not line.over]
        today = now.astimezone(self.zone).date()
        end = min((day for day in ends if day is not None and day >= today), default=None)
        return next_turn(schedule, self.last, now, self.zone, self.account.name, self.quiet, end)

    def _end(self, line: LineAhead | OwnersLineAhead) -> date | None:
        if isinstance(line, OwnersLineAhead):
            return line.until
        return last_day(line.seen, line.on) if line.line.policy else None

    def run(self, now: datetime, book: Book, reached: bool) -> Iterator[Action]:
        """One run; where the provider is out of reach, one that got nowhere."""
        if reached:
            for line in self.lines:
                yield from line.play(now, book)
        held = any(line.held for line in self.lines)
        outcome = "maintenance" if held else "nothing_due" if reached else "unreachable"
        began = self._last_alike(now) if reached else now
        self.last = self.last.then(began, outcome) if self.last else Turn(began, outcome)

    def _last_alike(self, now: datetime) -> datetime:
        """Runs of a cron may be many in a day, and all find what the one now has found: up to here."""
        idle = [line.idle_until or now for line in self.lines if not line.over]
        if not isinstance(self.account.schedule, Cron) or not idle:
            return now
        return max(now, min(idle).astimezone(UTC) - _MOMENT)


@dataclass(frozen=True)
class Beginning:
    """An account as it stands now. `zone` is its owner's, `caps` are the workspace's."""

    account: Account
    flow: Flow
    known: Known
    zone: ZoneInfo
    caps: Caps

    @cached_property
    def quiet(self) -> QuietHours:
        return QuietHours.of(self.account, self.flow)

    def line(self, line: Line) -> LineAhead | OwnersLineAhead | str:
        """A line, to be played through the days to come; or why nothing can be told of it."""
        pause = self._pause(line)
        if pause is not None and pause.until is None:
            return f"it is paused {paused_until(pause, self.zone)}: nothing is done with it"
        begun = self._begun(line)
        if pause is not None and not isinstance(begun, str):
            begun.paused_until = pause.until
        return begun

    def ahead(self, lines: Sequence[LineAhead | OwnersLineAhead]) -> AccountAhead:
        """The account with these of its lines."""
        turn = self.known.turns.get(self.account.name)
        return AccountAhead(self.account, self.quiet, lines, turn, clock_of(self.flow, self.zone))

    def all_ahead(self, notes: list[Note]) -> AccountAhead:
        """The account with all lines that something can be told of; what its owner should know of
        them is added to the notes.
        """
        lines: list[LineAhead | OwnersLineAhead] = []
        for line in self.account.lines:
            begun = self.line(line)
            notes += (Note(self.account.name, line.name, it) for it in self._notes(line, begun))
            if not isinstance(begun, str):
                lines.append(begun)
        return self.ahead(lines)

    def _pause(self, line: Line) -> Pause | None:
        return self.known.paused.get((self.account.name, line.name))

    def _begun(self, line: Line) -> LineAhead | OwnersLineAhead | str:
        account, flow, known, quiet = self.account, self.flow, self.known, self.quiet
        reading = known.readings.get((account.name, line.name))
        if flow.kept_by == "owner":
            if reading is None or reading.expires_on is None:
                return f"nobody has said until when it lasts: `kigen renewed '{line.name}' --until DATE`"
            return OwnersLineAhead(account, line, self.zone, reading.expires_on)
        if reading is None:
            return f"it was never read: `kigen run flow {account.name} --read-only`"
        seen = recall(reading)
        if flow.keep is not None:
            paid = (day_of(seen.get("last_paid_on")), known.paid(account.name, line, quiet.zone))
            last = max((day for day in paid if day is not None), default=None)
            seen = with_keep({**seen, "last_paid_on": last}, flow.keep, None)
        on = reading.at.astimezone(quiet.zone).date()
        open_ = known.unsettled.get((account.name, line.name))
        if open_ is not None:
            return f"a renewal of it is {open_.state}: nothing is paid until that is settled"
        by_hand = account.schedule is None
        return LineAhead(
            account, line, flow, quiet, self.caps, self.zone, seen, on, by_hand=by_hand
        )

    def _notes(self, line: Line, begun: LineAhead | OwnersLineAhead | str) -> Iterator[str]:
        if isinstance(begun, str):
            yield begun
            return
        pause = self._pause(line)
        if pause is not None:
            yield f"it is paused {paused_until(pause, self.zone)}: nothing is done before"
        if isinstance(begun, OwnersLineAhead):
            yield "what comes after the reminder is up to you"
            return
        yield from _unknown(self.account, line, self.flow)
        yield from doubts(self.account, line, self.quiet, begun.seen, begun.on)


def forecast(
    accounts: Sequence[tuple[Account, Flow]],
    known: Known,
    now: datetime,
    until: datetime,
    zone: ZoneInfo,
    caps: Caps,
    reached: Callable[[str, datetime], bool] = lambda _, __: True,
) -> Forecast:
    """Play the accounts from `now` to `until`. `caps` are the workspace's.

    `reached` tells whether an account's provider can be reached at a moment.
    """
    found, book = Forecast(), Book(known.spent)
    waiting: list[tuple[datetime, int]] = []
    begun = (Beginning(account, flow, known, zone, caps) for account, flow in accounts)
    ahead = [one.all_ahead(found.notes) for one in begun]
    for number, one in enumerate(ahead):
        heappush(waiting, (one.turn(now), number))
    while waiting:
        moment, number = heappop(waiting)
        one = ahead[number]
        if moment >= until or all(line.over for line in one.lines):
            for line in one.lines:
                found.actions += line.rest(until)
                found.notes += (Note(one.account.name, line.line.name, it) for it in line.notes)
            continue
        found.actions += one.run(moment, book, reached(one.account.name, moment))
        heappush(waiting, (one.turn(moment + _LATER), number))
    found.actions.sort(key=lambda action: action.at)
    return found


def _unknown(account: Account, line: Line, flow: Flow) -> Iterator[str]:
    """What nobody can foresee of a line."""
    when = line.policy.when if line.policy else None
    if when is None:
        yield "no policy says when to renew it: it is only read"
        return
    if account.schedule is None:
        yield "its account has no schedule: it is renewed only when you run it"
    falling = sorted(when.names - _BY_DATE)
    if falling:
        yield (
            f"{', '.join(falling)} {'changes' if len(falling) == 1 else 'change'} by use, "
            "which nobody can foresee: it may be due earlier"
        )
    if line.plan is None or not flow.renew:
        return
    if line.plan.choose is not None:
        yield f"`{line.plan.choose}` is worked out among the offers of the day; it may cost less"
    if plan_facts(flow, line.plan).pay_with == "voucher":
        yield "it is paid with vouchers, as long as they are in stock"
