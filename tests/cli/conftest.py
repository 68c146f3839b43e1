"""The command line, called as a person calls it, in a home and a workspace of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from runner.cli.main import main
from runner.ledger.ledger import Ledger
from runner.values.money import Money

CONFIG = """
timezone: Asia/Tokyo
accounts:
  first:
    flow: docomo
    at: sandbox
    credentials: {id: me, password: env:FIRST_PASSWORD}
    lines: {"090-1": {title: 祖母の電話}}
    schedule: daily at 09:30
  second:
    flow: docomo
    at: sandbox
    credentials: {id: me, password: env:SECOND_PASSWORD}
    lines: {"090-2": null, "090-3": null}
"""


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Kigen = Callable[..., Said]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("KIGEN_HOME", str(folder))
    for name in ("KIGEN_WORKSPACE", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def workspace(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def kigen(home: Path, capsys: pytest.CaptureFixture[str]) -> Kigen:
    """Call `kigen` in this process."""

    def call(*words: str) -> Said:
        capsys.readouterr()
        code = main(list(words))
        return Said(code, *capsys.readouterr())

    return call


@pytest.fixture
def process(home: Path) -> Kigen:
    """Call `kigen` as a process of its own."""

    def call(*words: str, **environment: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "runner", *words],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    home.mkdir(mode=0o700, exist_ok=True)
    with Ledger.open(home / "ledger.db") as ledger:
        yield ledger


def read(ledger: Ledger, account: str, line: str, days: int, outcome: str = "nothing_due") -> str:
    """A run with a reading whose last day is so many days from today, in Tokyo; gives the run."""
    now = datetime.now(UTC)
    today = (now + timedelta(hours=9)).date()
    run = ledger.runs.start(
        account, "docomo", trigger="hand", deadline_at=now + timedelta(minutes=5)
    )
    ledger.readings.add(
        run.id,
        account,
        line,
        balance=Money(Decimal(550), "JPY"),
        expires_on=today + timedelta(days=days),
        days_left=days,
    )
    ledger.runs.end(run.id, outcome=outcome, message="as it went")
    return run.id
