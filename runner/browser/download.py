"""Playwright's own browser, fetched by its installer."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from runner.browser.find import BrowserError, playwright_folder
from runner.browser.watched import Say, run

INSTALLER: tuple[str, ...] = (sys.executable, "-m", "playwright")
STALL_SECONDS = 45.0
_CONNECT_MS = "15000"


def download(
    env: Mapping[str, str],
    say: Say,
    *,
    installer: Sequence[str] = INSTALLER,
    stall_seconds: float = STALL_SECONDS,
) -> None:
    """Fetch the headless shell that this version of Playwright wants. Raises BrowserError.

    A refused download fails at once. One that answers nothing ends after `stall_seconds`:
    the installer's own five attempts would take minutes.
    """
    with tempfile.TemporaryDirectory(prefix="kigen-download-") as folder:
        ended = run(
            [*installer, "install", "--only-shell", "chromium"],
            env={"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": _CONNECT_MS, **env, "TMPDIR": folder},
            what="downloading",
            say=say,
            growing=[Path(folder), playwright_folder(env)],
            output_moves=False,
            stall_seconds=stall_seconds,
        )
    if ended.code is None:
        raise BrowserError(f"the download stood still for {stall_seconds:.0f} s")
    if ended.code:
        raise BrowserError(_reason(ended.output) or ended.last_words())


def add_libraries(env: Mapping[str, str], say: Say) -> None:
    """Install the system libraries that the downloaded browser needs; only root may.

    Raises BrowserError.
    """
    ended = run(
        [*INSTALLER, "install-deps", "chromium-headless-shell"],
        env={**env, "DEBIAN_FRONTEND": "noninteractive"},
        what="installing the libraries that it needs",
        say=say,
        stall_seconds=4 * STALL_SECONDS,
    )
    if ended.code != 0:
        raise BrowserError(f"its libraries could not be installed: {ended.last_words()}")


def remove(program: Path) -> None:
    """Remove a downloaded browser that cannot start here, so that it is not found again."""
    folder = next((up for up in program.parents if (up / "INSTALLATION_COMPLETE").exists()), None)
    if folder is not None:
        shutil.rmtree(folder)


def _reason(output: str) -> str | None:
    """The installer prints a stack trace at each attempt; the first error line is the reason."""
    for line in output.splitlines():
        if line.startswith("Error: "):
            return line.removeprefix("Error: ").strip()
    return None
