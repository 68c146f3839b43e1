from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from runner.ledger.ledger import Ledger
from runner.notify.events import Event, LineFact, RenewalFact
from runner.values.data import DataVolume
from runner.values.money import Money

from .servers import Web, web_server

# One white dot, the smallest picture that is one.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082"
)


class Clock:
    """A clock that moves only when a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, pause: timedelta) -> None:
        self.now += pause


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db", clock=clock) as opened:
        yield opened


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as running:
        yield running


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "page #1?.png"
    path.write_bytes(PICTURE)
    return path


@pytest.fixture
def renewed() -> Event:
    """An event in which every fact is known."""
    return Event(
        name="renewed",
        account="家族",
        title="ドコモ",
        at=datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=9))),
        outcome="renewed",
        message="Balance and date are read.",
        lines=(
            LineFact(
                line="080-1234-5678",
                balance=Money(Decimal(1550), "JPY"),
                expires_on=date(2026, 12, 21),
                days_left=30,
                data_left=DataVolume(3_489_660_928),
                renewal=RenewalFact("verified", Money(Decimal(550), "JPY"), "R-2026-77"),
            ),
        ),
        action="Nothing to do.",
        picture=Path("/pictures/last.png"),
        report=Path("/reports/7/index.html"),
        link="http://127.0.0.1:8080/run/7",
    )
