"""Staying signed in: the session that still holds, else the password; once more when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runner.browser.session import Session
from runner.page.player import Player
from runner.page.problems import Seen
from runner.page.stage import Stage, Till


@dataclass
class SignedIn:
    """Plays phases for an owner who is signed in. `notes` tell how that came about."""

    player: Player
    session: Session
    notes: list[str]
    _again: bool = field(default=False)

    @property
    def stage(self) -> Stage:
        return self.player.stage

    async def begin(self) -> None:
        """Sign in, unless the saved session still holds. Raises Problem."""
        held = await self.player.sign_in(resumed=self.session.resumed)
        self.session.keep()
        self.notes.append("the session still held" if held else "signed in")

    async def phase(
        self, name: str, more: Mapping[str, Any], till: Till | None = None
    ) -> dict[str, Any]:
        """Play a phase; should the session end in it, sign in again and play it anew.

        That is done once in a run, and never when the phase has begun to pay.
        """
        try:
            return await self.player.phase(name, more, till)
        except Seen as seen:
            if seen.signal != "signed_out" or self._again or self.stage.committed:
                raise
        self._again = True
        self.notes.append("the session ended in the middle; signed in again")
        await self.player.sign_in(resumed=False)
        self.session.keep()
        return await self.player.phase(name, more, till)

    async def keep_failure(self) -> None:
        """Keep what the page is now, as evidence."""
        await self.player.keep_failure()
