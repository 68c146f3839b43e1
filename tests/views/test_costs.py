"""What next renewals cost, of a whole workspace: caps that lines share leave it open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.values.money import Money
from runner.views.coming import days_ahead
from runner.views.costs import costs_of
from runner.views.lines import lines_now

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
CONFIG = """
timezone: Asia/Tokyo
caps: {caps}
defaults:
  at: sandbox
  policy: {{when: days_left <= 7}}
  plan: {{name: 3000yen, price: 3000 JPY}}
  schedule: daily at 09:30
accounts:
  first:
    flow: softbank-prepaid
    credentials: {{phone: "1", password: env:X}}
    lines: {{a: null, b: null}}
  second: {{flow: softbank-prepaid, credentials: {{phone: "2", password: env:X}}, lines: {{c: null}}}}
  often:
    flow: docomo
    credentials: {{id: me, password: env:X}}
    plan: {often}
    lines: {{d: null}}
"""
OTHERS = {"a", "b", "c"}
ALONE = """
  alone:
    flow: softbank-prepaid
    credentials: {phone: "3", password: env:X}
    schedule: daily at 18:00
    caps: CAPS
    lines: {e: null}
"""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    file = tmp_path_factory.mktemp("costs") / "ledger.db"
    with Ledger.open(file, clock=lambda: NOW) as ledger:
        for account, lines in (("first", "ab"), ("second", "c"), ("often", "d")):
            run = ledger.runs.start(account, "any", trigger="due", deadline_at=NOW)
            for number, line in enumerate(lines):
                end = date(2026, 12, 20) + timedelta(days=number)
                ledger.readings.add(run.id, account, line, expires_on=end)
            ledger.runs.end(run.id, outcome="nothing_due", message="nothing is due")
        yield ledger


@pytest.mark.parametrize(
    ("caps", "told"),
    [
        ("{}", OTHERS),
        ("{renewal: 3000 JPY}", OTHERS),
        ("{renewal: 2999 JPY}", set()),
        ("{month: 9000 JPY}", OTHERS),
        ("{month: 8999 JPY}", set()),
        ("{day: 9000 JPY}", OTHERS),
        ("{day: 3000 JPY}", set()),
        ("{month: 100 USD}", set()),
    ],
)
def test_a_cap_that_may_be_used_up_leaves_it_open(
    tmp_path: Path, ledger: Ledger, caps: str, told: set[str]
) -> None:
    assert costs(tmp_path, ledger, caps, "{name: 1GB}") == told


def test_each_figure_is_the_plans(tmp_path: Path, ledger: Ledger) -> None:
    workspace = opened(tmp_path, "{month: 12000 JPY}", "{name: 1GB, price: 1100 JPY}")
    zone = workspace.config.timezone
    assert zone is not None
    everyone = lines_now(workspace, ledger, NOW, zone)
    found = costs_of(workspace.account_names, everyone, workspace, ledger, NOW, zone)
    assert set(found) == {("first", "a"), ("first", "b"), ("second", "c"), ("often", "d")}
    planned = days_ahead(workspace, ledger, NOW, NOW + timedelta(days=400), zone)
    for (account, line), price in found.items():
        mine = [a for a in planned.actions if (a.account, a.line) == (account, line)]
        assert mine[0].price == price


@pytest.mark.parametrize(
    ("ends", "caps", "told"),
    [
        (date(2026, 12, 20), "{month: 3000 JPY}", True),  # due in another month
        (date(2026, 12, 5), "{month: 3000 JPY}", False),  # due in this month, and paid in it
        (date(2026, 12, 5), "{day: 3000 JPY}", True),  # due on another day
        (date(2026, 11, 28), "{day: 3000 JPY}", False),  # due with the next run, today
    ],
)
def test_what_was_spent_counts_in_its_own_day_and_month(
    tmp_path: Path, ends: date, caps: str, told: bool
) -> None:
    workspace = opened(tmp_path, "{}", "{name: 1GB}", also=ALONE.replace("CAPS", caps))
    zone = workspace.config.timezone
    assert zone is not None
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: NOW) as ledger:
        run = ledger.runs.start("alone", "any", trigger="due", deadline_at=NOW)
        paid = ledger.renewals.plan(
            run.id, "alone", "e", "1", "3000yen", Money(Decimal(3000), "JPY")
        )
        for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED, State.VERIFIED):
            ledger.renewals.move(paid.id, state, reason="as agreed", run_id=run.id)
        ledger.readings.add(run.id, "alone", "e", expires_on=ends)
        ledger.runs.end(run.id, outcome="renewed", message="renewed")
        everyone = lines_now(workspace, ledger, NOW, zone)
        found = costs_of({"alone"}, everyone, workspace, ledger, NOW, zone)
        planned = days_ahead(workspace, ledger, NOW, NOW + timedelta(days=60), zone, ("alone",))
    assert (("alone", "e") in found) is told
    if told:
        assert next(one.price for one in planned.actions) == found["alone", "e"]


def costs(folder: Path, ledger: Ledger, caps: str, often: str) -> set[str]:
    workspace = opened(folder, caps, often)
    zone = workspace.config.timezone
    assert zone is not None
    everyone = lines_now(workspace, ledger, NOW, zone)
    found = costs_of(workspace.account_names, everyone, workspace, ledger, NOW, zone)
    return {line for _, line in found}


def opened(folder: Path, caps: str, often: str, also: str = "") -> Workspace:
    (folder / "config.yaml").write_text(CONFIG.format(caps=caps, often=often) + also)
    return Workspace.open(folder)
