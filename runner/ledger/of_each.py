"""The newest runs of every account, found by a few steps into the index for each account.

A `GROUP BY` would read the whole history, which grows while the accounts stay as many as they are.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.sql.selectable import NamedFromClause

from runner.ledger.records import Run
from runner.ledger.tables import runs

_BY_PERSON = ("hand", "owner", "asked")
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


def newest(
    *columns: Column[Any], counting: bool = False, among: Collection[str] | None = None
) -> Select[Any]:
    """These columns (all, where none is named) of every account's newest run; `counting`: of those that
    its schedule counts; `among`: of these accounts alone.
    """
    accounts, mine = _accounts(), runs.alias("mine")
    which = _counts(mine) if counting else true()
    last = _last(mine.c.id, mine, accounts, which)
    query = select(*(columns or runs.c)).select_from(accounts).join(runs, runs.c.id == last)
    return query if among is None else query.where(accounts.c.account.in_(among))


def in_a_row(outcomes: Collection[str | None], among: Collection[str]) -> Select[Any]:
    """Of these accounts, how many of their last runs that count ended so. None among the outcomes:
    without an end.
    """
    accounts, mine, other = _accounts(), runs.alias("mine"), runs.alias("other")
    named = [outcome for outcome in outcomes if outcome is not None]
    otherwise: ColumnElement[bool] = other.c.outcome.not_in(named)
    if None not in outcomes:
        otherwise = or_(otherwise, other.c.outcome.is_(None))
    last = _last(other.c.started_at, other, accounts, and_(_counts(other), otherwise))
    began = func.coalesce(last, literal(_BEFORE_ALL, runs.c.started_at.type))
    count = (
        select(func.count())
        .select_from(mine)
        .where(mine.c.account == accounts.c.account, mine.c.started_at > began, _counts(mine))
        .scalar_subquery()
    )
    return select(accounts.c.account, count).where(accounts.c.account.in_(among))


def counts(run: Run) -> bool:
    """Whether a run is one of those that a schedule counts: not a mere look, nor what a person started
    that could not have renewed anything.
    """
    if run.trigger == "look":
        return False
    return run.trigger not in _BY_PERSON or not (run.read_only or run.dry_run)


def _counts(of: NamedFromClause) -> ColumnElement[bool]:
    """The same for the database."""
    could_renew = not_(or_(of.c.read_only, of.c.dry_run))
    by_person = of.c.trigger.in_(_BY_PERSON)
    return and_(of.c.trigger != "look", or_(not_(by_person), could_renew))


def _accounts() -> CTE:
    """All accounts that have had a run, each one step further in the index."""
    names = select(func.min(runs.c.account).label("account")).cte("accounts", recursive=True)
    further = select(func.min(runs.c.account)).where(runs.c.account > names.c.account)
    following = select(further.scalar_subquery()).where(names.c.account.is_not(None))
    return names.union_all(following)


def _last(
    column: ColumnElement[Any], of: NamedFromClause, accounts: CTE, which: ColumnElement[bool]
) -> ScalarSelect[Any]:
    """A column of an account's newest run among `which`."""
    return (
        select(column)
        .where(of.c.account == accounts.c.account, which)
        .order_by(of.c.started_at.desc(), of.c.id.desc())
        .limit(1)
        .correlate(accounts)
        .scalar_subquery()
    )
