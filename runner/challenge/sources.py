"""Sources of one-time codes: an authenticator's secret, a command, a file, the terminal."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from runner.values.secret import Secret

_COMMAND_TIME = 60.0


class TotpSource:
    """An authenticator: codes worked out of its secret and the time (RFC 6238)."""

    name = "authenticator"

    def __init__(self, secret: Callable[[], Secret], clock: Callable[[], datetime]) -> None:
        self._secret, self._clock = secret, clock

    async def text(self, since: datetime) -> str | None:
        """The code of this moment."""
        from cryptography.hazmat.primitives.hashes import SHA1
        from cryptography.hazmat.primitives.twofactor.totp import TOTP

        plain = self._secret().reveal().replace(" ", "").replace("-", "").upper()
        try:
            key = base64.b32decode(plain + "=" * (-len(plain) % 8))
        except binascii.Error:
            raise ValueError("the secret is not base32: copy it again from the site") from None
        # Sites hand out secrets shorter than the standard asks for, and SHA-1 is what they mean.
        totp = TOTP(key, 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303
        return totp.generate(int(self._clock().timestamp())).decode()


class CommandSource:
    """A program that prints a code, or a message that holds one. KIGEN_SINCE tells since when."""

    def __init__(
        self,
        words: list[str],
        environment: dict[str, str],
        pattern: re.Pattern[str] | None = None,
    ) -> None:
        self._words, self._environment, self._pattern = words, environment, pattern
        self.name = f"command {words[0]}"

    async def text(self, since: datetime) -> str | None:
        """What it prints; None when it prints nothing."""
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
            process.kill()
            await process.wait()
            raise
        if process.returncode:
            raise ValueError(f"it ended with {process.returncode}")
        return _inside(printed.decode(errors="replace").strip(), self._pattern)


class FileSource:
    """A file into which something else writes codes; only one written since the request counts."""

    def __init__(self, file: Path, pattern: re.Pattern[str] | None = None) -> None:
        self._file, self._pattern = file, pattern
        self.name = f"file {file.name}"

    async def text(self, since: datetime) -> str | None:
        """Its content, when it is new."""
        try:
            written = datetime.fromtimestamp(self._file.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None
        if written < since:
            return None
        return _inside(self._file.read_text(errors="replace").strip(), self._pattern)


class PromptSource:
    """The person at the terminal. Asks once; waits in a thread of its own, which ends with the process."""

    name = "terminal"

    def __init__(self, question: str, ask: Callable[[str], str] = input) -> None:
        self._question, self._ask = question, ask
        self._answers: list[str] = []
        self._thread: threading.Thread | None = None

    async def text(self, since: datetime) -> str | None:
        """What was typed so far."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._listen, daemon=True)
            self._thread.start()
        return self._answers[-1] if self._answers else None

    def _listen(self) -> None:
        try:
            while True:
                self._answers.append(self._ask(self._question))
        except (EOFError, OSError):
            return


def _inside(text: str, pattern: re.Pattern[str] | None) -> str | None:
    """What the owner's own pattern finds in a message; the whole text without one."""
    if pattern is None or not text:
        return text or None
    match = pattern.search(text)
    if match is None:
        return None
    return match[1] if pattern.groups else match[0]
