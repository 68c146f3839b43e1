"""Debian's own packages: installed as root, or unpacked into a folder by anybody.

Either way apt fetches them and verifies their signatures against the system's keys.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from runner.browser.find import BrowserError
from runner.browser.watched import Ended, Say, run

_STALL_SECONDS = 90.0
_PATIENCE = (
    "-o=Acquire::http::Timeout=20",
    "-o=Acquire::https::Timeout=20",
    "-o=Acquire::Retries=1",
    "-o=DPkg::Lock::Timeout=120",
    "-o=Dpkg::Use-Pty=0",
)


class Apt:
    """apt-get as root on the system itself, or on private folders inside `private`."""

    def __init__(self, env: Mapping[str, str], say: Say, private: Path | None = None) -> None:
        self._env = {**env, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
        self._say, self._private = say, private
        self._updated = False
        self._archives = (private or Path("/var")) / "cache/apt/archives"

    @staticmethod
    def here() -> bool:
        """Whether this system has apt at all."""
        return all(map(shutil.which, ("apt-get", "apt-cache", "dpkg-deb")))

    def first_of(self, names: Sequence[str]) -> str | None:
        """The first of `names` that this distribution really has as a package.

        Ubuntu's `chromium-browser` only points to a snap: it is no name to ask for.
        """
        self._update()
        for name in names:
            policy = subprocess.run(
                ["apt-cache", *self._folders(), "policy", name],
                env=self._env,
                capture_output=True,
                text=True,
            ).stdout
            if "Candidate:" in policy and "Candidate: (none)" not in policy:
                return name
        return None

    def install(self, packages: Sequence[str]) -> None:
        """Install packages system-wide, which only root may. Raises BrowserError."""
        self._update()
        if any(Path("/var/lib/dpkg/updates").iterdir()):
            # What an interrupted installation leaves; apt-get refuses to go on before this.
            self._watch(["dpkg", "--configure", "-a"], "finishing an interrupted installation")
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *_PATIENCE]
        self._must([*command, *packages], f"installing {' '.join(packages)}")

    def unpack(self, packages: Sequence[str], target: Path) -> None:
        """Unpack packages, with all they need and the system lacks, under `target`.

        Nothing is installed: no scripts run and the system stays as it is. Raises BrowserError.
        """
        self._update()
        command = ["apt-get", *self._folders(), "install", "--download-only", "-y", "-q"]
        command += ["--no-install-recommends", *_PATIENCE, *packages]
        self._must(command, f"fetching {' '.join(packages)}")
        for package in sorted(self._archives.glob("*.deb")):
            self._must(["dpkg-deb", "-x", str(package), str(target)], f"unpacking {package.name}")

    def _folders(self) -> list[str]:
        if self._private is None:
            return []
        for name in ("lists/partial", "cache/apt/archives/partial"):
            (self._private / name).mkdir(parents=True, exist_ok=True)
        return [
            f"-o=Dir::State={self._private}",
            f"-o=Dir::State::lists={self._private / 'lists'}",
            "-o=Dir::State::status=/var/lib/dpkg/status",
            f"-o=Dir::Cache={self._private / 'cache/apt'}",
            "-o=Debug::NoLocking=true",
        ]

    def _update(self) -> None:
        if self._updated:
            return
        self._updated = True
        command = ["apt-get", *self._folders(), "update", "-q", *_PATIENCE]
        ended = self._watch(command, "asking the package servers what they have")
        if ended.code:
            # One of several sources may be out of reach, and the others be enough.
            self._say(f"  apt-get update: {ended.last_words()}")

    def _must(self, command: Sequence[str], what: str) -> None:
        ended = self._watch(command, what)
        if ended.code is None:
            raise BrowserError(f"{what}: nothing moved for {_STALL_SECONDS:.0f} s, so it was ended")
        if ended.code:
            raise BrowserError(f"{what}: {ended.last_words()}")

    def _watch(self, command: Sequence[str], what: str) -> Ended:
        return run(
            command,
            env=self._env,
            what=what,
            say=self._say,
            growing=[self._archives],
            stall_seconds=_STALL_SECONDS,
        )
