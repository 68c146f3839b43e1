"""A desk with a little of everything on it: what programs are told is drawn from this.

Its days are counted from the moment at which its clock stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.renewal import approval
from runner.values.data import DataVolume
from runner.values.money import Money
from runner.web.desk import Desk
from tests.web.desks import KEY, NoRuns

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
CANARY = "canary-7f3a9c"
"""Stands in every place of the settings that may hold a secret."""
YEN = Money(Decimal(3000), "JPY")
CONFIG = f"""
timezone: Asia/Tokyo
notify:
  targets:
    mail: {{url: {{command: [echo, "mailtos://me:{CANARY}@mail.example"]}}}}
accounts:
  phone:
    flow: softbank-prepaid
    at: sandbox
    credentials: {{phone: 080-0000-3776, password: {{command: [echo, {CANARY}]}}}}
    lines:
      080-0000-3776: {{title: 祖母の電話}}
      080-0000-3777: null
    policy: {{when: days_left <= 7, approve: above 1000 JPY}}
    plan: {{name: 3000yen, price: 3000 JPY}}
    schedule: daily at 09:30
  travel:
    flow: airalo
    at: sandbox
    credentials: {{email: me@example.com, pay_with: saved_card, password: {{command: [echo, {CANARY}]}}}}
    lines: {{"8981040000000003777": {{title: "Japan, 5 GB; \\"spare\\""}}}}
    schedule: every 6 hours
  kiosk:
    flow: manual
    lines: {{070-1111-2222: {{how: at the post office}}}}
    schedule: daily at 12:00
"""


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def filled(folder: Path, clock: Clock | None = None) -> Iterator[Desk]:
    """Runs, readings, renewals in several states, and letters. One account was never read."""
    clock = clock or Clock()
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    home = Home(folder / "home")
    with Ledger.open(home.ledger, clock=clock) as ledger:
        _fill(ledger, clock)
        yield Desk(Settings(Workspace.open(folder)), ledger, home, clock, NoRuns(), KEY)


def _fill(ledger: Ledger, clock: Clock) -> None:
    now, today = clock.now, clock.now.date()
    for days in (30, 2, 0):
        clock.now = now - timedelta(days=days, hours=3)
        end = today + timedelta(days=3)
        _run(ledger, clock, "phone", "080-0000-3776", end, Decimal(550))
    _run(ledger, clock, "travel", "8981040000000003777", today + timedelta(days=72), None)
    clock.now = now - timedelta(hours=2)
    end = today + timedelta(days=29)
    other = _run(ledger, clock, "phone", "080-0000-3777", end, Decimal("12.5"))
    paid = ledger.renewals.plan(other, "phone", "080-0000-3777", "2026-12-20", "3000yen", YEN)
    for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED, State.VERIFIED):
        ledger.renewals.move(paid.id, state, reason="test", reference="R-1", run_id=other)
    asked = ledger.renewals.plan(other, "phone", "080-0000-3776", "2026-11-24", "3000yen", YEN)
    approval.ask(ledger, asked, YEN, now + timedelta(days=3), "above 1000 JPY")
    failed = ledger.runs.start(
        "travel", "airalo", trigger="due", deadline_at=clock() + timedelta(minutes=5)
    )
    clock.now += timedelta(seconds=70)
    ledger.runs.end(failed.id, outcome="unreachable", message="the site did not answer")
    ledger.pauses.begin("phone", ["080-0000-3777"], by="test")
    sent = ledger.outbox.put("1", "renewed", target="mail", payload={}, account="phone")
    ledger.outbox.sent(sent)
    lost = ledger.outbox.put("2", "failed", target="mail", payload={}, account="travel")
    ledger.outbox.give_up(lost, "no such address")
    clock.now = now


def _run(
    ledger: Ledger, clock: Clock, account: str, line: str, end: date, balance: Decimal | None
) -> str:
    flow = {"phone": "softbank-prepaid", "travel": "airalo"}[account]
    run = ledger.runs.start(
        account, flow, trigger="due", deadline_at=clock() + timedelta(minutes=5)
    )
    clock.now += timedelta(seconds=20)
    ledger.readings.add(
        run.id,
        account,
        line,
        balance=None if balance is None else Money(balance, "JPY"),
        expires_on=end,
        days_left=(end - clock().date()).days,
        data_left=DataVolume(None if balance is None else 3 * 1024**3),
    )
    ledger.runs.end(run.id, outcome="nothing_due", message="nothing is due")
    return run.id
