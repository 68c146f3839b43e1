"""Playwright's driver, started before Python has loaded Playwright: both take their time, side by side.

Only `begin` is wanted that early, so this module itself loads little.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from runner.browser.driver import environment, node
from runner.browser.find import BrowserError

if TYPE_CHECKING:
    import asyncio

_ENDING = 10.0
"""Seconds that a driver has to end once it is told to."""


class EarlyDriver:
    """A driver that nobody speaks to yet. Leaving its block ends it, unless that was done before."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @classmethod
    def begin(cls, env: Mapping[str, str]) -> Self:
        """Start it as Playwright would. Raises OSError and BrowserError where it does not start."""
        program = node(env)
        command = [str(program), str(_package() / "driver" / "package" / "cli.js"), "run-driver"]
        return cls(
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**environment(env), **_said_by_playwright()},
                # Ctrl-C at the terminal is for us, who need the browser to end in order.
                start_new_session=True,
            )
        )

    @property
    def lives(self) -> bool:
        """Whether its process has not ended."""
        return self._process.poll() is None

    async def connect(self, loop: asyncio.AbstractEventLoop) -> Connected:
        """Its two ends, for an event loop to read and to write."""
        import asyncio

        reader = asyncio.StreamReader(limit=_READ_AT_ONCE, loop=loop)
        await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader, loop=loop), self._process.stdout
        )
        writer, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, self._process.stdin)
        return Connected(self._process, reader, writer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """It ends when nobody can write to it any more."""
        for end in (self._process.stdin, self._process.stdout):
            if end is not None:
                with suppress(OSError):
                    end.close()
        try:
            self._process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def begun(stack: ExitStack | AsyncExitStack, env: Mapping[str, str]) -> EarlyDriver | None:
    """One that ends with the stack; None where it doesn't start: whoever needs one will tell why."""
    try:
        return stack.enter_context(EarlyDriver.begin(env))
    except (OSError, BrowserError):
        return None


class Connected:
    """What Playwright's transport asks of the process that it speaks to."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        stdout: asyncio.StreamReader,
        stdin: asyncio.WriteTransport,
    ) -> None:
        self._process, self.stdout, self.stdin = process, stdout, stdin

    async def communicate(self) -> None:
        """Wait until it has ended."""
        import asyncio

        await asyncio.to_thread(self._process.wait)


_READ_AT_ONCE = 32768


def _package() -> Path:
    spec = importlib.util.find_spec("playwright")
    assert spec is not None and spec.origin is not None  # noqa: S101, PT018  node() has seen to it
    return Path(spec.origin).parent


def _said_by_playwright() -> dict[str, Any]:
    from playwright._repo_version import version

    return {
        "PW_LANG_NAME": "python",
        "PW_LANG_NAME_VERSION": f"{sys.version_info.major}.{sys.version_info.minor}",
        "PW_CLI_DISPLAY_VERSION": version,
    }
