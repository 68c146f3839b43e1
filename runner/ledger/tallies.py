"""How many there are of everything, for those who count: added up by the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, select

from runner.ledger.engine import Database
from runner.ledger.states import PAID, State
from runner.ledger.tables import letters, renewal_moves, renewals, runs
from runner.values.money import Money

SECONDS = (5, 10, 20, 30, 60, 120, 300)
"""The lengths of runs that are told apart; a run's usual deadline is the last of them."""


@dataclass(frozen=True, slots=True)
class RunTally:
    """The ended runs of an account with one outcome, by one flow.

    `timed`: those whose true end is known, `seconds` long altogether; `within`: how many of them
    took no longer than each of `SECONDS`.
    """

    account: str
    flow: str
    outcome: str
    count: int
    timed: int
    seconds: float
    within: tuple[int, ...]


class Tallies:
    def __init__(self, database: Database) -> None:
        self._database = database

    def ended(self) -> int:
        """How many runs have ended."""
        query = select(func.count()).select_from(runs).where(runs.c.outcome.is_not(None))
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def runs(self) -> list[RunTally]:
        """All runs that ever ended. Reads something of each: see `ended` for whether there are more."""
        whose = (runs.c.account, runs.c.flow, runs.c.outcome)
        query = (
            select(
                *whose,
                func.count().label("count"),
                func.count(runs.c.seconds).label("timed"),
                func.coalesce(func.sum(runs.c.seconds), 0.0).label("seconds"),
                *(func.count(case((runs.c.seconds <= most, 1))) for most in SECONDS),
            )
            .where(runs.c.outcome.is_not(None))
            .group_by(*whose)
        )
        with self._database.read() as connection:
            return [
                RunTally(account, flow, outcome, count, timed, seconds, tuple(within))
                for account, flow, outcome, count, timed, seconds, *within in connection.execute(
                    query
                )
            ]

    def renewals(self) -> Mapping[State, int]:
        """All renewals, by the state that they are in now."""
        query = select(renewals.c.state, func.count()).group_by(renewals.c.state)
        with self._database.read() as connection:
            return Counter({State(row[0]): row[1] for row in connection.execute(query)})

    def letters(self) -> Mapping[str, int]:
        """All letters, by state; those that their owner has put away are `put_away`."""
        shown = case((letters.c.put_away_at.is_(None), letters.c.state), else_="put_away")
        query = select(shown, func.count()).group_by(shown)
        with self._database.read() as connection:
            return Counter({row[0]: row[1] for row in connection.execute(query)})

    def paid(self) -> dict[tuple[str, str], Money]:
        """What each account has paid, by account and currency.

        It only grows: what a provider has given back later stays counted.
        """
        paid = select(renewal_moves.c.renewal_id).where(
            renewal_moves.c.to_state.in_(sorted(state.value for state in PAID))
        )
        query = select(renewals.c.account, renewals.c.amount, renewals.c.currency).where(
            renewals.c.id.in_(paid), renewals.c.amount.is_not(None)
        )
        found: dict[tuple[str, str], Money] = {}
        with self._database.read() as connection:
            # Added here: no database that keeps exact text can add it without floats.
            for account, amount, currency in connection.execute(query):
                before = found.get((account, currency), Money(Decimal(0), currency))
                found[account, currency] = before + Money(amount, currency)
        return found
