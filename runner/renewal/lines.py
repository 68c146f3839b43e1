"""One line of an account in a run: read, settle what is open, decide, renew, prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.config.model import Account, Line
from runner.flow.library import Site
from runner.flow.model import PlanFacts
from runner.ledger.lease import Lease
from runner.ledger.records import Renewal, Run
from runner.ledger.states import State
from runner.page.problems import NotClicked, Problem, Stopped
from runner.page.watch import settle
from runner.renewal import pausing, recall
from runner.renewal.bought import as_named, facts_of_offer, kept_of
from runner.renewal.course import course_of, held_back
from runner.renewal.cycle import Need
from runner.renewal.guard import Guard, Limits
from runner.renewal.keep import last_payment, with_keep
from runner.renewal.looks import OPEN, clicked_at, next_look
from runner.renewal.news import AUTOMATIC, promotions, renews_itself
from runner.renewal.outcome import LineResult, RenewalResult
from runner.renewal.payments import Payments, last_mailed, payments_of
from runner.renewal.planning import INTENTIONS, Planning
from runner.renewal.policy import day_of, facts
from runner.renewal.quiet import QuietHours, last_day
from runner.renewal.receipts import keep_receipts
from runner.renewal.reconcile import open_renewals, proof_of, reconcile
from runner.renewal.signing_in import SignedIn
from runner.renewal.still_open import OWED, how_to_resolve, paid, words_for
from runner.renewal.verify import DOUBT
from runner.renewal.vouchers import Drawn
from runner.values.read import to_json

if TYPE_CHECKING:
    from runner.renewal.run import Options, Tools

_ORDERED = (State.CONFIRMED, State.AWAITING_PAYMENT)
"""The site has taken the order: what happens after it can't undo that."""


