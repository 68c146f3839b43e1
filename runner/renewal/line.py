"""A line that is played in a run: what is read of it and of its payments, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from runner.config.model import Account, Line
from runner.flow.library import Site
from runner.ledger.lease import Lease
from runner.ledger.records import Renewal, Run
from runner.renewal import recall
from runner.renewal.keep import last_payment, with_keep
from runner.renewal.news import AUTOMATIC, renews_itself
from runner.renewal.outcome import LineResult
from runner.renewal.payments import Payments, last_mailed, payments_of
from runner.renewal.planning import Planning
from runner.renewal.policy import at_site, day_of, facts
from runner.renewal.quiet import QuietHours
from runner.renewal.receipts import keep_receipts
from runner.renewal.signing_in import SignedIn
from runner.renewal.tools import Options, Tools


class PlayedLine:
    """One line of an account, in one run. `agreed` is what config.yaml says of it: plan, policy, caps.
    `result` tells how far it came, even when a problem ends the run.
    """

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
        self.account, self.agreed, self.site, self.player = account, line, site, player
        self.tools, self.options, self.run, self.lease = tools, options, run, lease
        self.quiet = QuietHours.of(account, site.flow)
        self.planning = Planning(
            tools.ledger, account, line, run.id, tools.clock, self.kept, tools.timezone,
            self.quiet.zone,
        )  # fmt: skip
        self.result = LineResult(line.name, line.title)
        # A mail does not say which of several lines was paid for.
        self._mails = tools.mails(account) if len(account.lines) == 1 else None
        self._pictures_before = len(player.stage.evidence.pictures)

    async def read(self) -> dict[str, Any]:
        """Read the line and keep the reading. Raises Problem."""
        found = at_site(await self.player.phase("read", self.names()), self.quiet.zone)
        ledger = self.tools.ledger
        last = last_payment(ledger, self.account.name, self.agreed, self.quiet.zone)
        if day_of(found.get("last_paid_on")) is None:
            told = await last_mailed(self.site.flow, self._mails, self.tools.clock())
            last = max((day for day in (last, told) if day), default=None)
        kept = with_keep(found, self.site.flow.keep, last)
        reading = facts(kept, self.today())
        del reading["today"]
        if self.options.looking is None:  # what was held back may have left another line there
            recall.keep(ledger, self.run.id, self.account.name, self.agreed.name, reading)
        self.result.reading = reading
        if renews_itself(reading) and AUTOMATIC not in self.result.news:
            self.result.news.append(AUTOMATIC)
        return reading

    async def payments(self, since: datetime | None) -> Payments:
        """What the provider tells of payments: its own list, and its mails since then."""
        flow, names = self.site.flow, self.names()
        payments = await payments_of(self.player, flow, names, self._mails, since)
        self.result.decision += payments.trouble
        return payments

    def names(self) -> dict[str, Any]:
        """What a phase may name beside what it reads."""
        return {
            "line": {"name": self.agreed.name, "title": self.agreed.title or self.agreed.name},
            "today": self.today(),
        }

    def today(self) -> date:
        """The day at the provider."""
        return self.tools.clock().astimezone(self.quiet.zone).date()

    def kept(self) -> str:
        """What the run has kept last: its folder of evidence, or the newest picture in it."""
        picture = self.picture()
        folder = self.player.stage.evidence.folder.name
        return f"{folder}/{picture}" if picture else folder

    def picture(self) -> str | None:
        """The newest picture of this line."""
        pictures = self.player.stage.evidence.pictures[self._pictures_before :]
        return pictures[-1] if pictures else None

    async def take_picture(self) -> str | None:
        """Keep a picture of the provider's page as it is now."""
        stage = self.player.stage
        return await stage.evidence.picture(stage.page, "provider", stage.covered)

    def receipts(self, renewal: Renewal, more: Sequence[Path] = ()) -> tuple[str, ...]:
        """Keep the pictures and files of a payment for good; gives where they are."""
        tools = self.tools
        moves = tools.ledger.renewals.moves(renewal.id)
        return keep_receipts(renewal, moves, tools.evidence_folder, tools.receipts_folder, more)

    def end(
        self,
        outcome: str,
        message: str,
        hint: str | None = None,
        picture: str | None = None,
        once: str | None = None,
    ) -> None:
        """How it ended, in words for its owner. `once`: see `LineResult`."""
        self.result.outcome, self.result.message = outcome, message
        self.result.hint, self.result.picture, self.result.once = hint, picture, once
