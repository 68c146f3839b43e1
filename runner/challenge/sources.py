"""Sources of one-time codes that need nothing but this machine."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from runner.challenge.codes import Asked, Unusable
from runner.values.authenticator import Authenticator

PAUSE = 1.0
"""Seconds between two looks at what gives no sign by itself."""
_COMMAND_TIME = 60.0
_LARGEST = 65_536
"""Bytes that a file with a code may have."""


class TotpSource:
    """An authenticator: codes worked out of its secret and the time (RFC 6238)."""

    name = "authenticator"
    renews = True

    def __init__(self, secret: Callable[[], Authenticator], clock: Callable[[], datetime]) -> None:
        self._secret, self._clock = secret, clock

    async def texts(self, asked: Asked) -> AsyncGenerator[str | None, None]:
        """The code of this moment; where it was used already, the next one when its time comes."""
        try:
            authenticator = await asyncio.to_thread(self._secret)
        except ValueError as error:
            raise Unusable(str(error)) from None
        if authenticator.digits != asked.digits:
            raise Unusable(
                f"its codes have {authenticator.digits} digits; the page takes {asked.digits}"
            )
        while True:
            yield authenticator.code(self._clock())
            await asyncio.sleep(authenticator.seconds_left(self._clock()) + 0.05)


class CommandSource:
    """A program that prints a code, or a message that holds one. KIGEN_SINCE tells since when."""

    renews = False

    def __init__(
        self,
        words: list[str],
        environment: dict[str, str],
        pattern: re.Pattern[str] | None = None,
    ) -> None:
        self._words, self._environment, self._pattern = words, environment, pattern
        self.name = f"command {Path(words[0]).name}"

    async def texts(self, asked: Asked) -> AsyncGenerator[str | None, None]:
        """What it prints, asked again and again."""
        while True:
            yield inside(await self._printed(asked.since), self._pattern)
            await asyncio.sleep(PAUSE)

    async def _printed(self, since: datetime) -> str:
        process = await asyncio.create_subprocess_exec(
            *self._words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**self._environment, "KIGEN_SINCE": since.astimezone(UTC).isoformat()},
        )
        try:
            async with asyncio.timeout(_COMMAND_TIME):
                printed, _ = await process.communicate()
        except BaseException:
            if process.returncode is None:
                process.kill()
            await process.wait()
            raise
        if process.returncode:
            raise ValueError(f"it ended with {process.returncode}")
        return printed.decode(errors="replace").strip()


class FileSource:
    """A file into which something else writes codes; only one written since the request counts."""

    renews = False

    def __init__(self, file: Path, pattern: re.Pattern[str] | None = None) -> None:
        self._file, self._pattern = file, pattern
        self.name = f"file {file.name}"

    async def texts(self, asked: Asked) -> AsyncGenerator[str | None, None]:
        """Its content, whenever it is new."""
        seen: float | None = None
        while True:
            written = self._written()
            if written is None or written == seen or written < asked.since.timestamp():
                yield None
            else:
                text = self._file.read_text(errors="replace").strip()
                if text:  # an empty file is one that is just being written
                    seen = written
                yield inside(text, self._pattern)
            await asyncio.sleep(PAUSE / 4)

    def _written(self) -> float | None:
        """When it was written last; None where there is no file."""
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return None
        if found.st_size > _LARGEST:
            raise ValueError("this file is too large to hold a code")
        return found.st_mtime


class PromptSource:
    """The person at the terminal. Waits in a thread of its own, which ends with the process."""

    name = "terminal"
    renews = True

    def __init__(self, account: str, ask: Callable[[str], str] | None = None) -> None:
        self._account, self._ask = account, ask or _ask_terminal
        self._answer: asyncio.Future[str | None] | None = None

    async def texts(self, asked: Asked) -> AsyncGenerator[str | None, None]:
        """What is typed. Asked again only where the answer was of no use."""
        question = f"{self._account}: the site asks for a code of {asked.digits} digits: "
        while True:
            if self._answer is None:  # else an earlier question still waits for its answer
                loop = asyncio.get_running_loop()
                self._answer = loop.create_future()
                arguments = (question, loop, self._answer)
                threading.Thread(target=self._listen, args=arguments, daemon=True).start()
            yield None
            text = await asyncio.shield(self._answer)
            self._answer = None
            if text is None:
                raise Unusable("nobody can be asked there")
            yield text

    def _listen(
        self,
        question: str,
        loop: asyncio.AbstractEventLoop,
        answer: asyncio.Future[str | None],
    ) -> None:
        try:
            text: str | None = self._ask(question)
        except (EOFError, OSError):
            text = None
        with suppress(RuntimeError):  # the run is over
            loop.call_soon_threadsafe(answer.set_result, text)


def _ask_terminal(question: str) -> str:
    """Ask on standard error: standard output may be somebody's JSON."""
    if not sys.stdin.isatty():
        raise EOFError
    print(f"\n{question}", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def inside(text: str, pattern: re.Pattern[str] | None) -> str | None:
    """What the owner's own pattern finds in a message; the whole text without one."""
    if pattern is None or not text:
        return text or None
    match = pattern.search(text)
    if match is None:
        return None
    return match[1] if pattern.groups else match[0]
