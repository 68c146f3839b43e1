"""One-time codes from the account's sources: begun in their order, then waited for side by side.

A source gives texts: a code, or a message that holds one. The sources are begun one after another,
each as soon as the one before has looked and has nothing yet. From then on all of them are waited
for at once, until one has a code or the one deadline is over. So a code that is there already comes
from the first source that has it, and one that is still on its way comes from whichever source it
reaches first: nobody waits out a mailbox before the terminal is asked.

A code that was handed out once is not handed out again, so that a refused code is never typed twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from runner.challenge.find import NoSingleCode, find_code
from runner.values.secret import Redactor, Secret

HEAD_START = 3.0
"""Seconds that a source may take for its first look before the next one is begun as well."""
RETRY = 3.0
"""Seconds before a source that had trouble is asked again."""


class NoCode(LookupError):
    """No source had a code in time."""


class Unusable(Exception):
    """A source can't be used in this run, and is not asked again. The message says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. A code that came before `since` is stale; nobody waits after `until`."""

    digits: int
    since: datetime
    until: datetime


class Source(Protocol):
    """Where codes come from. `name` is for messages and holds no secret.

    `renews`: it has new codes without the site sending any, such as an authenticator.
    """

    name: str
    renews: bool

    def texts(self, asked: Asked) -> AsyncGenerator[str | None, None]:
        """Texts as they come; None says that there is none yet. Ends where none will come.

        OSError, ValueError and LookupError tell of trouble that may pass; Unusable of one that
        does not.
        """


class CodeSources:
    """The sources of one account, in one run. `beside` is listened to as long as any of them is."""

    def __init__(
        self,
        sources: Sequence[Source],
        redactor: Redactor,
        clock: Callable[[], datetime],
        beside: Source | None = None,
    ) -> None:
        self._sources, self._redactor, self._clock = sources, redactor, clock
        self._beside = beside
        self._used: set[str] = set()
        self._unusable: dict[str, str] = {}

    @property
    def renews(self) -> bool:
        """Whether some of them have new codes by themselves."""
        return any(source.renews for source in self._sources)

    async def get(
        self,
        *,
        digits: int,
        pattern: str | None,
        since: datetime,
        within: float,
        renewed: bool = False,
    ) -> Secret:
        """A fresh code of so many digits. Raises NoCode after `within` seconds, or at once where
        none can come.

        `renewed`: the site was not asked to send another one, so that only sources which renew
        their codes themselves are asked.
        """
        sources = [one for one in self._sources if one.renews or not renewed]
        if not sources:
            raise NoCode(
                "no source of this account has new codes by itself"
                if self._sources
                else "this account has no `codes:` in config.yaml to take it from"
            )
        asked = Asked(digits, since, self._clock() + timedelta(seconds=within))
        asking = _Asking(asked, pattern, self._used, self._unusable)
        code = await asking.ask(sources, self._beside, within)
        if code is None:
            raise NoCode(asking.why(sources, within))
        self._used.add(code)
        secret = Secret(code)
        self._redactor.add(secret)
        return secret


class _Asking:
    """One request for a code, put to several sources."""

    def __init__(
        self, asked: Asked, pattern: str | None, used: set[str], unusable: dict[str, str]
    ) -> None:
        self._asked, self._pattern = asked, pattern
        self._used, self._unusable = used, unusable
        self._troubles: dict[str, str] = {}
        self._found: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._late = False

    async def ask(
        self, sources: Sequence[Source], beside: Source | None, within: float
    ) -> str | None:
        """The code; None when there is none."""
        tasks: list[asyncio.Task[None]] = []
        others: list[asyncio.Task[None]] = []
        try:
            async with asyncio.timeout(within):
                if beside is not None:
                    others.append(asyncio.ensure_future(self._listen(beside, asyncio.Event())))
                for source in sources:
                    if source.name in self._unusable or self._found.done():
                        continue
                    looked = asyncio.Event()
                    tasks.append(asyncio.ensure_future(self._listen(source, looked)))
                    await self._head_start(looked)
                listening: set[asyncio.Future[Any]] = set(tasks)
                while listening and not self._found.done():
                    done, _ = await asyncio.wait(
                        {self._found, *listening}, return_when=asyncio.FIRST_COMPLETED
                    )
                    listening -= done
        except TimeoutError:
            self._late = True
        finally:
            for task in (*tasks, *others):
                task.cancel()
            ends = await asyncio.gather(*tasks, *others, return_exceptions=True)
        if self._found.done():
            return self._found.result()
        for end in ends:
            if isinstance(end, Exception):
                raise end
        return None

    def why(self, sources: Sequence[Source], within: float) -> str:
        """Why there is none."""
        names = ", ".join(source.name for source in sources)
        known = {
            source.name: self._unusable.get(source.name) or self._troubles.get(source.name)
            for source in sources
        }
        told = "; ".join(f"{name}: {why}" for name, why in known.items() if why)
        begin = f"none came within {within:g} s from {names}" if self._late else f"none in {names}"
        return begin + (f" ({told})" if told else "")

    async def _head_start(self, looked: asyncio.Event) -> None:
        waiting: asyncio.Future[Any] = asyncio.ensure_future(looked.wait())
        await asyncio.wait(
            {waiting, self._found}, timeout=HEAD_START, return_when=asyncio.FIRST_COMPLETED
        )
        waiting.cancel()

    async def _listen(self, source: Source, looked: asyncio.Event) -> None:
        """Take texts of one source until one has a code that was not used."""
        try:
            while not self._found.done():
                with suppress(_Trouble):
                    async with aclosing(source.texts(self._asked)) as texts:
                        if await self._take(source, texts, looked):
                            return
                looked.set()
                await asyncio.sleep(RETRY)
        except Unusable as error:
            self._unusable[source.name] = str(error)
        finally:
            looked.set()

    async def _take(
        self, source: Source, texts: AsyncGenerator[str | None, None], looked: asyncio.Event
    ) -> bool:
        """Whether the source has said all that it has to say. Raises _Trouble."""
        try:
            async for text in texts:
                if text is not None and self._hand_out(source, text):
                    return True
                looked.set()
        except (OSError, ValueError, LookupError) as error:
            self._troubles[source.name] = str(error) or type(error).__name__
            raise _Trouble from None
        return True

    def _hand_out(self, source: Source, text: str) -> bool:
        try:
            code = find_code(text, self._asked.digits, self._pattern)
        except NoSingleCode as why:
            self._troubles[source.name] = str(why)
            return False
        if code is None:
            return False
        if code in self._used:
            self._troubles[source.name] = "only a code that was used already"
            return False
        if not self._found.done():
            self._found.set_result(code)
        return True


class _Trouble(Exception):
    """Noted already."""
