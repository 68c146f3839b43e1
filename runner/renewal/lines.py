"""One line of an account in a run: read, settle what is open, decide, renew, prove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from runner.config.model import Account, Line
from runner.flow.library import Site
from runner.flow.model import PlanFacts
from runner.ledger.errors import AlreadyMet, LineBlocked
from runner.ledger.lease import Lease
from runner.ledger.records import Renewal, Run
from runner.ledger.states import State
from runner.page.problems import Problem, Seen, Stopped
from runner.renewal.cycle import cycle_of
from runner.renewal.guard import Guard, Limits
from runner.renewal.outcome import LineResult, RenewalResult
from runner.renewal.policy import Decision, PolicyUnclear, day_of, decide, facts
from runner.renewal.reconcile import OPEN, open_renewals, overdue, proof_of, reconcile
from runner.renewal.signing_in import SignedIn
from runner.values.read import to_json

if TYPE_CHECKING:
    from runner.renewal.run import Options, Tools


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
        self.result = LineResult(line.name, line.title)

    async def play(self) -> None:
        """Play the line to its end; `result` holds outcome and message."""
        reading = await self._read()
        self.result.before = reading
        if await self._still_open(reading):
            return
        decision = self._decide(reading)
        if decision is None:
            return
        self.result.decision = decision.why
        if self._options.read_only:
            self._end("read_only", "read only, as asked" + (": it is due" if decision.due else ""))
        elif not decision.due:
            self._end("nothing_due", "nothing is due")
        elif not self._site.flow.renew:
            self._end("needs_you", "it is due, but this flow can't renew: renew it by hand")
        elif self._line.plan is None:
            self._end("needs_you", "it is due, but no plan is set for it in config.yaml")
        else:
            await self._renew(reading)

    async def _read(self) -> dict[str, Any]:
        """Read the line and keep the reading."""
        found = await self._player.phase("read", self._names())
        now = self._tools.clock()
        today = now.astimezone(ZoneInfo(self._site.flow.timezone)).date()
        reading = facts(found, today)
        del reading["today"]
        self._tools.ledger.readings.add(
            self._run.id,
            self._account.name,
            self._line.name,
            balance=reading.get("balance"),
            expires_on=day_of(reading.get("expires_on")),
            days_left=reading.get("days_left"),
            data_left=reading.get("data_left"),
            values={name: to_json(value) for name, value in reading.items() if value is not None},
        )
        self.result.reading = reading
        return reading

    async def _history(self) -> list[dict[str, Any]] | None:
        """The provider's own list of payments; None where the flow has none or it can't be read."""
        if not self._site.flow.history:
            return None
        try:
            found = await self._player.phase("history", self._names())
        except Seen:
            raise
        except Problem as problem:
            self.result.decision += f" (the history could not be read: {problem.message})"
            return None
        rows: list[dict[str, Any]] = found["rows"]
        return rows

    async def _still_open(self, reading: Mapping[str, Any]) -> bool:
        """Settle what earlier runs left open. True when that is all that may be done now."""
        ledger = self._tools.ledger
        found = open_renewals(ledger, self._account.name, self._line.name)
        if not found:
            return False
        rows = await self._history()
        now, flow = self._tools.clock(), self._site.flow
        renewal = found[0]
        for renewal in found:
            renewal = reconcile(ledger, renewal, flow, reading, rows, now=now, run_id=self._run.id)
            self.result.renewal = RenewalResult.of(renewal)
            if renewal.state in OPEN:
                break
        else:
            if renewal.state is State.VERIFIED:
                self._end("renewed", "an earlier renewal has now been proved")
                return True
            return False  # it was proved not to have been charged: the line may be renewed again
        self._tell_open(renewal, now)
        return True

    def _tell_open(self, renewal: Renewal, now: Any) -> None:
        facts_ = self._site.flow.plans.get(renewal.plan, PlanFacts())
        if renewal.state is State.UNKNOWN:
            self._end(
                "payment_unknown",
                f"nobody can tell yet whether {renewal.price} was charged; nothing is paid on this "
                f"line until the provider shows it, or you say so",
            )
        elif overdue(renewal, facts_, now):
            contact = self._site.flow.provider.contact or "the provider"
            self._end(
                "renewal_pending",
                f"paid, but not active after {facts_.active_within.seconds / 60:g} minutes: ask "
                f"{contact}, with receipt {renewal.reference or '(none was shown)'}",
            )
        else:
            self._end("renewal_pending", "paid; the provider has not made it active yet")

    def _decide(self, reading: Mapping[str, Any]) -> Decision | None:
        policy = self._line.policy
        if policy is None or policy.when is None:
            self._end("read_only", "read; no policy says when to renew it")
            return None
        today = self._tools.clock().astimezone(ZoneInfo(self._site.flow.timezone)).date()
        try:
            return decide(policy.when, facts(reading, today))
        except PolicyUnclear as unclear:
            self._end("needs_you", str(unclear))
            return None

    async def _renew(self, reading: Mapping[str, Any]) -> None:
        """Play `renew` under the guard's eyes, then look for the proof."""
        guard = self._new_guard(reading)
        if guard is None:
            return
        assert self._line.plan is not None  # noqa: S101  play() has seen to it
        plan = self._line.plan
        facts_ = self._site.flow.plans.get(plan.name, PlanFacts())
        names = self._names() | {
            "plan": {
                "name": plan.name,
                "title": facts_.title,
                "price": plan.price,
                "days": facts_.days,
                "data": facts_.data,
                "balance": facts_.balance,
            }
        }
        found: dict[str, Any] = {}
        try:
            found = await self._player.phase("renew", names, guard)
        except Problem as problem:
            self._note_renewal(guard)
            if guard.state is not State.CONFIRMED:
                if isinstance(problem, Stopped):
                    self._end(problem.ends_as(), problem.message)
                    return
                guard.give_up(problem.message)
                raise
            self.result.decision += f" (after the payment: {problem.message})"
        except BaseException:
            guard.give_up("the run was cut off before the payment")
            raise
        finally:
            self._note_renewal(guard)
        if guard.renewal is None or guard.state is not State.CONFIRMED:
            guard.give_up("the flow ended without paying")
            self._end("changed", "the flow came to its end without a payment")
            return
        await self._prove(
            guard, found.get("reference") or self._player.stage.extracted.get("reference")
        )

    def _new_guard(self, reading: Mapping[str, Any]) -> Guard | None:
        line, account, ledger = self._line, self._account, self._tools.ledger
        assert line.plan is not None and line.policy is not None and line.policy.when is not None  # noqa: S101, PT018
        renewal = None
        if not self._options.dry_run:
            cycle = cycle_of(ledger, account.name, line.name, reading, line.policy.when)
            try:
                renewal = ledger.renewals.plan(
                    self._run.id, account.name, line.name, cycle, line.plan.name, line.plan.price,
                    reason=self.result.decision,
                )  # fmt: skip
            except AlreadyMet as met:
                renewal = met.renewal
                self.result.renewal = RenewalResult.of(renewal)
                if renewal.state not in (State.PLANNED, State.APPROVED):
                    self._end(
                        "needs_you",
                        f"still due, although this was renewed already ({renewal.state}, "
                        f"receipt {renewal.reference or 'unknown'}); nothing more is paid",
                    )
                    return None
            except LineBlocked as blocked:
                self.result.renewal = RenewalResult.of(blocked.renewal)
                self._end("payment_unknown", str(blocked))
                return None
        limits = Limits(
            line.plan, line.policy, line.caps, self._tools.workspace_caps, self._tools.timezone
        )
        return Guard(
            ledger,
            account.name,
            line.name,
            limits,
            self._lease,
            self._run.id,
            self._tools.clock,
            renewal,
        )

    async def _prove(self, guard: Guard, reference: Any) -> None:
        """Read again, and take only the provider's own word for it."""
        assert guard.renewal is not None  # noqa: S101  _renew() has seen to it
        receipt = str(reference) if reference else None
        renewal = replace(guard.renewal, reference=receipt)
        try:
            reading = await self._read()
            rows = await self._history()
        except BaseException as error:  # it is paid: the receipt outlives whatever comes now
            problem = error if isinstance(error, Problem) else None
            why = problem.message if problem else "the run was cut off before the proof"
            guard.receipt(State.RENEWAL_PENDING, why, receipt)
            self._note_renewal(guard)
            self._end("renewal_pending", f"paid {renewal.price}, not proved yet: {why}")
            if problem is None:
                raise
            await self._player.keep_failure()
            return
        facts_ = self._site.flow.plans.get(renewal.plan, PlanFacts())
        proof = proof_of(self._tools.ledger, renewal, self._site.flow, facts_, reading, rows)
        to = State.VERIFIED if proof.complete else State.RENEWAL_PENDING
        guard.receipt(to, proof.text, receipt)
        self._note_renewal(guard)
        if proof.complete:
            self._end("renewed", f"renewed for {renewal.price}: {proof.text}")
        else:
            self._end("renewal_pending", f"paid {renewal.price}, not proved yet: {proof.text}")

    def _note_renewal(self, guard: Guard) -> None:
        if guard.renewal is not None:
            self.result.renewal = RenewalResult.of(guard.renewal)

    def _names(self) -> dict[str, Any]:
        return {
            "line": {"name": self._line.name, "title": self._line.title or self._line.name},
            "today": self._tools.clock().astimezone(ZoneInfo(self._site.flow.timezone)).date(),
        }

    def _end(self, outcome: str, message: str) -> None:
        self.result.outcome, self.result.message = outcome, message
