"""Playwright's driver: a Node.js program of its own, which needs a library that few miss.

Playwright ships Node.js itself. Minimal Debian systems lack libatomic, without which it does
not start.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from runner.browser.apt import Apt
from runner.browser.find import BrowserError, cache_folder
from runner.browser.watched import Say

_PACKAGES = ("libatomic1", "libstdc++6")
_COMPILE_CACHE = "NODE_COMPILE_CACHE"
_LIBRARIES = "LD_LIBRARY_PATH"
_VERSION_SECONDS = 30.0


def node(env: Mapping[str, str]) -> Path:
    """The Node.js program that Playwright starts. Raises BrowserError when it is missing."""
    if chosen := env.get("PLAYWRIGHT_NODEJS_PATH"):
        return Path(chosen)
    spec = importlib.util.find_spec("playwright")
    if spec is None or spec.origin is None:
        raise BrowserError("Playwright is not installed. `./run` installs it.")
    return Path(spec.origin).parent / "driver" / "node"


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """What the driver is started with: `env`, a code cache, and libraries if it needs own ones."""
    cache = cache_folder(env) / "kigen"
    changed = {_COMPILE_CACHE: str(cache / "node"), **env}
    if (libraries := _own_libraries(env)).is_dir():
        changed[_LIBRARIES] = os.pathsep.join(filter(None, [str(libraries), env.get(_LIBRARIES)]))
    return changed


def node_version(env: Mapping[str, str]) -> str:
    """The version of Node.js, such as "v24.4.1". Raises BrowserError when it does not start."""
    program = node(env)
    try:
        done = subprocess.run(
            [program, "--version"],
            env=environment(env),
            capture_output=True,
            text=True,
            timeout=_VERSION_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrowserError(f"Playwright's driver does not start: {error}") from None
    if done.returncode:
        said = done.stderr.strip().removeprefix(f"{program}: ")
        raise BrowserError(f"Playwright's driver does not start: {said}")
    return done.stdout.strip()


def ensure_driver(env: Mapping[str, str], say: Say) -> None:
    """See to it that the driver starts: bring the library that it misses. Raises BrowserError."""
    try:
        node_version(env)
        return
    except BrowserError as error:
        say(str(error))
        if not Apt.here():
            raise
    if os.geteuid() == 0:
        say("Installing the libraries that it needs with apt-get …")
        Apt(env, say).install(_PACKAGES)
    else:
        say("Unpacking the libraries that it needs into your cache folder …")
        _unpack(env, say)
    node_version(env)


def _unpack(env: Mapping[str, str], say: Say) -> None:
    target = _own_libraries(env)
    with tempfile.TemporaryDirectory(prefix="kigen-libraries-") as folder:
        Apt(env, say, private=Path(folder, "apt")).unpack(_PACKAGES, Path(folder, "root"))
        target.mkdir(parents=True, exist_ok=True)
        for file in Path(folder, "root").rglob("*.so.*"):
            shutil.copy(file, target / file.name)


def _own_libraries(env: Mapping[str, str]) -> Path:
    return cache_folder(env) / "kigen" / "libraries"
