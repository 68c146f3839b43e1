"""The distribution's own browser for a user who may not install packages.

Its packages are fetched and verified by apt, and unpacked under the user's cache folder.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from runner.browser.apt import Apt
from runner.browser.find import BrowserError, unpacked_program
from runner.browser.watched import Say

PACKAGE = "chromium-headless-shell"
_PROGRAM = "usr/lib/chromium/chromium-headless-shell"

# `exec` keeps the browser a direct child of the driver, so that it is ended with it.
_WRAPPER = """\
#!/bin/sh
# Starts the browser that was unpacked beside this file, with the libraries beside it.
root=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)/root
LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export LD_LIBRARY_PATH
[ -d /etc/fonts ] || export FONTCONFIG_PATH="$root/etc/fonts"
exec "$root/{program}" "$@"
"""


def unpack(env: Mapping[str, str], say: Say) -> None:
    """Unpack the browser to where `find` looks for it. Raises BrowserError."""
    program = unpacked_program(env)
    target = program.parent
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=target.parent))
    try:
        apt = Apt(env, say, private=unfinished / "apt")
        if apt.first_of([PACKAGE]) is None:
            raise BrowserError(f"this system has no package {PACKAGE}")
        apt.unpack([PACKAGE], unfinished / "root")
        shutil.rmtree(unfinished / "apt")
        _write_wrapper(unfinished / program.name, unfinished / "root")
        shutil.rmtree(target, ignore_errors=True)
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write_wrapper(wrapper: Path, root: Path) -> None:
    beside_program = (root / _PROGRAM).parent
    folders = {file.parent for file in root.rglob("*.so*")} - {beside_program}
    libraries = ":".join(f"$root/{folder.relative_to(root)}" for folder in sorted(folders))
    wrapper.write_text(_WRAPPER.format(libraries=libraries, program=_PROGRAM))
    wrapper.chmod(0o755)
