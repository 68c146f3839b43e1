"""What `kigen doctor` wants to know of this machine: facts, and a page that is really drawn."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runner.browser.driver import node_version
from runner.browser.find import Browser as FoundBrowser
from runner.browser.find import BrowserError, find
from runner.browser.fonts import cjk_font
from runner.browser.launch import launch, start_driver

_OLD = timedelta(days=120)
"""Chromium's fixes come every two weeks; a browser that signs in to accounts should be recent."""
_PATIENCE = 60.0
"""Seconds in which any machine draws a page, also one that does much else."""
_ENOUGH_BYTES = 500_000_000
_RENEW = {
    "configured": "Update the program that is configured.",
    "playwright": "Update Kigen: a newer Playwright brings a newer browser.",
    "system": "Update the browser as usual on this system.",
    "unpacked": "Remove {folder} and run `./run` again: it fetches the present one.",
}

# Missing signs are all drawn as the same box, so that two different ones look alike.
_GLYPHS = """() => {
  const draw = sign => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 32;
    const pen = canvas.getContext('2d');
    pen.font = '24px sans-serif';
    pen.fillText(sign, 2, 26);
    return canvas.toDataURL();
  };
  const nowhere = draw('\\u{10FFFD}');
  return draw('期') !== draw('限') && draw('期') !== nowhere && draw('限') !== nowhere;
}"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the doctor's table. `hint` says what to do when it is not `ok`."""

    name: str
    value: str
    ok: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A page that was drawn. `glyphs`: whether Japanese signs were real, not empty boxes."""

    seconds: float
    version: str
    glyphs: bool


def facts(
    env: Mapping[str, str],
    home: Path,
    clock: Callable[[], datetime],
    configured: Path | None = None,
) -> list[Fact]:
    """Gather what matters for running flows here. `home`: the state folder (KIGEN_HOME)."""
    return [
        Fact("python", f"{platform.python_version()} ({sys.executable})", True),
        Fact("kigen", importlib.metadata.version("kigen"), True),
        Fact("playwright", importlib.metadata.version("playwright"), True),
        _driver(env),
        *_browser(env, clock, configured),
        _font(env),
        *_home(home),
        _clock(clock()),
    ]


async def try_page(browser: FoundBrowser, patience: float = _PATIENCE) -> Trial:
    """Start the browser, draw a small Japanese page, end it. Raises BrowserError, also for a browser that
    starts and draws nothing for so many seconds.
    """
    from playwright.async_api import Error

    from runner.browser.capture import capture

    began = time.perf_counter()
    driver = await start_driver()
    try:
        running = await launch(driver, browser, headed=False)
        try:
            async with asyncio.timeout(patience):
                page = await running.new_page()
                await page.set_content("<h1 lang=ja>有効期限</h1>")
                await capture(page.screenshot)
                glyphs = bool(await page.evaluate(_GLYPHS))
            return Trial(time.perf_counter() - began, running.version, glyphs)
        except TimeoutError:
            raise BrowserError(f"the browser starts, but draws no page in {patience:g} s") from None
        except Error as error:
            raise BrowserError(f"the browser starts, but draws no page: {error.message}") from error
        finally:
            await running.close()
    finally:
        await driver.stop()


def _driver(env: Mapping[str, str]) -> Fact:
    try:
        return Fact("driver", f"Node.js {node_version(env)}", True)
    except BrowserError as error:
        return Fact("driver", str(error), False, "python -m runner.browser.setup")


def _browser(
    env: Mapping[str, str], clock: Callable[[], datetime], configured: Path | None
) -> list[Fact]:
    try:
        browser = find(configured, False, env)
        version = browser.version()
    except BrowserError as error:
        what, _, hint = str(error).partition("\n")
        return [Fact("browser", what, False, hint or "python -m runner.browser.setup")]
    built = datetime.fromtimestamp(_program(browser).stat().st_mtime, UTC)
    age = clock() - built
    return [
        Fact("browser", f"{version} ({browser.source}: {browser.path})", True),
        Fact(
            "browser age",
            f"{max(age.days, 0)} days",
            age < _OLD,
            _RENEW[browser.source].format(folder=browser.path.parent),
        ),
    ]


def _program(browser: FoundBrowser) -> Path:
    """The file whose date tells the age: behind the wrapper of an unpacked browser."""
    beside = browser.path.parent / "root/usr/lib/chromium/chromium-headless-shell"
    return beside if browser.source == "unpacked" else browser.path


def _font(env: Mapping[str, str]) -> Fact:
    font = cjk_font(env)
    hint = "Pictures of Japanese pages will show empty boxes: python -m runner.browser.setup"
    return Fact("CJK font", font or "none", font is not None, hint)


def _home(home: Path) -> list[Fact]:
    nearest = next(folder for folder in (home, *home.parents) if os.access(folder, os.F_OK))
    free = shutil.disk_usage(nearest).free
    return [
        Fact(
            "state folder",
            str(home),
            os.access(nearest, os.W_OK | os.X_OK),
            f"{nearest} is not yours to write to. Set KIGEN_HOME to a folder that is.",
        ),
        Fact("free space", f"{free / 1e9:.1f} GB", free > _ENOUGH_BYTES, "Make room there."),
    ]


def _clock(now: datetime) -> Fact:
    """A clock that is before this file's own date is wrong for certain."""
    earliest = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC) - timedelta(days=1)
    local = now.astimezone()
    value = f"{local:%Y-%m-%d %H:%M} {local.tzname()} (UTC{local:%z})"
    return Fact("clock", value, now >= earliest, "The clock is behind: due dates would be missed.")
