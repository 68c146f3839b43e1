"""The order of one line: renewed under the guard's eyes, paid for once, and proved by the provider's word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runner.flow.model import PlanFacts
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.page.problems import NotClicked, Problem, Stopped
from runner.page.watch import settle
from runner.renewal.bought import as_named, facts_of_offer, kept_of
from runner.renewal.course import held_back
from runner.renewal.cycle import Need
from runner.renewal.guard import Guard, Limits
from runner.renewal.line import PlayedLine
from runner.renewal.looks import clicked_at, next_look
from runner.renewal.news import promotions
from runner.renewal.outcome import RenewalResult
from runner.renewal.planning import INTENTIONS
from runner.renewal.quiet import last_day
from runner.renewal.reconcile import proof_of
from runner.renewal.still_open import OWED, how_to_resolve, paid, words_for
from runner.renewal.verify import DOUBT
from runner.renewal.vouchers import Drawn
from runner.values.read import to_json

_ORDERED = (State.CONFIRMED, State.AWAITING_PAYMENT)
"""The site has taken the order: what happens after it can't undo that."""


class Order:
    """Renews one line that is due."""

    def __init__(self, line: PlayedLine) -> None:
        self._line = line
        self._chosen: PlanFacts | None = None

    async def play(self, reading: Mapping[str, Any]) -> None:
        """Renew the line; its result tells how it ended. Raises Problem."""
        try:
            await self._renew(reading)
        except NotClicked:
            if not await self._was_in_the_way():
                raise
            await self._renew(reading)

    async def _renew(self, reading: Mapping[str, Any]) -> None:
        """Play `renew` under the guard's eyes, then look for the proof."""
        line = self._line
        if not self._stocked():
            return
        guard = self._new_guard(reading)
        if guard is None:
            return
        plan = line.agreed.plan
        assert plan is not None  # noqa: S101  the course has seen to it
        names = line.names() | {
            "plan": as_named(plan, self._facts, reading),
            "voucher": Drawn(
                line.tools.vouchers,
                line.site.flow.flow,
                plan.price,
                lambda: None if guard.renewal is None else guard.renewal.id,
            ),
        }
        found: dict[str, Any] = {}
        stage = line.player.stage
        files, pictures = len(stage.files), len(stage.evidence.pictures)
        try:
            found = await line.player.phase("renew", names, guard)
            self._note_choice()
        except Problem as problem:
            self._note_choice()
            self._note_renewal(guard)
            if guard.state not in _ORDERED:
                if isinstance(problem, Stopped):
                    line.end(problem.ends_as(), problem.message, problem.hint, line.picture())
                    return
                guard.give_up(problem.message)
                if guard.state is State.UNKNOWN and guard.renewal and not guard.renewal.free:
                    problem.hint = how_to_resolve(guard.renewal.id)
                raise
            line.result.decision += f" (after the payment: {problem.message})"
        except BaseException:
            guard.give_up("the run was cut off before the payment")
            raise
        finally:
            self._note_renewal(guard)
        if guard.renewal is None or guard.state not in _ORDERED:
            guard.give_up("the flow ended without paying")
            line.end("changed", "the flow came to its end without a payment")
            return
        kept = [*stage.evidence.pictures[pictures:], *stage.files[files:]]
        reference = found.get("reference") or stage.extracted.get("reference")
        if guard.state is State.AWAITING_PAYMENT:
            self._owe(guard.renewal, reference, kept)
        else:
            await self._prove(guard, reference, kept)

    async def _was_in_the_way(self) -> bool:
        """Whether what kept the click from the page is one of the flow's interrupts: it came up in the
        last moment, and is dealt with now, else it would come up again. Nothing was sent, so the order
        may begin anew, as in the next run; but not with another voucher than the one that was typed.
        """
        stage = self._line.player.stage
        try:
            came_up = self._facts.pay_with != "voucher" and await settle(stage)
        except Problem:
            return False
        stage.committed, stage.forewarned = not came_up, came_up
        return came_up

    def _owe(self, renewal: Renewal, reference: Any, files: list[str]) -> None:
        """A slip or an account was named: the owner pays elsewhere, and it is looked at again."""
        line = self._line
        now, seen = line.tools.clock(), line.player.stage.extracted
        folder = line.player.stage.evidence.folder
        renewal = line.tools.ledger.renewals.see_to_again(
            renewal,
            next_look(renewal, self._facts, now),
            reference=str(reference) if reference else None,
            receipts=line.receipts(renewal, [folder / name for name in files]),
            details={name: to_json(seen[name]) for name in OWED if seen.get(name)},
        )
        line.result.renewal = RenewalResult.of(renewal)
        told = words_for(renewal, line.site.flow, now)
        line.end(told.outcome, told.message, told.hint, line.picture(), told.once)

    async def _prove(self, guard: Guard, reference: Any, files: list[str]) -> None:
        """Read again, and take only the provider's own word for it. `files` are the receipts."""
        line = self._line
        assert guard.renewal is not None  # noqa: S101  _renew() has seen to it
        receipt = str(reference) if reference else None
        renewal = replace(guard.renewal, reference=receipt)
        folder = line.player.stage.evidence.folder
        kept = line.receipts(renewal, [folder / name for name in files])
        try:
            reading = await line.read()
            payments = await line.payments(clicked_at(renewal) - DOUBT)
        except BaseException as error:  # it is paid: the receipt outlives whatever comes now
            problem = error if isinstance(error, Problem) else None
            why = problem.message if problem else "the run was cut off before the proof"
            guard.receipt(State.RENEWAL_PENDING, why, receipt, kept)
            self._note_renewal(guard)
            once = f"{renewal.id}/pending"
            line.end("renewal_pending", f"{paid(renewal)}, not proved yet: {why}", once=once)
            if problem is None:
                raise
            await line.player.keep_failure()
            return
        proof = proof_of(
            line.tools.ledger, renewal, line.site.flow, self._facts, reading, payments.rows,
            payments.mailed,
        )  # fmt: skip
        to = State.VERIFIED if proof.complete else State.RENEWAL_PENDING
        guard.receipt(to, proof.text, receipt or proof.reference, kept)
        self._note_renewal(guard)
        if proof.complete:
            cost = "at no cost" if renewal.free else f"for {renewal.price}"
            line.end("renewed", f"renewed {cost}: {proof.text}")
        else:
            told = f"{paid(renewal)}, not proved yet: {proof.text}"
            line.end("renewal_pending", told, once=f"{renewal.id}/pending")

    def _new_guard(self, reading: Mapping[str, Any]) -> Guard | None:
        line = self._line
        agreed, account, tools = line.agreed, line.account, line.tools
        assert agreed.plan is not None and agreed.policy is not None  # noqa: S101, PT018  as below
        assert agreed.policy.when is not None  # noqa: S101  the course has seen to all of it
        need: Need = line.planning.need(reading, agreed.policy.when)
        renewal = None
        if not line.options.dry_run:
            begun = line.planning.begin(need, agreed.plan, line.result.decision)
            if begun.renewal is not None:
                line.result.renewal = RenewalResult.of(begun.renewal)
            if begun.outcome is not None:
                line.end(begun.outcome, begun.message, begun.hint)
                return None
            renewal = begun.renewal
        limits = Limits(
            agreed.plan,
            agreed.policy,
            account.caps,
            tools.workspace_caps,
            tools.timezone,
            agreed.caps,
        )
        return Guard(
            tools.ledger,
            account.name,
            agreed.name,
            limits,
            line.lease,
            line.run.id,
            tools.clock,
            renewal,
            facts=self._facts,
            doubt=need.doubt,
            evidence=line.kept,
            chosen=self._offer,
            closed=lambda: self._closed(reading),
        )

    def _note_choice(self) -> None:
        """What was chosen among the offers, and what that brings; and what was passed over."""
        line = self._line
        seen = line.player.stage.extracted
        if told := seen.get("choice"):
            line.result.decision += f"; {told}"
        line.result.news += promotions(seen)
        if offer := self._offer():
            self._chosen = facts_of_offer(offer, line.site.flow)

    def _offer(self) -> dict[str, Any]:
        """What is kept of the offer that was chosen by the owner's rule."""
        line = self._line
        plan = line.agreed.plan
        by_rule = plan is not None and plan.choose is not None
        return kept_of(line.player.stage.extracted.get("offer") if by_rule else None)

    def _note_renewal(self, guard: Guard) -> None:
        if guard.renewal is not None:
            self._line.result.renewal = RenewalResult.of(guard.renewal)

    def _stocked(self) -> bool:
        """Whether there is a voucher to pay with, where the plan wants one: better seen at once than
        in the middle of an order.
        """
        line = self._line
        plan, stock = line.agreed.plan, line.tools.vouchers
        if self._facts.pay_with != "voucher" or stock is None or plan is None or plan.price is None:
            return True
        flow = line.site.flow.flow
        mine = line.tools.ledger.renewals.list(line.account.name, line.agreed.name, INTENTIONS)
        if stock.free(flow, plan.price) or any(stock.has(renewal.id) for renewal in mine):
            return True
        none = stock.none_left(flow, plan.price)
        line.end("needs_you", f"it is due, but {none.message}", none.hint)
        return False

    @property
    def _facts(self) -> PlanFacts:
        """What the flow knows of the line's plan."""
        line = self._line
        plan = line.agreed.plan
        if self._chosen is not None:
            return self._chosen
        return line.site.flow.plans.get(plan.known_as, PlanFacts()) if plan else PlanFacts()

    def _closed(self, reading: Mapping[str, Any]) -> str | None:
        """Why nothing is paid right now, should quiet hours have come meanwhile."""
        line = self._line
        until = line.quiet.hold_payment(line.tools.clock(), last_day(reading, line.today()))
        if until is None:
            return None
        line.planning.put_off(until)
        return held_back(line.quiet, until)
