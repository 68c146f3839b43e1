"""Codes on their way from outside to a run: given by whoever serves, taken by the run that waits.

They may pass from one process to another, so they lie on disk in between: sealed by the key of the
home, each in a file of its own, taken once, and never for longer than `LIFE`. A message without a
number that could be a code is not kept at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from runner.browser.files import file_name, name_of, write_private
from runner.challenge.codes import Asked
from runner.challenge.find import may_hold_code, plain
from runner.challenge.sources import inside

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from runner.browser.vault import Vault

KIND = "codes"
"""The vault's word for what lies here."""
LIFE = timedelta(minutes=10)
"""How long a code may lie here. Sites let them live about as long."""
MEMORY = 2 * LIFE
"""How long a message is known by its digest: longer than its time would let it in once more."""
PAUSE = 0.25
"""Seconds between two looks of a run that waits."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that waits for a code."""

    account: str
    digits: int
    until: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """A text that was given for an account. `sender` is who sent it to the owner, where known."""

    text: str
    at: datetime
    sender: str | None


class Inbox:
    """The codes that lie in one home."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault, self._clock = vault, clock
        self._folder = vault.home / KIND

    def give(self, account: str, text: str, sender: str | None = None) -> bool:
        """Put a text in for an account; whether it was kept. Raises NoKey."""
        self.sweep()
        if not may_hold_code(text):
            return False
        given = {"text": text, "at": self._clock().isoformat(), "sender": sender}
        self._vault.write(KIND, f"{account}:{token_hex(8)}", given)
        return True

    def take(
        self, account: str, since: datetime, meant: Callable[[Given], bool] = lambda _: True
    ) -> list[Given]:
        """What came for an account since then and is meant, the newest first. It is gone from here,
        and so is all that came before."""
        found = []
        for name in self._names(account):
            given = self._open(name)
            if given is not None and given.at >= since and not meant(given):
                continue
            if self._vault.remove(KIND, name) and given is not None and given.at >= since:
                found.append(given)
        return sorted(found, key=lambda given: given.at, reverse=True)

    def sweep(self) -> None:
        """Delete what is too old, taken or not."""
        for kind, life in (("sealed", LIFE), ("seen", MEMORY)):
            oldest = (self._clock() - life).timestamp()
            for file in self._folder.glob(f"*.{kind}"):
                with suppress(FileNotFoundError):
                    if file.stat().st_mtime < oldest:
                        file.unlink()

    def first_time(self, key: bytes, message: bytes) -> bool:
        """Whether this message was not seen before, in this process or in another.

        What is kept for that is a keyed digest, which tells nothing of the message, for `MEMORY`.
        """
        self.sweep()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hmac.new(key, message, hashlib.sha256).hexdigest()
        try:
            os.close(os.open(self._folder / f"{digest}.seen", os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        return True

    # who waits ------------------------------------------------------------------------------------

    def wait(self, account: str, asked: Asked) -> None:
        """Let others know that a run waits."""
        text = f"{asked.digits} {asked.until.astimezone(UTC).isoformat()}"
        write_private(self._mark(account), text.encode())

    def rest(self, account: str) -> None:
        """It does not wait any more."""
        self._mark(account).unlink(missing_ok=True)

    def waiting(self, account: str) -> Waiting | None:
        """Who waits for a code of this account."""
        try:
            digits, _, until = self._mark(account).read_text().partition(" ")
            found = Waiting(account, int(digits), datetime.fromisoformat(until))
        except (FileNotFoundError, ValueError):
            return None
        return found if found.until > self._clock() else None

    def all_waiting(self) -> list[Waiting]:
        """All who wait for a code, the first to give up first."""
        marks = self._folder.glob("*.waiting")
        found = (self.waiting(name_of(mark.stem)) for mark in marks)
        return sorted((one for one in found if one is not None), key=lambda one: one.until)

    def _mark(self, account: str) -> Path:
        return self._folder / f"{file_name(account)}.waiting"

    def _names(self, account: str) -> list[str]:
        return [name for name in self._vault.names(KIND) if name.rpartition(":")[0] == account]

    def _open(self, name: str) -> Given | None:
        from runner.browser.vault import Unopened

        try:
            value: Any = self._vault.read(KIND, name)
        except Unopened:  # sealed by a key that is gone: nobody can use it any more
            return None
        if value is None:
            return None
        return Given(value["text"], datetime.fromisoformat(value["at"]), value["sender"])


_LENGTHS = (3, 8)


def digits_of(typed: str) -> str | None:
    """The code that a person means, however they type it; None where it is none."""
    digits = "".join(plain(typed).replace("-", " ").split())
    least, most = _LENGTHS
    fits = digits.isascii() and digits.isdecimal() and least <= len(digits) <= most
    return digits if fits else None


class InboxSource:
    """What is given for an account from outside, in the order of its coming, the newest first.

    `sender`: only messages whose sender holds this, and what people give by hand. `serving` is
    begun for as long as this waits; `beginning` is awaited once it can take something.
    """

    def __init__(
        self,
        name: str,
        account: str,
        inbox: Inbox,
        *,
        renews: bool = False,
        sender: str | None = None,
        pattern: re.Pattern[str] | None = None,
        serving: Callable[[], AbstractAsyncContextManager[Any]] | None = None,
        beginning: Callable[[Asked], Awaitable[None]] | None = None,
    ) -> None:
        self.name, self.renews = name, renews
        self._account, self._inbox, self._serving = account, inbox, serving
        self._sender, self._pattern, self._beginning = sender, pattern, beginning

    async def texts(self, asked: Asked) -> AsyncGenerator[str | None, None]:
        """What comes in. Raises NoKey where nothing can be kept."""
        async with AsyncExitStack() as stack:
            self._inbox.wait(self._account, asked)
            stack.callback(self._inbox.rest, self._account)
            if self._serving is not None:
                await stack.enter_async_context(self._serving())
            if self._beginning is not None:
                await self._beginning(asked)
            while True:
                for given in self._inbox.take(self._account, asked.since, self._is_meant):
                    yield inside(given.text, self._pattern)
                yield None
                await asyncio.sleep(PAUSE)

    def _is_meant(self, given: Given) -> bool:
        if self._sender is None or given.sender is None:
            return True
        return self._sender.casefold() in given.sender.casefold()
