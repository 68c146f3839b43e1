"""Beginning a renewal: one for each need, the owner's word waited for, and old intentions dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from runner.config.model import Account, Line, Plan
from runner.flow.expressions import Expression
from runner.ledger.errors import AlreadyMet, LineBlocked
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.renewal.approval import expire, is_asked, late
from runner.renewal.cycle import Need, need_of

INTENTIONS = frozenset({State.PLANNED, State.APPROVED})
"""Wanted, and nothing of it paid."""


@dataclass(frozen=True)
class Begun:
    """The renewal to go on with; or, with an `outcome`, why none is played now."""

    renewal: Renewal | None
    outcome: str | None = None
    message: str = ""
    hint: str | None = None


class Planning:
    """The intentions of one line. Only the run that holds the account's lease may use it.

    `timezone` is the owner's, `site` the provider's.
    """

    def __init__(
        self,
        ledger: Ledger,
        account: Account,
        line: Line,
        run_id: str,
        clock: Callable[[], datetime],
        evidence: Callable[[], str],
        timezone: ZoneInfo,
        site: ZoneInfo,
    ) -> None:
        self._ledger, self._account, self._line = ledger, account.name, line.name
        self._run_id, self._clock, self._evidence = run_id, clock, evidence
        self._timezone, self._site = timezone, site

    def need(self, reading: Mapping[str, Any], when: Expression) -> Need:
        """The need that the line has now."""
        now = self._clock()
        return need_of(self._ledger, self._account, self._line, reading, when, now, self._site)

    def drop(self, reason: str, *, besides: str | None = None) -> None:
        """End what was intended and not paid, but for the need named `besides`."""
        for renewal in self._ledger.renewals.list(self._account, self._line, INTENTIONS):
            if renewal.cycle != besides:
                self._abort(renewal, reason)

    def put_off(self, until: datetime) -> None:
        """What the owner has approved is not paid now: it calls for a run again after this time."""
        approved = self._ledger.renewals.list(self._account, self._line, {State.APPROVED})
        for renewal in approved:
            self._ledger.renewals.see_to_again(renewal, until)

    def begin(self, need: Need, plan: Plan, reason: str) -> Begun:
        """The one renewal for this need."""
        for renewal in late(self._ledger, self._clock()):
            if (renewal.account, renewal.line) == (self._account, self._line):
                expire(self._ledger, renewal)  # it is asked for anew below
        self.drop(f"the need is another one now: {need.cycle}", besides=need.cycle)
        try:
            return Begun(self._plan(need, plan, reason))
        except AlreadyMet as met:
            renewal = met.renewal
        except LineBlocked as blocked:
            return Begun(blocked.renewal, "payment_unknown", str(blocked))
        if renewal.state not in INTENTIONS:
            return Begun(
                renewal,
                "needs_you",
                f"still due, although this was renewed already ({renewal.state}, "
                f"receipt {renewal.reference or 'unknown'}); nothing more is paid",
            )
        if renewal.plan != plan.known_as:
            self._abort(renewal, f"the plan is another one now: {plan.known_as}")
            return Begun(self._plan(need, plan, reason))
        if is_asked(renewal):
            until = renewal.next_at.astimezone(self._timezone) if renewal.next_at else None
            return Begun(
                renewal,
                "needs_you",
                f"{renewal.price} still waits for your approval, until {until:%Y-%m-%d %H:%M}",
                f"`kigen approve {renewal.id}`; without it nothing is paid",
            )
        return Begun(renewal)

    def _plan(self, need: Need, plan: Plan, reason: str) -> Renewal:
        return self._ledger.renewals.plan(
            self._run_id, self._account, self._line, need.cycle, plan.known_as, plan.price,
            reason=reason, evidence=self._evidence(),
        )  # fmt: skip

    def _abort(self, renewal: Renewal, reason: str) -> None:
        self._ledger.renewals.move(
            renewal.id,
            State.ABORTED,
            reason=reason,
            run_id=self._run_id,
            evidence=self._evidence(),
        )
