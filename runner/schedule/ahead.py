"""One line in the days to come, played through with the code that decides in runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from runner.config.model import Account, Caps, Line
from runner.flow.model import Flow
from runner.ledger.records import Budget
from runner.renewal.approval import wanted
from runner.renewal.budgets import budgets_for, highest, over
from runner.renewal.by_owner import reminds_when
from runner.renewal.course import Course, course_of
from runner.renewal.cycle import base_of
from runner.renewal.effect import plan_facts, renewed
from runner.renewal.policy import PolicyUnclear, decide, facts
from runner.renewal.quiet import QuietHours, last_day
from runner.values.money import Money

What = Literal["renew", "approve", "by hand", "remind", "needs you", "ends"]
"""`renew`: paid by itself; `approve`: once its owner has approved it; `by hand`: nothing runs the
account but its owner; `remind`: its owner renews it; `needs you`: the run can't go on; `ends`: its
last day, as things stand.
"""


@dataclass(frozen=True)
class Action:
    """Something that will happen to a line. `until` is its last day from then on."""

    at: datetime
    account: str
    line: str
    title: str | None
    what: What
    message: str
    price: Money | None = None
    until: date | None = None


class Book:
    """What is spent: until now by the ledger's word, and in the days to come."""

    def __init__(self, spent: Callable[[Budget, str], Money]) -> None:
        self._spent = cache(spent)
        self._ahead: list[tuple[datetime, str, str, Money]] = []

    def add(self, at: datetime, account: str, line: str, price: Money) -> None:
        """Count a renewal that is to come."""
        self._ahead.append((at, account, line, price))

    def total(self, budget: Budget, currency: str) -> Money:
        """All that counts against a budget."""
        total = self._spent(budget, currency)
        for at, account, line, price in self._ahead:
            mine = budget.account in (None, account) and budget.line in (None, line)
            if mine and at >= budget.since and price.currency == currency:
                total += price
        return total


