"""A real ledger with a clock that tests turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.ledger.ledger import Ledger


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = field(default=datetime(2026, 11, 21, 3, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db", clock=clock) as opened:
        yield opened


@pytest.fixture
def run_id(ledger: Ledger, clock: Clock) -> str:
    run = ledger.runs.start(
        "docomo", "docomo", trigger="hand", deadline_at=clock() + timedelta(minutes=5)
    )
    return run.id
