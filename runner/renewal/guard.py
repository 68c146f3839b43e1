"""The guard between a flow and the owner's money: it approves a price, stores the intent, and
remembers how the paying click ended. Nothing is paid but through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from loguru import logger

from runner.config.model import Caps, Plan, Policy
from runner.flow.model import PlanFacts
from runner.ledger.errors import OverBudget
from runner.ledger.lease import Lease
from runner.ledger.ledger import Ledger
from runner.ledger.records import Budget, Renewal
from runner.ledger.states import State
from runner.page.problems import Stopped
from runner.renewal.approval import PATIENCE, ask, covers, refused, wanted
from runner.renewal.budgets import budgets_for, highest, over
from runner.renewal.looks import OPEN, next_look
from runner.renewal.pausing import why_paused
from runner.values.money import Money

if TYPE_CHECKING:
    from playwright.async_api import Page

_ENDS = {
    "done": State.CONFIRMED,
    "owed": State.AWAITING_PAYMENT,
    "declined": State.DECLINED,
    "aborted": State.ABORTED,
    "unknown": State.UNKNOWN,
}
CUT_OFF = timedelta(minutes=10)
"""An intent older than this, of a run that says no more, belongs to one that was cut off."""


@dataclass
class Limits:
    """What the owner agreed to for one line. `caps` are the account's, `own_caps` the line's."""

    plan: Plan
    policy: Policy
    caps: Caps
    workspace_caps: Caps
    timezone: ZoneInfo
    own_caps: Caps = field(default_factory=Caps)


@dataclass
class Guard:
    """Watches over one renewal of one line. Without a renewal (a dry run) it approves nothing.

    `doubt` makes it ask the owner whatever the price. `evidence` names what the run has kept last,
    `chosen` tells of an offer what later runs need. `closed` tells why nothing may be paid right now.
    """

    ledger: Ledger
    account: str
    line: str
    limits: Limits
    lease: Lease
    run_id: str
    clock: Callable[[], datetime]
    renewal: Renewal | None
    facts: PlanFacts = field(default_factory=PlanFacts)
    doubt: str | None = None
    evidence: Callable[[], str | None] = lambda: None
    chosen: Callable[[], Mapping[str, Any]] = dict
    closed: Callable[[], str | None] = lambda: None
    price: Money | None = field(default=None, init=False)

    @property
    def state(self) -> State | None:
        """The renewal's state, as the ledger has it."""
        return None if self.renewal is None else self.renewal.state

    async def approve(self, price: Money, _: Page) -> None:
        """Hold the price on the page against plan, caps and approval. Raises Stopped."""
        self.price = price
        self._check_price(price)
        self._check_caps(price)
        if self.renewal is None:
            raise Stopped(f"dry run: it stopped right before paying {price}", "read_only")
        if self.facts.pay_with == "voucher" and not self.ledger.vouchers.of(self.renewal.id):
            self._refuse("the flow has typed no voucher, and would pay another way", "needs_you")
        self._check_approval(self.renewal, price)
        self._check_hours()
        if self.state is State.PLANNED:
            self._move(State.APPROVED, f"the price on the page is {price}, as agreed", price)

    async def approve_free(self, _: Page) -> None:
        """See that the plan agreed to is one that costs nothing. Raises Stopped."""
        agreed = self.limits.plan.price
        if agreed is None or agreed.amount:
            self._refuse(
                f"this renews without a price; agreed is {agreed or 'none'}: this may be another plan",
                "needs_you",
            )
            return
        self.price = agreed
        if self.renewal is None:
            raise Stopped("dry run: it stopped right before renewing, which is free", "read_only")
        if self.doubt is not None:
            self._check_approval(self.renewal, agreed)
        self._check_hours()
        if self.state is State.PLANNED:
            self._move(State.APPROVED, "it costs nothing", agreed)

    async def intend(self) -> None:
        """Store, on disk, that the paying click comes next. Raises Stopped if the lease is lost, or
        if another run has meanwhile spent what the caps had left.
        """
        assert self.price is not None  # noqa: S101  approve() comes first
        if not self.lease.still_mine():
            self._refuse("another run took this account over before the payment", "busy")
        why = why_paused(self.ledger, self.account, self.line, self.limits.timezone)
        if why is not None:  # it was not, when this run began
            self._refuse(why, "read_only")
        try:
            self._move(
                State.COMMITTING,
                "the paying click comes next",
                self.price,
                budgets=self._budgets(self.price) if self.price.amount else (),
            )
        except OverBudget as over:
            self._refuse(over.what.rstrip("."), "too_expensive")

    async def close(self, result: str, reason: str) -> None:
        """Note how the click ended."""
        self._move(_ENDS[result], reason)

    def give_up(self, reason: str) -> None:
        """The renewal phase ended before the intent: nothing was paid, the need stays."""
        if self.state in (State.PLANNED, State.APPROVED):
            self._move(State.ABORTED, reason)

    def receipt(
        self,
        state: State,
        reason: str,
        reference: str | None = None,
        receipts: Sequence[str] = (),
    ) -> None:
        """Move on after the payment, with the receipt's number and files where there are some."""
        self._move(state, reason, reference=reference, receipts=receipts)

    def _check_price(self, price: Money) -> None:
        agreed, tolerance = self.limits.plan.price, self.limits.plan.tolerance
        if agreed is None:
            self._refuse(f"no price is agreed for “{self.limits.plan.known_as}”", "needs_you")
            return
        if price.currency != agreed.currency:
            self._refuse(
                f"the page asks {price}; agreed is {agreed}, in another currency", "too_expensive"
            )
        allowed = agreed + tolerance if tolerance is not None else agreed
        if price > allowed:
            self._refuse(f"the page asks {price}; agreed is {agreed}", "too_expensive")
        lowest = agreed - tolerance if tolerance is not None else agreed
        if self.limits.plan.choose is not None:
            lowest = Money(Decimal(0), agreed.currency)  # the rule's limit: less is what it is for
        if price < lowest or price.amount <= 0:
            self._refuse(
                f"the page asks only {price}; agreed is {agreed}: this may be another plan",
                "needs_you",
            )

    def _check_caps(self, price: Money) -> None:
        """Early, so that a run ends with the reason before it stores anything; `intend` decides."""
        limits, renewals = self.limits, self.ledger.renewals

        def spent(budget: Budget) -> Money:
            return renewals.spent(
                price.currency, account=budget.account, line=budget.line, since=budget.since
            )

        caps = highest(limits.own_caps, limits.caps, limits.workspace_caps)
        refused = over(price, self._budgets(price), caps, spent)
        if refused is not None:
            self._refuse(*refused)

    def _budgets(self, price: Money) -> list[Budget]:
        limits = self.limits
        now = self.clock().astimezone(limits.timezone)
        return budgets_for(
            limits.own_caps, limits.caps, limits.workspace_caps, now, self.account, self.line
        )

    def _check_hours(self) -> None:
        """A run may come to the payment long after it began. The owner's word outlives the wait."""
        if (why := self.closed()) is not None:
            raise Stopped(f"{why}; nothing was paid", "maintenance")

    def _check_approval(self, renewal: Renewal, price: Money) -> None:
        """Ask the owner where their word is wanted, unless they have given it for this price."""
        if covers(renewal, price):
            return
        why = self._why_ask(price)
        if why is None:
            return
        if (no := refused(self.ledger, renewal, price, self.clock())) is not None:
            at = no.updated_at.astimezone(self.limits.timezone)
            self._refuse(
                f"the page asks {price}; you refused {no.price} on {at:%Y-%m-%d}", "too_expensive"
            )
        if renewal.state is State.APPROVED:
            self._move(State.ABORTED, f"approved was {renewal.price}, and now {why}")
            renewal = self.ledger.renewals.plan(
                self.run_id, self.account, self.line, renewal.cycle, renewal.plan, price,
                reason="it is asked for anew", evidence=self.evidence(),
            )  # fmt: skip
        until = self.clock() + (self.limits.policy.approve_within or PATIENCE)
        self.renewal = ask(self.ledger, renewal, price, until, why)
        command = f"`kigen approve {renewal.id}`"
        here = until.astimezone(self.limits.timezone)
        raise Stopped(
            f"{why}: {command}, until {here:%Y-%m-%d %H:%M}, then the next run "
            + (f"pays {price}" if price.amount else "renews it, which is free"),
            "needs_you",
            hint=f"look at the picture, then {command}; without it nothing is "
            + ("paid" if price.amount else "clicked"),
        )

    def _why_ask(self, price: Money) -> str | None:
        if self.doubt is not None:
            return f"{self.doubt}; {price if price.amount else 'this'} needs your approval"
        return f"{price} needs your approval" if wanted(self.limits.policy, price) else None

    def _refuse(self, reason: str, outcome: str) -> None:
        self.give_up(reason)
        raise Stopped(f"{reason}; nothing was paid", outcome)

    def _move(
        self,
        to: State,
        reason: str,
        price: Money | None = None,
        reference: str | None = None,
        receipts: Sequence[str] = (),
        budgets: Sequence[Budget] = (),
    ) -> None:
        if self.renewal is not None:
            logger.info("{} {}: renewal is {}: {}", self.account, self.line, to.value, reason)
            self.renewal = self.ledger.renewals.move(
                self.renewal.id,
                to,
                reason=reason,
                evidence=self.evidence(),
                price=price,
                reference=reference,
                receipts=receipts,
                budgets=budgets,
                run_id=self.run_id,
                details=self.chosen() if to is State.COMMITTING else None,
                next_at=self._next_at(self.renewal, to),
            )

    def _next_at(self, renewal: Renewal, to: State) -> datetime | None:
        now = self.clock()
        if to is State.COMMITTING:
            return now + CUT_OFF
        return next_look(renewal, self.facts, now) if to in OPEN else None
