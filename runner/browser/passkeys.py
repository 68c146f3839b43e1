"""Passkeys: kept in the vault, lent to a browser for one run, and taken back with their counters.

The browser holds them in a virtual authenticator, which answers for their owner. A site takes a
counter that does not grow for a copy, so a run that will use a passkey first notes a higher counter
than it can reach: killed in the middle, it leaves a gap, never a number that was used before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from runner.browser.keys import NoKey
from runner.browser.vault import Unopened, Vault

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

KIND = "passkeys"
_RESERVED = 16
"""More sign-ins than a run can make."""


@dataclass
class Passkeys:
    """The passkeys of one account. `notes` tell what could not be used."""

    vault: Vault
    account: str
    clock: Callable[[], datetime]
    notes: list[str] = field(default_factory=list)
    _kept: list[dict[str, Any]] = field(default_factory=list, repr=False)
    _on_disk: list[dict[str, Any]] = field(default_factory=list, repr=False)
    _damaged: bool = False

    @classmethod
    def load(cls, vault: Vault, account: str, clock: Callable[[], datetime]) -> Passkeys:
        """Those that are kept. What can't be opened is left where it is, and told in `notes`."""
        found = cls(vault, account, clock)
        try:
            found._kept = found._on_disk = vault.read(KIND, account) or []
        except Unopened as unopened:
            found._damaged = True
            found.notes.append(f"the passkeys can't be used: {unopened}")
        except NoKey as none:
            found.notes.append(f"the passkeys can't be used: {none}")
        return found

    def __bool__(self) -> bool:
        return bool(self._kept)

    @property
    def kept(self) -> list[tuple[str, str, datetime]]:
        """The ID of each, the site that it is for, and when it was added. None of it is secret."""
        return [
            (one["key"]["id"], one["key"]["rpId"], datetime.fromisoformat(one["added_at"]))
            for one in self._kept
        ]

    async def lend(self, context: BrowserContext) -> None:
        """Put them into a browser, before any page is opened."""
        if not self._kept:
            return
        await self.expect_new(context)
        for one in self._kept:
            key = one["key"]
            await context.credentials.create(
                key["rpId"],
                id=key["id"],
                user_handle=key["userHandle"],
                private_key=key["privateKey"],
                public_key=key["publicKey"],
                sign_count=key["signCount"],
            )

    async def expect_new(self, context: BrowserContext) -> None:
        """Let pages find an authenticator: one of our own, and no device of the machine."""
        await context.credentials.install()

    def reserve(self) -> None:
        """Note counters that this run can't reach: to be called before a passkey is used."""
        self._write([_ahead(one, _RESERVED) for one in self._kept])

    async def take_back(self, context: BrowserContext) -> int:
        """Keep what the browser holds now; gives how many are new. Raises NoKey."""
        known = {one["key"]["id"]: one for one in self._kept}
        now = self.clock().isoformat()
        held = [
            {"added_at": known.get(key["id"], {}).get("added_at", now), "key": dict(key)}
            for key in await context.credentials.get()
        ]
        new = len([one for one in held if one["key"]["id"] not in known])
        if self._damaged and held:
            self.vault.set_aside(KIND, self.account)
            self._damaged = False
        if held != self._on_disk:
            self._write(held)
        self._kept = held
        return new

    def remove(self, id: str) -> bool:
        """Forget one; tells whether there was such a one. The site still knows it."""
        rest = [one for one in self._kept if one["key"]["id"] != id]
        if len(rest) == len(self._kept):
            return False
        if rest:
            self._write(rest)
        else:
            self.vault.remove(KIND, self.account)
        self._kept = rest
        return True

    def _write(self, what: list[dict[str, Any]]) -> None:
        self.vault.write(KIND, self.account, what)
        self._on_disk = what


def _ahead(one: dict[str, Any], by: int) -> dict[str, Any]:
    return {**one, "key": {**one["key"], "signCount": one["key"]["signCount"] + by}}
