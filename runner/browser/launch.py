"""Starting Playwright's driver and a browser under it, so that neither outlives this process.

The driver ends when its standard input is closed, which the kernel does however this process
dies, and ends its browser before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.browser.driver import environment
from runner.browser.find import Browser, BrowserError
from runner.browser.network import NetworkRules
from runner.values.plain import sound

if TYPE_CHECKING:
    from playwright.async_api import Browser as RunningBrowser
    from playwright.async_api import Playwright

    from runner.browser.early import EarlyDriver

QUIET = ("--no-pings", "--disable-domain-reliability", "--disable-client-side-phishing-detection")
"""Playwright itself switches off first-run pages, updates and background requests."""
_LAUNCH_MS = 60_000
_TRANSPORT = "PipeTransport"
"""Playwright's own name for what speaks to its driver."""
_ODD = (b"\\ud", b"\\u00")
"""How halves of surrogate pairs and control characters begin in the driver's JSON."""
_NO_SANDBOX = "No usable sandbox"


async def start_driver(early: EarlyDriver | None = None) -> Playwright:
    """Start Playwright's driver, with the environment that it needs here; or speak to one that was
    started before."""
    from playwright.async_api import async_playwright

    if early is not None:
        with _speaking(early):
            return await async_playwright().start()
    # Playwright hands its own environment on and takes no other.
    before = dict(os.environ)
    os.environ.update(environment(before))
    try:
        with _speaking(None):
            return await async_playwright().start()
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


@contextmanager
def _speaking(early: EarlyDriver | None) -> Iterator[None]:
    """Meanwhile, Playwright takes this driver where it would start its own, if there is one. What a driver
    says then holds no signs that no text may hold, whatever a page shows: all that a page tells comes by
    here, its errors too. Only what a site keeps in the browser stays as it is.

    Playwright offers no way to be given a driver; a version that is built otherwise starts its own as
    ever."""
    from playwright._impl import out_of_process

    usual = getattr(out_of_process, _TRANSPORT, None)
    if usual is None:
        yield
        return

    class Transport(usual):  # type: ignore[misc, valid-type]  # known at run time only
        async def connect(self) -> None:
            if early is None:
                await super().connect()
                return
            self._stopped_future = self._loop.create_future()
            self._proc = await early.connect(self._loop)
            self._output = self._proc.stdin

        def deserialize_message(self, data: bytes) -> Any:
            message = super().deserialize_message(data)
            if any(odd in data for odd in _ODD) and "origins" not in (message.get("result") or ()):
                return sound(message)
            return message

    setattr(out_of_process, _TRANSPORT, Transport)
    try:
        yield
    finally:
        setattr(out_of_process, _TRANSPORT, usual)


async def launch(
    playwright: Playwright,
    browser: Browser,
    *,
    headed: bool,
    rules: NetworkRules | None = None,
    traces: Path | None = None,
) -> RunningBrowser:
    """Start `browser`. With `rules`, it can reach no other hosts than theirs.

    `traces`: the folder where traces are put together.

    Raises BrowserError with what to do. Signals are left to this process: Playwright's own
    handlers would close the browser while a run is still noting how it ended.
    """
    from playwright.async_api import Error

    arguments = [*QUIET, *(rules.arguments() if rules else ())]

    async def start(sandbox: bool) -> RunningBrowser:
        return await playwright.chromium.launch(
            executable_path=browser.path,
            headless=not headed,
            args=arguments,
            traces_dir=traces,
            chromium_sandbox=sandbox,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=_LAUNCH_MS,
        )

    try:
        if os.geteuid() == 0:  # Chromium refuses to run its sandbox as root.
            return await start(sandbox=False)
        try:
            return await start(sandbox=True)
        except Error as error:
            if _NO_SANDBOX not in error.message:
                raise
        from loguru import logger

        # Containers and some distributions let no ordinary user make a sandbox.
        logger.warning(
            "This system does not let Chromium set up its sandbox, so it runs without. "
            "Allow user namespaces, or install chromium-sandbox, to have it."
        )
        return await start(sandbox=False)
    except Error as error:
        raise BrowserError(_why(browser, error.message, headed)) from None


def _why(browser: Browser, message: str, headed: bool) -> str:
    intro = f"The browser {browser.path} did not start"
    if headed and ("Missing X server" in message or "ozone_platform" in message):
        return f"{intro}: there is no screen to show a window on. Run it without a window."
    if "shared libraries" in message:
        missing = message.partition("libraries: ")[2].partition(":")[0]
        return (
            f"{intro}: the library {missing} is missing.\n"
            "  `python -m runner.browser.setup` finds or installs one that works."
        )
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return f"{intro}: {lines[0] if lines else 'it gave no reason'}"
