"""Things that wait for their owner, in a ledger and a home."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runner.ledger.ledger import Ledger
from runner.ledger.records import Letter, Renewal, Run
from runner.ledger.states import State
from runner.renewal import approval
from runner.values.money import Money
from runner.web.desk import Desk

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
NAME, LINE = "docomo", "090-0000-4649"
YEN = Money.parse("1100 JPY")
CONFIG = f"""
timezone: Asia/Tokyo
accounts:
  {NAME}:
    flow: docomo
    at: sandbox
    credentials: {{id: me, password: env:PASSWORD}}
    lines: {{"{LINE}": {{title: 祖母の電話}}, "090-0000-2": null}}
    policy: {{when: days_left <= 7, approve: above 1000 JPY}}
    plan: {{name: 1GB, price: 1100 JPY}}
"""
PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202etxt.\u2067"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def a_run(desk: Desk, outcome: str | None = "needs_you", **more: object) -> Run:
    """A run, with a folder of evidence if it has ended."""
    ledger, now = desk.ledger, desk.clock()
    run = ledger.runs.start(NAME, NAME, trigger="due", deadline_at=now + timedelta(minutes=5))
    if outcome is None:
        return run
    folder = f"20261121-120000-{NAME}-{run.id[-6:]}"
    files: dict[str, bytes] = {
        "01-confirmation.png": PNG,
        "steps.json": json.dumps([step()]).encode(),
        "report.html": b"<h1>the report</h1>",
        "trace.zip": b"PK",
    }
    for name, data in files.items():
        write(desk.home.evidence / folder / name, data)
    message = str(more.get("message", "as it went"))
    return ledger.runs.end(run.id, outcome=outcome, message=message, evidence=folder)


def step(note: str | None = None) -> dict[str, object]:
    """A step as the timeline keeps it."""
    return {
        "path": "login[0]", "kind": "goto", "line": 7, "started_at": str(NOW), "seconds": 0.25,
        "status": "ok", "note": note, "picture": None,
    }  # fmt: skip


def write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def asked(desk: Desk, why: str = "1100 JPY needs your approval") -> Renewal:
    """A renewal that waits for its owner's approval, for three days."""
    run = a_run(desk)
    renewal = desk.ledger.renewals.plan(
        run.id, NAME, LINE, f"need {run.id}", "1GB", YEN, evidence=run.evidence
    )
    return approval.ask(desk.ledger, renewal, YEN, desk.clock() + timedelta(days=3), why)


def paid(desk: Desk, to: State, receipts: tuple[str, ...] = (), **details: object) -> Renewal:
    """A renewal that came so far."""
    ledger, run = desk.ledger, a_run(desk)
    renewal = ledger.renewals.plan(run.id, NAME, LINE, f"need {run.id}", "1GB", YEN)
    for state in (State.APPROVED, State.COMMITTING):
        ledger.renewals.move(renewal.id, state, reason="as agreed", run_id=run.id)
    return ledger.renewals.move(
        renewal.id, to, reason="what the page said", run_id=run.id, receipts=receipts,
        evidence=f"{run.evidence}/01-confirmation.png", details=details,
    )  # fmt: skip


def lost_letter(ledger: Ledger) -> Letter:
    """A message that was given up."""
    letter = ledger.outbox.put("k", "renewed", target="phone", payload={}, account=NAME)
    claimed = ledger.outbox.claim(letter.id, 60)
    assert claimed is not None
    return ledger.outbox.give_up(claimed, "no such number")