@dataclass
class LineAhead:
    """A line that is read at its provider's site. `seen` is its last reading, of the day `on`.

    `over`: nothing more can be told of it, `notes` tell why where that is no action. `by_hand`: its
    account has no schedule. `held`: the last run held it back for quiet hours. `paused_until`: nothing
    is done with it before that. `idle_until`: before that, runs find nothing else than the last one did.
    """

    account: Account
    line: Line
    flow: Flow
    quiet: QuietHours
    workspace_caps: Caps
    timezone: ZoneInfo
    seen: dict[str, Any]
    on: date
    by_hand: bool = False
    over: bool = False
    held: bool = field(default=False, init=False)
    paused_until: datetime | None = field(default=None, init=False)
    idle_until: datetime | None = field(default=None, init=False)
    notes: list[str] = field(default_factory=list, init=False)
    _blind: str | None = field(default=None, init=False)
    _met: str | None = field(default=None, init=False)
    _refused: str | None = field(default=None, init=False)

    def play(self, now: datetime, book: Book) -> Iterator[Action]:
        """What a run at this moment does with the line."""
        today = now.astimezone(self.quiet.zone).date()
        self.held = False
        if self.over or _before(now, self.idle_until):
            return
        end = last_day(self.seen, self.on)
        if end is not None and end < today:
            yield from self._end(now, end)
            if self._blind or not self._pays(now, book):
                return
            self.over = False  # the run does not ask whether it is too late: the site does
        if self.paused_until is not None and now < self.paused_until:
            self.idle_until = min(self.paused_until, _midnight(today, self.quiet.zone))
            return
        course = self.course(now)
        if course.wait is not None:
            self.held = True
        elif course.outcome in ("nothing_due", "read_only"):
            self.idle_until = _midnight(today, self.quiet.zone)
            self._met = None if course.outcome == "nothing_due" else self._met
        elif course.outcome is not None:
            yield self._stop(now, course.message)
        elif base_of(self.seen) == self._met and self._blind:
            self._give_up()
        elif base_of(self.seen) == self._met:
            yield self._stop(now, "still due after a renewal; nothing more is paid")
        else:
            yield from self._renew(now, today, book)

    def course(self, now: datetime) -> Course:
        """What a run at this moment decides, if the line is by then as it was read last."""
        today = now.astimezone(self.quiet.zone).date()
        paused = "it is paused" if _before(now, self.paused_until) else None
        reading = self._reading(today)
        return course_of(self.line, self.flow, reading, now, self.quiet, paused=paused)

    @property
    def end(self) -> date | None:
        """Its last day, as things stand."""
        return last_day(self.seen, self.on)

    def rest(self, now: datetime) -> Iterator[Action]:
        """What is left to be said at the end of all days."""
        end = last_day(self.seen, self.on)
        if not self.over and end is not None and end < now.astimezone(self.quiet.zone).date():
            yield from self._end(now, end)

    def _pays(self, now: datetime, book: Book) -> bool:
        """Whether a run at this moment buys something that the caps carry."""
        price = self.line.plan.price if self.line.plan is not None else None
        if price is None or self.course(now).outcome is not None:
            return False
        return not price.amount or self._over_budget(price, now, book) is None

    def _renew(self, now: datetime, today: date, book: Book) -> Iterator[Action]:
        plan, policy = self.line.plan, self.line.policy
        assert plan is not None and policy is not None  # noqa: S101, PT018  course_of() has seen to it
        if plan.price is None:
            yield self._stop(now, f"no price is agreed for “{plan.known_as}”")
            return
        price = plan.price
        if price.amount and (refused := self._over_budget(price, now, book)) is not None:
            if refused != self._refused:
                self._refused = refused
                yield self._action(now, "needs you", f"{refused}; nothing is paid", None)
            here = now.astimezone(self.timezone).date()  # where budgets begin anew
            self.idle_until = min(_midnight(today, self.quiet.zone), _midnight(here, self.timezone))
            return
        self._refused = None
        self._met = base_of(self.seen)
        brings = plan_facts(self.flow, plan)
        self.seen = renewed(self._reading(today), self.flow, brings, today)
        if brings.days is None and self.flow.keep is None:
            self._blind = plan.known_as
        self.on = today
        book.add(now, self.account.name, self.line.name, price)
        what: What = "approve" if price.amount and wanted(policy, price) else "renew"
        yield self._action(now, "by hand" if self.by_hand else what, plan.known_as, price)

    def _over_budget(self, price: Money, now: datetime, book: Book) -> str | None:
        own, account, workspace = self.line.caps, self.account.caps, self.workspace_caps
        here = now.astimezone(self.timezone)
        refused = over(
            price,
            budgets_for(own, account, workspace, here, self.account.name, self.line.name),
            highest(own, account, workspace),
            lambda budget: book.total(budget, price.currency),
        )
        return None if refused is None else refused[0]

    def _reading(self, today: date) -> Mapping[str, Any]:
        """What the site is expected to show on a day: as it showed last, but for the days."""
        found = dict(self.seen)
        if (end := last_day(self.seen, self.on)) is not None:
            found["days_left"] = (end - today).days
        return found

    def _stop(self, now: datetime, message: str) -> Action:
        self.over = True
        return self._action(now, "needs you", message, None)

    def _end(self, now: datetime, end: date) -> Iterator[Action]:
        if self._blind:
            self._give_up()
            return
        self.over = True
        late = datetime.combine(end, time.max, self.quiet.zone)
        yield self._action(
            min(late.astimezone(now.tzinfo), now), "ends", "the last day, as it was read", None
        )

    def _give_up(self) -> None:
        """A renewal's days are not known: neither when the next one is due, nor when the line ends."""
        self.over = True
        self.notes.append(
            f"how many days “{self._blind}” brings is not known: what comes after it can't be told"
        )

    def _action(self, at: datetime, what: What, message: str, price: Money | None) -> Action:
        until = None if self._blind else last_day(self.seen, self.on)
        return Action(
            at, self.account.name, self.line.name, self.line.title, what, message, price, until
        )


@dataclass
class OwnersLineAhead:
    """A line without a site: its owner renews it, and is reminded in time. `zone` is the owner's."""

    account: Account
    line: Line
    zone: ZoneInfo
    until: date
    over: bool = False
    held: bool = field(default=False, init=False)
    paused_until: datetime | None = field(default=None, init=False)
    idle_until: datetime | None = field(default=None, init=False)
    notes: tuple[str, ...] = ()

    def play(self, now: datetime, _: Book) -> Iterator[Action]:
        """What a run at this moment does with the line."""
        if self.over or _before(now, self.idle_until):
            return
        today = now.astimezone(self.zone).date()
        self.idle_until = _midnight(today, self.zone)
        if self.paused_until is not None and now < self.paused_until:
            self.idle_until = min(self.paused_until, self.idle_until)
            return
        try:
            due = decide(reminds_when(self.line), facts({"expires_on": self.until}, today)).due
        except PolicyUnclear as unclear:
            self.over = True
            yield self._action(now, "needs you", str(unclear))
            return
        if due:
            self.over = True
            yield self._action(now, "remind", self.line.how or "renew it by hand")

    def rest(self, _: datetime) -> Iterator[Action]:
        """Nothing: whoever is not reminded has time."""
        yield from ()

    def _action(self, at: datetime, what: What, message: str) -> Action:
        return Action(
            at, self.account.name, self.line.name, self.line.title, what, message, None, self.until
        )


def _before(now: datetime, moment: datetime | None) -> bool:
    return moment is not None and now < moment


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The end of a day."""
    return datetime.combine(day + timedelta(days=1), time(), zone)
