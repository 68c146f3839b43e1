"""Finding a browser of the Chromium family on this machine, without starting a process."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["headless-shell", "chromium", "chrome", "edge"]
Source = Literal["configured", "playwright", "system", "unpacked"]

# The programs themselves. Debian's wrapper of the headless shell stays alive as its parent, so
# that a killed wrapper would leave the browser behind.
_LINUX: tuple[tuple[Kind, str], ...] = (
    ("headless-shell", "usr/lib/chromium/chromium-headless-shell"),
    ("headless-shell", "usr/lib64/chromium-browser/headless_shell"),
    ("chrome", "opt/google/chrome/chrome"),
    ("chromium", "usr/lib/chromium/chromium"),
    ("chromium", "usr/lib64/chromium-browser/chromium-browser"),
    ("edge", "opt/microsoft/msedge/msedge"),
)
_MACOS: tuple[tuple[Kind, str], ...] = (
    ("chrome", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    ("chromium", "Applications/Chromium.app/Contents/MacOS/Chromium"),
    ("edge", "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
)
_VERSION_SECONDS = 20.0


class BrowserError(Exception):
    """A browser that is missing or does not work. The message says what to do next."""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser program, and how it came to be known."""

    path: Path
    kind: Kind
    source: Source

    def version(self) -> str:
        """What the program says about itself, such as "Chromium 156.0.8078.79".

        Starts the program. Raises BrowserError when it does not start, with its own words.
        """
        try:
            done = subprocess.run(
                [self.path, "--version"],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_VERSION_SECONDS,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BrowserError(f"{self.path} does not start: {error}") from None
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
            raise BrowserError(f"{self.path} does not start: {said[-1]}")
        return done.stdout.strip()


def find(
    configured: Path | None,
    headed: bool,
    env: Mapping[str, str],
    *,
    root: Path = Path("/"),
    platform: str = sys.platform,
) -> Browser:
    """The browser to use: configured, Playwright's own, the system's, one unpacked by `setup`.

    `headed`: it must be able to show a window, which a headless shell is not.
    `root` is where system-wide programs are looked for. Raises BrowserError when there is none,
    and when the configured one does not fit: that is a mistake to mend, not to pass over.
    """
    if configured is not None:
        return _configured(configured, headed, env)
    for browser in _candidates(env, root, platform):
        if headed and browser.kind == "headless-shell":
            continue
        if os.access(browser.path, os.X_OK) and browser.path.is_file():
            return browser
    what = "No browser that can show a window was found" if headed else "No browser was found"
    raise BrowserError(
        f"{what}.\n"
        "  - `./run` installs one by itself; `python -m runner.browser.setup` does only that.\n"
        "  - Or install Chrome, Chromium or Edge as usual on this system.\n"
        "  - Or name the program itself in config.yaml, as `browser: {path: …}`."
    )


def cache_folder(env: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where programs keep what they can fetch again, for this user."""
    home = Path(env.get("HOME") or Path.home())
    if platform == "darwin":
        return home / "Library" / "Caches"
    return Path(env.get("XDG_CACHE_HOME") or home / ".cache")


def unpacked_program(env: Mapping[str, str]) -> Path:
    """The browser that `setup` unpacks for a user who may not install packages."""
    return cache_folder(env) / "kigen" / "browser" / "chromium-headless-shell"


def playwright_folder(env: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where Playwright's installer puts browsers, by the same rules as its own."""
    wanted = env.get("PLAYWRIGHT_BROWSERS_PATH")
    driver = _driver()
    if wanted == "0" and driver is not None:
        return driver / ".local-browsers"
    if wanted:
        return Path(env.get("INIT_CWD") or Path.cwd()) / wanted
    return cache_folder(env, platform) / "ms-playwright"


def _configured(path: Path, headed: bool, env: Mapping[str, str]) -> Browser:
    if path.parts[:1] == ("~",):
        path = Path(env.get("HOME") or Path.home()).joinpath(*path.parts[1:])
    if not path.is_file():
        raise BrowserError(f"The configured browser {path} is not there. Mend or remove the entry.")
    if not os.access(path, os.X_OK):
        raise BrowserError(f"The configured browser {path} is not a program that may be started.")
    kind = _kind_of(path.name)
    if headed and kind == "headless-shell":
        raise BrowserError(
            f"The configured browser {path} cannot show a window. "
            "Configure Chrome, Chromium or Edge, or run without a window."
        )
    return Browser(path, kind, "configured")


def _kind_of(name: str) -> Kind:
    name = name.lower()
    if "headless" in name:
        return "headless-shell"
    if "edge" in name:
        return "edge"
    return "chrome" if "chrome" in name else "chromium"


def _candidates(env: Mapping[str, str], root: Path, platform: str) -> Iterator[Browser]:
    yield from _of_playwright(env, platform)
    if platform == "darwin":
        home = Path(env.get("HOME") or Path.home())
        for folder in (root, home):
            for kind, place in _MACOS:
                yield Browser(folder / place, kind, "system")
        return
    for kind, place in _LINUX:
        yield Browser(root / place, kind, "system")
    yield Browser(unpacked_program(env), "headless-shell", "unpacked")


def _of_playwright(env: Mapping[str, str], platform: str) -> Iterator[Browser]:
    """The builds that this version of Playwright wants, where its installer puts them."""
    driver = _driver()
    if driver is None:
        return
    registry = playwright_folder(env, platform)
    listed = json.loads((driver / "browsers.json").read_bytes())["browsers"]
    revisions = {entry["name"]: entry["revision"] for entry in listed}
    places: tuple[tuple[Kind, str, str], ...] = (
        ("headless-shell", "chromium-headless-shell", "*/chrome-headless-shell"),
        ("chromium", "chromium", "chrome-linux*/chrome"),
        ("chromium", "chromium", "chrome-mac*/*.app/Contents/MacOS/*"),
    )
    for kind, name, pattern in places:
        folder = registry / f"{name.replace('-', '_')}-{revisions.get(name)}"
        if (folder / "INSTALLATION_COMPLETE").exists():
            for program in sorted(folder.glob(pattern)):
                yield Browser(program, kind, "playwright")


def _driver() -> Path | None:
    spec = importlib.util.find_spec("playwright")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "driver" / "package"
