"""Caps as budgets: what a line, an account, a workspace may spend in a day and in a month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from runner.config.model import Caps
from runner.ledger.records import Budget
from runner.values.money import Money


def budgets_of(
    whose: str, caps: Caps, now: datetime, *, account: str | None = None, line: str | None = None
) -> Iterator[Budget]:
    """The budgets for the calendar day and month of `now`, in its zone. A midnight that comes twice, as in
    Havana, begins the day the first time.
    """
    day = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if caps.day is not None:
        yield Budget(f"{whose} cap for a day", caps.day, day, account, line)
    if caps.month is not None:
        month = day.replace(day=1)
        yield Budget(f"{whose} cap for a month", caps.month, month, account, line)


def highest(line: Caps, account: Caps, workspace: Caps) -> Iterator[tuple[str, Money]]:
    """What one renewal may cost: by the line, or by its account where the line says nothing, and by
    the workspace.
    """
    if line.renewal is not None:
        yield "the line's cap for a renewal", line.renewal
    elif account.renewal is not None:
        yield "the account's cap for a renewal", account.renewal
    if workspace.renewal is not None:
        yield "the workspace's cap for a renewal", workspace.renewal


def budgets_for(
    own: Caps, account_caps: Caps, workspace: Caps, now: datetime, account: str, line: str
) -> list[Budget]:
    """All that a renewal of this line counts against. `now` is in the owner's zone."""
    return [
        *budgets_of("the line's", own, now, account=account, line=line),
        *budgets_of("the account's", account_caps, now, account=account),
        *budgets_of("the workspace's", workspace, now),
    ]


def over(
    price: Money,
    budgets: Iterable[Budget],
    highest: Iterable[tuple[str, Money]],
    spent: Callable[[Budget], Money],
) -> tuple[str, str] | None:
    """Why a price is more than the caps allow, and the outcome; None where it is not."""
    for budget in budgets:
        if budget.cap.currency != price.currency:
            reason = f"{budget.what} is in {budget.cap.currency}, the price in {price.currency}"
            return reason, "needs_you"
        total = price + spent(budget)
        if total > budget.cap:
            reason = f"{budget.what} is {budget.cap}; with this renewal it would be {total}"
            return reason, "too_expensive"
    for what, cap in highest:
        if cap.currency != price.currency:
            return f"{what} is in {cap.currency}, the price in {price.currency}", "needs_you"
        if price > cap:
            return f"{what} is {cap}; this one costs {price}", "too_expensive"
    return None
