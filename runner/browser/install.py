"""Getting a browser onto a machine that has none, by the means that are open to this user."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from runner.browser import download
from runner.browser.apt import Apt
from runner.browser.find import Browser, BrowserError, find
from runner.browser.unpack import unpack
from runner.browser.watched import Say

_PACKAGES = ("chromium-headless-shell", "chromium")


@dataclass(frozen=True)
class Means:
    """One way to a browser. `get` raises BrowserError when it leads nowhere."""

    words: str
    get: Callable[[], None]


def ensure_browser(
    env: Mapping[str, str],
    say: Say,
    *,
    means: Callable[[Mapping[str, str], Say], list[Means]] | None = None,
    look: Callable[[], Browser] | None = None,
) -> Browser:
    """A browser that starts: the one that is there, else one that is installed now.

    Raises BrowserError, with what was tried and what a person can do.
    """
    look = look or (lambda: find(None, False, env))
    tried: list[str] = []
    try:
        return _working(look)
    except BrowserError as error:
        say(str(error).splitlines()[0])
    for way in (means or means_here)(env, say):
        say(f"{way.words} …")
        try:
            way.get()
            return _working(look)
        except BrowserError as error:
            reason = str(error).splitlines()[0]
            tried.append(f"{way.words}: {reason}")
            say(f"  That did not work: {reason}")
    raise BrowserError(_advice(tried))


def means_here(env: Mapping[str, str], say: Say) -> list[Means]:
    """What can be tried on this system by this user, in order."""
    is_root = os.geteuid() == 0
    ways = [Means("Downloading Playwright's browser (about 120 MB)", lambda: _fetch(env, say))]
    if Apt.here() and is_root:
        ways.append(Means("Installing Chromium with apt-get", lambda: _install(env, say)))
    elif Apt.here():
        words = "Unpacking this system's Chromium package into your cache folder"
        ways.append(Means(words, lambda: unpack(env, say)))
    return ways


def _working(look: Callable[[], Browser]) -> Browser:
    browser = look()
    browser.version()
    return browser


def _fetch(env: Mapping[str, str], say: Say) -> None:
    download.download(env, say)
    browser = find(None, False, env)
    try:
        browser.version()
    except BrowserError:
        try:
            if os.geteuid() != 0:
                raise
            download.add_libraries(env, say)
            browser.version()
        except BrowserError:
            if browser.source == "playwright":
                download.remove(browser.path)
            raise


def _install(env: Mapping[str, str], say: Say) -> None:
    apt = Apt(env, say)
    name = apt.first_of(_PACKAGES)
    if name is None:
        raise BrowserError(f"this system has no package {' or '.join(_PACKAGES)}")
    apt.install([name])


def _advice(tried: list[str]) -> str:
    lines = ["There is no browser, and none could be installed:"]
    lines += [f"  - {one}" for one in tried]
    lines += [
        "Any one of these helps:",
        "  - As root on Debian: apt-get install chromium-headless-shell",
        "    (Ubuntu: Google Chrome's .deb package; Fedora: dnf install chromium-headless).",
        "  - Where the network allows it: playwright install --only-shell chromium",
        "    (set PLAYWRIGHT_DOWNLOAD_HOST if you have a mirror).",
        "  - Name any Chrome, Chromium or Edge program in config.yaml, as `browser: {path: …}`.",
    ]
    return "\n".join(lines)
