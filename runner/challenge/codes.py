"""One-time codes from the account's sources, asked in their order until one has a code.

A source gives text: a code, or a message that holds one. A code that was handed out once is not
handed out again, so that a stale code is never typed.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from runner.values.secret import Redactor, Secret

PAUSE = 1.0
"""Seconds between two rounds of asking."""


class NoCode(LookupError):
    """No source had a code in time."""


class Source(Protocol):
    """Where codes come from. `name` is for messages and holds no secret."""

    name: str

    async def text(self, since: datetime) -> str | None:
        """A code, or the newest message that holds one; None when there is none (yet)."""


class CodeSources:
    """The sources of one account."""

    def __init__(
        self,
        sources: Sequence[Source],
        redactor: Redactor,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sources, self._redactor, self._sleep = sources, redactor, sleep
        self._used: set[str] = set()

    async def get(
        self, *, digits: int, pattern: str | None, since: datetime, within: float
    ) -> Secret:
        """A fresh code of so many digits. Raises NoCode after `within` seconds."""
        if not self._sources:
            raise NoCode("this account has no `codes:` in config.yaml to take it from")
        troubles: dict[str, str] = {}
        try:
            async with asyncio.timeout(within):
                while True:
                    for source in self._sources:
                        try:
                            text = await source.text(since)
                        except (OSError, ValueError, LookupError) as error:
                            troubles[source.name] = str(error)
                            continue
                        if text and (code := find_code(text, digits, pattern)):
                            if code not in self._used:
                                return self._hand_out(code)
                            troubles[source.name] = "only the code that was used already"
                    await self._sleep(PAUSE)
        except TimeoutError:
            told = "; ".join(f"{name}: {why}" for name, why in troubles.items())
            names = ", ".join(source.name for source in self._sources)
            raise NoCode(
                f"none came within {within:g} s from {names}" + (f" ({told})" if told else "")
            ) from None

    def _hand_out(self, code: str) -> Secret:
        self._used.add(code)
        secret = Secret(code)
        self._redactor.add(secret)
        return secret


def find_code(text: str, digits: int, pattern: str | None = None) -> str | None:
    """The code in a text: by a pattern's first group, else the one number of so many digits."""
    text = unicodedata.normalize("NFKC", text)
    if pattern is not None:
        match = re.search(pattern, text)
        return None if match is None else match[1] if match.re.groups else match[0]
    found = re.findall(rf"(?<!\d)\d{{{digits}}}(?!\d)", text)
    return found[0] if len(set(found)) == 1 else None
