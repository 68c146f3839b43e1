"""What was spent, or may have been, and whether one more renewal keeps within what may be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select, text

from runner.ledger.errors import OverBudget
from runner.ledger.records import Budget
from runner.ledger.states import SPENT
from runner.ledger.tables import renewals
from runner.values.money import Money


def spent(
    connection: Connection,
    currency: str,
    *,
    account: str | None,
    line: str | None,
    since: datetime,
) -> Money:
    """The sum of the intents written from `since` on, in this currency alone."""
    query = select(renewals.c.amount).where(
        renewals.c.currency == currency,
        renewals.c.committed_at >= since,
        renewals.c.state.in_(sorted(state.value for state in SPENT)),
    )
    if account is not None:
        query = query.where(renewals.c.account == account)
    if line is not None:
        query = query.where(renewals.c.line == line)
    # Added here: no database that keeps exact text can add it without floats.
    return Money(sum(connection.execute(query).scalars(), Decimal(0)), currency)


def keep_within(connection: Connection, budgets: Iterable[Budget], price: Money) -> None:
    """Raises OverBudget if this price is too much for one of them.

    Nobody else writes an intent until the transaction has ended, so that two runs can't both take
    what is left. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE renewals IN SHARE ROW EXCLUSIVE MODE"))
    for budget in budgets:
        total = price + spent(
            connection,
            price.currency,
            account=budget.account,
            line=budget.line,
            since=budget.since,
        )
        if total > budget.cap:
            raise OverBudget(budget, total)
