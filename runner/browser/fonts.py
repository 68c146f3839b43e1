"""Fonts with Japanese and Chinese signs: without one, pictures of pages show empty boxes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

from runner.browser.apt import Apt
from runner.browser.find import BrowserError
from runner.browser.watched import Say

PACKAGE = "fonts-wqy-microhei"
"""Small (a 1.6 MB package, 5 MB installed), and draws all of JIS X 0208, GB 2312 and Big5."""

_KNOWN_FILES = (
    "*cjk*",
    "*wqy*",
    "*ipa*g*",
    "*vlgothic*",
    "*vl-gothic*",
    "*takao*",
    "*droidsansfall*",
)
_ADVICE = (
    "Japanese and Chinese pages will be played as usual, but their pictures will show empty "
    "boxes. Install any such font, for example fonts-noto-cjk."
)


def cjk_font(env: Mapping[str, str]) -> str | None:
    """A font with Japanese signs: its name, or its file where fontconfig is not there."""
    lister = shutil.which("fc-list", path=env.get("PATH"))
    if lister is not None:
        listed = subprocess.run(
            [lister, ":lang=ja", "family"], env=dict(env), capture_output=True, text=True
        ).stdout
        return next((line.split(",")[0] for line in sorted(listed.splitlines())), None)
    if sys.platform == "darwin":
        return "macOS's own"
    for folder in _folders(env):
        for file in sorted(folder.rglob("*")):
            if any(fnmatch(file.name.lower(), pattern) for pattern in _KNOWN_FILES):
                return str(file)
    return None


def ensure_cjk_font(env: Mapping[str, str], say: Say) -> None:
    """Install a font with Japanese and Chinese signs where there is none.

    A font that cannot be had is said, and is no error.
    """
    if cjk_font(env):
        return
    try:
        if not Apt.here():
            raise BrowserError("no package manager that is known here")
        if os.geteuid() == 0:
            say("Installing a small Japanese and Chinese font with apt-get …")
            Apt(env, say).install([PACKAGE])
        else:
            say("Unpacking a small Japanese and Chinese font into your fonts folder …")
            _unpack(env, say)
    except BrowserError as error:
        say(f"  That did not work: {error}")
    if not cjk_font(env):
        say(f"There is no Japanese or Chinese font. {_ADVICE}")


def _unpack(env: Mapping[str, str], say: Say) -> None:
    with tempfile.TemporaryDirectory(prefix="kigen-font-") as folder:
        Apt(env, say, private=Path(folder, "apt")).unpack([PACKAGE], Path(folder, "root"))
        target = _own_fonts(env) / "kigen"
        target.mkdir(parents=True, exist_ok=True)
        for file in Path(folder, "root").rglob("*.tt[cf]"):
            shutil.copy(file, target / file.name)


def _own_fonts(env: Mapping[str, str]) -> Path:
    home = Path(env.get("HOME") or Path.home())
    return Path(env.get("XDG_DATA_HOME") or home / ".local" / "share") / "fonts"


def _folders(env: Mapping[str, str]) -> list[Path]:
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), _own_fonts(env)]
