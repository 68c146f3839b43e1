"""An owner with two lines that have no site: runs of a moment, and all the rest is real."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from runner.ledger.ledger import Ledger
from runner.mqtt.names import Topics, id_of

FIRST, SECOND = "090-1111-4649", "090-2222-3776"
TOKYO = ZoneInfo("Asia/Tokyo")
TOPICS = Topics("kigen", "homeassistant")
DAYS = 60
LONG = 90.0
"""Seconds that a loaded machine may take for what needs two."""


@dataclass
class Owner:
    """A home and a workspace. `config` is added to config.yaml; `secrets` are environment variables."""

    folder: Path
    config: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = (FIRST, SECOND)
    schedule: str | None = "every 24 hours"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "KIGEN_HOME": str(self.home), **self.secrets}

    def write(self) -> Path:
        """Write config.yaml; gives the workspace's folder."""
        workspace = self.folder / "workspace"
        workspace.mkdir(exist_ok=True)
        account = {"flow": "manual", "schedule": self.schedule}
        account["lines"] = {line: {"title": f"phone {line[:3]}"} for line in self.lines[:1]}
        account["lines"] |= dict.fromkeys(self.lines[1:])
        settings = {"timezone": "Asia/Tokyo", "dashboard": False, **self.config}
        (workspace / "config.yaml").write_text(
            yaml.safe_dump({**settings, "accounts": {"village": account}})
        )
        return workspace

    def read(self) -> None:
        """Have both lines read a day ago, so that they are known, and due."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        yesterday = datetime.now(UTC) - timedelta(days=1, hours=1)
        with Ledger.open(self.home / "ledger.db", clock=lambda: yesterday) as ledger:
            run = ledger.runs.start("village", "manual", trigger="hand", deadline_at=yesterday)
            for line in (FIRST, SECOND):
                ends = (datetime.now(TOKYO) + timedelta(days=DAYS)).date()
                ledger.readings.add(run.id, "village", line, expires_on=ends)
            ledger.runs.end(run.id, outcome="read_only")

    def outcomes(self) -> list[str | None]:
        with Ledger.open(self.home / "ledger.db") as ledger:
            return [run.outcome for run in ledger.runs.list("village")]

    def kigen(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "runner", *words],
            cwd=self.write(), env=self.environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    def serve(self) -> subprocess.Popen[bytes]:
        with (self.folder / "serve.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "runner", "serve"],
                cwd=self.write(), env=self.environment, stderr=log,
            )  # fmt: skip

    def told(self) -> str:
        """What serve has said."""
        return (self.folder / "serve.log").read_text()


def state(line: str) -> str:
    return TOPICS.state(id_of("village", line))


def device(line: str) -> str:
    return TOPICS.discovery(id_of("village", line))