class LineRun:
    """Plays one line. `result` tells how far it came, even when a problem ends the run."""

    def __init__(
        self,
        account: Account,
        line: Line,
        site: Site,
        player: SignedIn,
        tools: Tools,
        options: Options,
        run: Run,
        lease: Lease,
    ) -> None:
        self._account, self._line, self._site, self._player = account, line, site, player
        self._tools, self._options, self._run, self._lease = tools, options, run, lease
        self._planning = Planning(
            tools.ledger, account, line, run.id, tools.clock, self._kept, tools.timezone
        )
        self._quiet = QuietHours.of(account, site.flow)
        # A mail does not say which of several lines was paid for.
        self._mails = tools.mails(account) if len(account.lines) == 1 else None
        self._chosen: PlanFacts | None = None
        self.result = LineResult(line.name, line.title)
        self._pictures_before = len(player.stage.evidence.pictures)

    async def play(self) -> None:
        """Play the line to its end; `result` holds outcome and message."""
        self._pictures_before = len(self._player.stage.evidence.pictures)
        reading = await self._read()
        self.result.before = reading
        if self._options.looking is not None:
            await self._look_only()
            return
        if await self._still_open(reading):
            return
        options = self._options
        course = course_of(
            self._line, self._site.flow, reading, self._tools.clock(), self._quiet,
            read_only=options.read_only, dry_run=options.dry_run, paused=self._paused(),
        )  # fmt: skip
        self.result.decision = course.why
        if course.outcome is None:
            try:
                await self._renew(reading)
            except NotClicked:
                if not await self._was_in_the_way():
                    raise
                await self._renew(reading)
            return
        if course.outcome == "nothing_due":
            self._planning.drop("it is not due any more")
        if course.wait is not None:
            self._planning.put_off(course.wait)
        stage, picture = self._player.stage, None
        if course.shown:
            picture = await stage.evidence.picture(stage.page, "provider", stage.covered)
        self._end(course.outcome, course.message, course.hint, picture, course.once)

    async def _look_only(self) -> None:
        """In a field test: the list of payments is looked at too, and nothing is decided."""
        await self._payments(None)
        self._end("read_only", f"a field test: only looked at{self.result.decision}")

    async def _read(self) -> dict[str, Any]:
        """Read the line and keep the reading."""
        found = await self._player.phase("read", self._names())
        zone, ledger = self._quiet.zone, self._tools.ledger
        last = last_payment(ledger, self._account.name, self._line, zone)
        if day_of(found.get("last_paid_on")) is None:
            told = await last_mailed(self._site.flow, self._mails, self._tools.clock())
            last = max((day for day in (last, told) if day), default=None)
        kept = with_keep(found, self._site.flow.keep, last)
        reading = facts(kept, self._today())
        del reading["today"]
        if self._options.looking is None:  # what was held back may have left another line there
            recall.keep(ledger, self._run.id, self._account.name, self._line.name, reading)
        self.result.reading = reading
        if renews_itself(reading) and AUTOMATIC not in self.result.news:
            self.result.news.append(AUTOMATIC)
        return reading

    async def _payments(self, since: datetime | None) -> Payments:
        """What the provider tells of payments: its own list, and its mails since then."""
        flow, names = self._site.flow, self._names()
        payments = await payments_of(self._player, flow, names, self._mails, since)
        self.result.decision += payments.trouble
        return payments

    async def _still_open(self, reading: Mapping[str, Any]) -> bool:
        """Settle what earlier runs left open. True when that is all that may be done now."""
        ledger = self._tools.ledger
        found = open_renewals(ledger, self._account.name, self._line.name)
        if not found:
            return False
        payments = await self._payments(min(map(clicked_at, found)) - DOUBT)
        stage, now, flow = self._player.stage, self._tools.clock(), self._site.flow
        picture = await stage.evidence.picture(stage.page, "provider", stage.covered)
        renewal = found[0]
        for renewal in found:
            renewal = reconcile(
                ledger, renewal, flow, reading, payments.rows, now=now, run_id=self._run.id,
                evidence=self._kept(), receipts=self._receipts(renewal), mailed=payments.mailed,
            )  # fmt: skip
            self.result.renewal = RenewalResult.of(renewal)
            if renewal.state in OPEN:
                break
        else:
            if renewal.state is State.VERIFIED:
                self._end("renewed", "an earlier renewal has now been proved")
                return True
            return False  # it was proved not to have been charged: the line may be renewed again
        told = words_for(renewal, flow, now)
        self._end(told.outcome, told.message, told.hint, picture, told.once)
        return True

    async def _renew(self, reading: Mapping[str, Any]) -> None:
        """Play `renew` under the guard's eyes, then look for the proof."""
        if not self._stocked():
            return
        guard = self._new_guard(reading)
        if guard is None:
            return
        assert self._line.plan is not None  # noqa: S101  play() has seen to it
        plan = self._line.plan
        names = self._names() | {
            "plan": as_named(plan, self._facts, reading),
            "voucher": Drawn(
                self._tools.vouchers,
                self._site.flow.flow,
                plan.price,
                lambda: None if guard.renewal is None else guard.renewal.id,
            ),
        }
        found: dict[str, Any] = {}
        stage = self._player.stage
        files, pictures = len(stage.files), len(stage.evidence.pictures)
        try:
            found = await self._player.phase("renew", names, guard)
            self._note_choice()
        except Problem as problem:
            self._note_choice()
            self._note_renewal(guard)
            if guard.state not in _ORDERED:
                if isinstance(problem, Stopped):
                    self._end(problem.ends_as(), problem.message, problem.hint, self._picture())
                    return
                guard.give_up(problem.message)
                if guard.state is State.UNKNOWN and guard.renewal and not guard.renewal.free:
                    problem.hint = how_to_resolve(guard.renewal.id)
                raise
            self.result.decision += f" (after the payment: {problem.message})"
        except BaseException:
            guard.give_up("the run was cut off before the payment")
            raise
        finally:
            self._note_renewal(guard)
        if guard.renewal is None or guard.state not in _ORDERED:
            guard.give_up("the flow ended without paying")
            self._end("changed", "the flow came to its end without a payment")
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
        stage = self._player.stage
        try:
            came_up = self._facts.pay_with != "voucher" and await settle(stage)
        except Problem:
            return False
        stage.committed, stage.forewarned = not came_up, came_up
        return came_up

    def _owe(self, renewal: Renewal, reference: Any, files: list[str]) -> None:
        """A slip or an account was named: the owner pays elsewhere, and it is looked at again."""
        ledger, now, seen = self._tools.ledger, self._tools.clock(), self._player.stage.extracted
        folder = self._player.stage.evidence.folder
        renewal = ledger.renewals.see_to_again(
            renewal,
            next_look(renewal, self._facts, now),
            reference=str(reference) if reference else None,
            receipts=self._receipts(renewal, [folder / name for name in files]),
            details={name: to_json(seen[name]) for name in OWED if seen.get(name)},
        )
        self.result.renewal = RenewalResult.of(renewal)
        told = words_for(renewal, self._site.flow, now)
        self._end(told.outcome, told.message, told.hint, self._picture(), told.once)

    def _new_guard(self, reading: Mapping[str, Any]) -> Guard | None:
        line, account, tools = self._line, self._account, self._tools
        assert line.plan is not None and line.policy is not None and line.policy.when is not None  # noqa: S101, PT018
        need: Need = self._planning.need(reading, line.policy.when)
        renewal = None
        if not self._options.dry_run:
            begun = self._planning.begin(need, line.plan, self.result.decision)
            if begun.renewal is not None:
                self.result.renewal = RenewalResult.of(begun.renewal)
            if begun.outcome is not None:
                self._end(begun.outcome, begun.message, begun.hint)
                return None
            renewal = begun.renewal
        limits = Limits(
            line.plan, line.policy, account.caps, tools.workspace_caps, tools.timezone, line.caps
        )
        return Guard(
            tools.ledger,
            account.name,
            line.name,
            limits,
            self._lease,
            self._run.id,
            tools.clock,
            renewal,
            facts=self._facts,
            doubt=need.doubt,
            evidence=self._kept,
            chosen=self._offer,
            closed=lambda: self._closed(reading),
        )

    async def _prove(self, guard: Guard, reference: Any, files: list[str]) -> None:
        """Read again, and take only the provider's own word for it. `files` are the receipts."""
        assert guard.renewal is not None  # noqa: S101  _renew() has seen to it
        receipt = str(reference) if reference else None
        renewal = replace(guard.renewal, reference=receipt)
        folder = self._player.stage.evidence.folder
        kept = self._receipts(renewal, [folder / name for name in files])
        try:
            reading = await self._read()
            payments = await self._payments(clicked_at(renewal) - DOUBT)
        except BaseException as error:  # it is paid: the receipt outlives whatever comes now
            problem = error if isinstance(error, Problem) else None
            why = problem.message if problem else "the run was cut off before the proof"
            guard.receipt(State.RENEWAL_PENDING, why, receipt, kept)
            self._note_renewal(guard)
            once = f"{renewal.id}/pending"
            self._end("renewal_pending", f"{paid(renewal)}, not proved yet: {why}", once=once)
            if problem is None:
                raise
            await self._player.keep_failure()
            return
        proof = proof_of(
            self._tools.ledger, renewal, self._site.flow, self._facts, reading, payments.rows,
            payments.mailed,
        )  # fmt: skip
        to = State.VERIFIED if proof.complete else State.RENEWAL_PENDING
        guard.receipt(to, proof.text, receipt or proof.reference, kept)
        self._note_renewal(guard)
        if proof.complete:
            cost = "at no cost" if renewal.free else f"for {renewal.price}"
            self._end("renewed", f"renewed {cost}: {proof.text}")
        else:
            told = f"{paid(renewal)}, not proved yet: {proof.text}"
            self._end("renewal_pending", told, once=f"{renewal.id}/pending")

    def _note_choice(self) -> None:
        """What was chosen among the offers, and what that brings; and what was passed over."""
        seen = self._player.stage.extracted
        if told := seen.get("choice"):
            self.result.decision += f"; {told}"
        self.result.news += promotions(seen)
        if offer := self._offer():
            self._chosen = facts_of_offer(offer, self._site.flow)

    def _offer(self) -> dict[str, Any]:
        """What is kept of the offer that was chosen by the owner's rule."""
        plan = self._line.plan
        by_rule = plan is not None and plan.choose is not None
        return kept_of(self._player.stage.extracted.get("offer") if by_rule else None)

    def _note_renewal(self, guard: Guard) -> None:
        if guard.renewal is not None:
            self.result.renewal = RenewalResult.of(guard.renewal)

    def _stocked(self) -> bool:
        """Whether there is a voucher to pay with, where the plan wants one: better seen at once than
        in the middle of an order.
        """
        plan, stock = self._line.plan, self._tools.vouchers
        if self._facts.pay_with != "voucher" or stock is None or plan is None or plan.price is None:
            return True
        flow = self._site.flow.flow
        mine = self._tools.ledger.renewals.list(self._account.name, self._line.name, INTENTIONS)
        if stock.free(flow, plan.price) or any(stock.has(renewal.id) for renewal in mine):
            return True
        none = stock.none_left(flow, plan.price)
        self._end("needs_you", f"it is due, but {none.message}", none.hint)
        return False

    @property
    def _facts(self) -> PlanFacts:
        """What the flow knows of the line's plan."""
        plan = self._line.plan
        if self._chosen is not None:
            return self._chosen
        return self._site.flow.plans.get(plan.known_as, PlanFacts()) if plan else PlanFacts()

    def _kept(self) -> str:
        """What the run has kept last: its folder of evidence, or the newest picture in it."""
        picture = self._picture()
        folder = self._player.stage.evidence.folder.name
        return f"{folder}/{picture}" if picture else folder

    def _picture(self) -> str | None:
        """The newest picture of this line."""
        pictures = self._player.stage.evidence.pictures[self._pictures_before :]
        return pictures[-1] if pictures else None

    def _receipts(self, renewal: Renewal, more: Sequence[Path] = ()) -> tuple[str, ...]:
        """Keep the pictures and files of a payment for good; gives where they are."""
        tools = self._tools
        moves = tools.ledger.renewals.moves(renewal.id)
        return keep_receipts(renewal, moves, tools.evidence_folder, tools.receipts_folder, more)

    def _names(self) -> dict[str, Any]:
        return {
            "line": {"name": self._line.name, "title": self._line.title or self._line.name},
            "today": self._today(),
        }

    def _paused(self) -> str | None:
        tools, account = self._tools, self._account.name
        return pausing.why_paused(tools.ledger, account, self._line.name, tools.timezone)

    def _today(self) -> date:
        """The day at the provider."""
        return self._tools.clock().astimezone(self._quiet.zone).date()

    def _closed(self, reading: Mapping[str, Any]) -> str | None:
        """Why nothing is paid right now, should quiet hours have come meanwhile."""
        until = self._quiet.hold_payment(self._tools.clock(), last_day(reading, self._today()))
        if until is None:
            return None
        self._planning.put_off(until)
        return held_back(self._quiet, until)

    def _end(
        self,
        outcome: str,
        message: str,
        hint: str | None = None,
        picture: str | None = None,
        once: str | None = None,
    ) -> None:
        self.result.outcome, self.result.message = outcome, message
        self.result.hint, self.result.picture, self.result.once = hint, picture, once
