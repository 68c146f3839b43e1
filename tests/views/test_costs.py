"""What next renewals cost, of a whole workspace: caps that lines share leave it open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
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


def costs(folder: Path, ledger: Ledger, caps: str, often: str) -> set[str]:
    workspace = opened(folder, caps, often)
    zone = workspace.config.timezone
    assert zone is not None
    everyone = lines_now(workspace, ledger, NOW, zone)
    found = costs_of(workspace.account_names, everyone, workspace, ledger, NOW, zone)
    return {line for _, line in found}


def opened(folder: Path, caps: str, often: str) -> Workspace:
    (folder / "config.yaml").write_text(CONFIG.format(caps=caps, often=often))
    return Workspace.open(folder)
