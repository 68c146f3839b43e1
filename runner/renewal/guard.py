"""The guard between a flow and the owner's money: it approves a price, stores the intent, and
remembers how the paying click ended. Nothing is paid but through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loguru import logger

from runner.config.model import Caps, Plan, Policy
from runner.ledger.lease import Lease
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.page.problems import Stopped
from runner.values.money import Money

if TYPE_CHECKING:
    from playwright.async_api import Page

_ENDS = {
    "done": State.CONFIRMED,
    "declined": State.DECLINED,
    "aborted": State.ABORTED,
    "unknown": State.UNKNOWN,
}


@dataclass
class Limits:
    """What the owner agreed to for one line."""

    plan: Plan
    policy: Policy
    caps: Caps
    workspace_caps: Caps
    timezone: ZoneInfo


@dataclass
class Guard:
    """Watches over one renewal of one line. Without a renewal (a dry run) it approves nothing."""

    ledger: Ledger
    account: str
    line: str
    limits: Limits
    lease: Lease
    run_id: str
    clock: Callable[[], datetime]
    renewal: Renewal | None
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
        if self.renewal.state is State.PLANNED:
            self._check_approval(price)
            self._move(State.APPROVED, f"the price on the page is {price}, as agreed", price)

    async def intend(self) -> None:
        """Store, on disk, that the paying click comes next. Raises Stopped if the lease is lost."""
        if not self.lease.still_mine():
            self._refuse("another run took this account over before the payment", "busy")
        self._move(State.COMMITTING, "the paying click comes next", self.price)

    async def close(self, result: str, reason: str) -> None:
        """Note how the click ended."""
        self._move(_ENDS[result], reason)

    def give_up(self, reason: str) -> None:
        """The renewal phase ended before the intent: nothing was paid, the need stays."""
        if self.state in (State.PLANNED, State.APPROVED):
            self._move(State.ABORTED, reason)

    def receipt(self, state: State, reason: str, reference: str | None = None) -> None:
        """Move on after the payment, with the receipt number where there is one."""
        self._move(state, reason, reference=reference)

    def _check_price(self, price: Money) -> None:
        agreed, tolerance = self.limits.plan.price, self.limits.plan.tolerance
        if agreed is None:
            self._refuse(f"no price is agreed for “{self.limits.plan.name}”", "needs_you")
            return
        if price.currency != agreed.currency:
            self._refuse(
                f"the page asks {price}; agreed is {agreed}, in another currency", "too_expensive"
            )
        allowed = agreed + tolerance if tolerance is not None else agreed
        if price > allowed:
            self._refuse(f"the page asks {price}; agreed is {agreed}", "too_expensive")
        lowest = agreed - tolerance if tolerance is not None else agreed
        if price < lowest or price.amount <= 0:
            self._refuse(
                f"the page asks only {price}; agreed is {agreed}: this may be another plan",
                "needs_you",
            )

    def _check_caps(self, price: Money) -> None:
        here = self.clock().astimezone(self.limits.timezone)
        day = here.replace(hour=0, minute=0, second=0, microsecond=0)
        month = day.replace(day=1)
        for whose, caps, account in (
            ("the account's", self.limits.caps, self.account),
            ("the workspace's", self.limits.workspace_caps, None),
        ):
            if caps.renewal is not None:
                self._under(price, caps.renewal, f"{whose} cap for a renewal")
            for cap, since, span in ((caps.day, day, "day"), (caps.month, month, "month")):
                if cap is not None:
                    spent = self.ledger.renewals.spent(price.currency, account=account, since=since)
                    self._under(spent + price, cap, f"{whose} cap for a {span}")

    def _under(self, amount: Money, cap: Money, what: str) -> None:
        if amount.currency != cap.currency:
            self._refuse(
                f"{what} is in {cap.currency}, the price in {amount.currency}", "needs_you"
            )
        if amount > cap:
            self._refuse(
                f"{what} is {cap}; with this renewal it would be {amount}", "too_expensive"
            )

    def _check_approval(self, price: Money) -> None:
        above = self.limits.policy.approve
        if above is None:
            return
        if price.currency != above.currency or price > above:
            assert self.renewal is not None  # noqa: S101  approve() has seen to it
            raise Stopped(
                f"{price} needs your approval: `kigen approve {self.renewal.id}`",
                "needs_you",
                hint=f"`kigen approve {self.renewal.id}`",
            )

    def _refuse(self, reason: str, outcome: str) -> None:
        self.give_up(reason)
        raise Stopped(f"{reason}; nothing was paid", outcome)

    def _move(
        self, to: State, reason: str, price: Money | None = None, reference: str | None = None
    ) -> None:
        if self.renewal is not None:
            logger.info("{} {}: renewal is {}: {}", self.account, self.line, to.value, reason)
            self.renewal = self.ledger.renewals.move(
                self.renewal.id,
                to,
                reason=reason,
                price=price,
                reference=reference,
                run_id=self.run_id,
            )
