"""What the next renewals of lines will cost: the figures of `kigen plan`, or none where they are not certain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from runner.config.model import Line
from runner.config.workspace import Workspace
from runner.flow.library import NoSuchFlow
from runner.flow.mistakes import Mistakes
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.ledger.records import Budget
from runner.renewal.effect import plan_facts
from runner.renewal.keep import last_payment
from runner.renewal.looks import OPEN
from runner.schedule.forecast import Known
from runner.schedule.next_cost import next_costs
from runner.values.money import Money
from runner.views.lines import LineNow

_MONTH = 31
"""Days for which a cap counts at most."""
_OFTEN = 3
"""A plan of so few days may be due again as soon as it was bought."""

Costs = Mapping[tuple[str, str], Money]
"""Prices by account and line."""


def costs_of(
    accounts: Collection[str],
    lines: Iterable[LineNow],
    workspace: Workspace,
    ledger: Ledger,
    now: datetime,
    zone: ZoneInfo,
) -> Costs:
    """The prices of the next renewals of these accounts' lines. `lines` are all of the workspace."""
    mine = [one for one in lines if one.account.name in accounts]
    known = Known(
        {(one.account.name, one.line.name): one.reading for one in mine if one.reading},
        {one.account.name: one.turn for one in mine if one.turn},
        {
            (one.account.name, one.line.name): one.renewal
            for one in mine
            if one.renewal and one.renewal.state in OPEN
        },
        lambda budget, currency: ledger.renewals.spent(
            currency, account=budget.account, line=budget.line, since=budget.since
        ),
        lambda account, line, its_zone: last_payment(ledger, account, line, its_zone),
        {(one.account.name, one.line.name): one.paused for one in mine if one.paused},
    )
    others = _Others(workspace)
    found: dict[tuple[str, str], Money] = {}
    for name in accounts:
        account = workspace.accounts[name]
        with suppress(Mistakes, NoSuchFlow):
            flow = workspace.library.load(account.flow).flow
            told = next_costs(account, flow, known, now, zone, workspace.config.caps, others)
            found |= {(name, line): price for line, price in told.items()}
    return {line: price for line, price in found.items() if line not in known.paused}


class _Others:
    """What other lines may spend of a budget, at most: each as often as its plan can be bought while
    the budget counts.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._own: dict[tuple[str, str], Decimal] = {}
        self._sums: dict[tuple[str | None, str], Decimal] = {}
        self._endless: set[tuple[str | None, str]] = set()
        for account in workspace.accounts.values():
            with suppress(Mistakes, NoSuchFlow):
                flow = workspace.library.load(account.flow).flow
                for line in account.lines:
                    self._add(account.name, line, flow)

    def _add(self, account: str, line: Line, flow: Flow) -> None:
        plan = line.plan
        if plan is None or plan.price is None:
            return
        days, price = plan_facts(flow, plan).days, plan.price
        times = 1 if days is None else 1 + _MONTH // max(days, 1)
        most = self._own[account, line.name] = price.amount * times
        for scope in ((account, price.currency), (None, price.currency)):
            self._sums[scope] = self._sums.get(scope, Decimal(0)) + most
            if days is not None and days <= _OFTEN and price.amount:
                self._endless.add(scope)

    def __call__(self, budget: Budget, line: tuple[str, str], currency: str) -> Money | None:
        scope = (budget.account, currency)
        if budget.line is not None:
            return Money(Decimal(0), currency)
        if scope in self._endless:
            return None
        return Money(self._sums[scope] - self._own[line], currency)
