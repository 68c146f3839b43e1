"""`kigen status` with a thousand accounts and a hundred thousand readings: the whole process.

python benchmarks/status.py [ACCOUNTS] [READINGS OF EACH]
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import create_engine, insert

from runner.ledger.ids import new_id
from runner.ledger.ledger import Ledger
from runner.ledger.tables import line_ends, readings, runs

RUNS = 11
ACCOUNT = """
  account{number:04d}:
    flow: docomo
    credentials: {{id: me{number}, password: env:PASSWORD}}
    lines:
      "090-0000-{number:04d}": {{title: line {number}}}
    policy: {{when: days_left <= 7 or data_left < 1 GB}}
    plan: {{name: 1GB, price: 1100 JPY}}
    schedule: daily at 09:30..10:30
"""


def main() -> None:
    """Fill a home, then measure what a person waits for."""
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    each = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        config = "accounts:" + "".join(ACCOUNT.format(number=n) for n in range(accounts))
        (home / "config.yaml").write_text(config)
        fill(home / "ledger.db", accounts, each)
        environment = {**os.environ, "KIGEN_HOME": folder, "KIGEN_WORKSPACE": folder}
        for words in (["status"], ["status", "--json"]):
            times, worked = [], []
            for _ in range(RUNS):
                began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
                shown = subprocess.run(
                    [sys.executable, "-m", "runner", *words],
                    env=environment, capture_output=True, text=True, check=True,
                ).stdout  # fmt: skip
                times.append(time.perf_counter() - began)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                worked.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            assert f"account{accounts - 1:04d}" in shown
            print(
                f"{statistics.median(times) * 1000:7.0f} ms "
                f"({statistics.median(worked) * 1000:.0f} ms of them at work)  kigen {' '.join(words)}, "
                f"{accounts} accounts, {accounts * each} readings"
            )


def fill(path: Path, accounts: int, each: int) -> None:
    """A ledger with a run and a reading of every account, day after day."""
    Ledger.open(path).close()
    now = datetime.now(UTC)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for day in range(each):
            at = now - timedelta(days=each - 1 - day)
            ids = [new_id(at) for _ in range(accounts)]
            connection.execute(insert(runs), [_run(ids[n], n, at) for n in range(accounts)])
            connection.execute(
                insert(readings),
                [_reading(ids[n], n, at, day == each - 1) for n in range(accounts)],
            )
            connection.execute(
                insert(line_ends),
                [_line_end(ids[n], n, day == each - 1) for n in range(accounts)],
            )


def _run(id: str, number: int, at: datetime) -> dict[str, object]:
    return {
        "id": id, "account": f"account{number:04d}", "flow": "docomo", "trigger": "due",
        "started_at": at, "deadline_at": at + timedelta(minutes=5), "dry_run": False,
        "ended_at": at + timedelta(seconds=20), "outcome": "nothing_due", "seconds": 20.0,
        "message": "nothing is due", "read_only": False, "traced": False,
    }  # fmt: skip


def _line_end(run: str, number: int, latest: bool) -> dict[str, object]:
    return {
        "run_id": run, "account": f"account{number:04d}", "line": f"090-0000-{number:04d}",
        "outcome": "nothing_due", "message": "nothing is due", "latest": latest,
    }  # fmt: skip


def _reading(run: str, number: int, at: datetime, latest: bool) -> dict[str, object]:
    return {
        "id": new_id(at), "run_id": run, "account": f"account{number:04d}",
        "line": f"090-0000-{number:04d}", "at": at, "amount": Decimal(550), "currency": "JPY",
        "expires_on": (at + timedelta(days=number % 60)).date(), "days_left": number % 60,
        "data_left_bytes": 3 * 2**30, "data_unlimited": False, "values": {}, "latest": latest,
    }  # fmt: skip


if __name__ == "__main__":
    main()
