"""Staying signed in: by the session that still holds, by a passkey, by the password; once more when
the session ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from runner.browser.session import Session
from runner.page.given import Till
from runner.page.player import Player
from runner.page.problems import Ambiguous, Missing, Problem, Refused, Seen, Unexpected
from runner.page.session_end import session_ended
from runner.page.stage import Stage


@dataclass
class SignedIn:
    """Plays phases for an owner who is signed in. `notes` tell how that came about.

    `given` are the names of the account's credentials. `refused`: why the password must not be typed;
    None where it may be.
    """

    player: Player
    session: Session
    notes: list[str]
    given: Collection[str]
    refused: Refused | None = None

    @property
    def stage(self) -> Stage:
        return self.player.stage

    @property
    def has_passkey(self) -> bool:
        """Whether there is a passkey that this flow can sign in with."""
        return bool(self.session.passkeys) and bool(self.stage.site.flow.passkey_login)

    async def begin(self) -> None:
        """Sign in, unless the saved session still holds. Raises Problem."""
        said = await self._sign_in(resumed=self.session.resumed)
        self.notes.append(said)
        self.stage.may_sign_in = True

    async def phase(
        self, name: str, more: Mapping[str, Any], till: Till | None = None
    ) -> dict[str, Any]:
        """Play a phase; should the session end in it, sign in again and play it anew.

        That is done once in a run, and never when the phase has begun to pay.
        """
        try:
            return await self.player.phase(name, more, till)
        except Problem as problem:
            if not await session_ended(self.stage, problem):
                raise
        self.stage.may_sign_in = False
        self.notes.append("the session ended in the middle; signed in again")
        await self._sign_in(resumed=False)
        return await self.player.phase(name, more, till)

    async def keep_failure(self) -> None:
        """Keep what the page is now, as evidence."""
        await self.player.keep_failure()

    async def _sign_in(self, *, resumed: bool) -> str:
        """Sign in by the first way that works; tells which it was."""
        way = "signed in"
        if self.has_passkey:
            self.session.passkeys.reserve()
            try:
                held = await self.player.sign_in(resumed=resumed, by="passkey_login")
                way = "signed in with the passkey"
            except (Seen, Missing, Ambiguous) as problem:
                if isinstance(problem, Seen) and problem.signal != "passkey_refused":
                    raise
                self._may_fall_back(problem)
                held = await self.player.sign_in(resumed=False)
        else:
            held = await self.player.sign_in(resumed=resumed)
        self.session.keep()
        return "the session still held" if held else way

    def _may_fall_back(self, problem: Problem) -> None:
        """Raises what stands against the password as well."""
        problem.hint = problem.hint or (
            "remove it with `kigen passkey remove`, and register a new one with `kigen passkey add`"
        )
        if self.refused is not None:
            raise self.refused
        if not self.stage.site.flow.secrets <= set(self.given):
            raise problem
        self.notes.append(f"{problem.message}; signed in with the password instead")


async def add_passkey(signed_in: SignedIn) -> str:
    """Register a passkey with the site, and keep it; tells so. Raises Problem."""
    session = signed_in.session
    await session.passkeys.expect_new(session.context)
    await signed_in.phase("passkey", {})
    await session.end_trace()  # what comes now holds a private key
    if not await session.passkeys.take_back(session.context):
        raise Unexpected("the flow came to its end, but the site registered no passkey", "changed")
    return f"a passkey for {session.passkeys.kept[-1][1]} was added; later runs sign in with it"
