"""The rules about renewals hold in the database, for a program that ignores them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from runner.ledger.ledger import Ledger
from runner.ledger.records import Run
from runner.ledger.states import State
from runner.values.money import Money

PRICE = Money(Decimal("550"), "JPY")
COPY = (
    "INSERT INTO renewals SELECT 'copy', run_id, account, line, {cycle}, plan, {state}, amount,"
    " currency, reference, created_at, updated_at, committed_at, details, last_move, last_is_last"
    " FROM renewals"
)
MOVE = (
    "INSERT INTO renewal_moves (renewal_id, number, at, from_state, to_state, reason, is_last,"
    " previous_number, previous_is_last)"
    " VALUES ('{id}', {number}, '2026-11-21', {before}, '{to}', 'attack', 1, {previous}, 0)"
)


@pytest.fixture
def renewal_id(ledger: Ledger, run: Run) -> str:
    renewal = ledger.renewals.plan(run.id, "docomo", "090", "2026-11", "550MB", PRICE)
    ledger.renewals.move(renewal.id, State.APPROVED, reason="test")
    ledger.renewals.move(renewal.id, State.COMMITTING, reason="test")
    return renewal.id


@pytest.fixture
def attack(path: Path, renewal_id: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


@pytest.mark.parametrize("state", [*sorted(set(State) - {State.COMMITTING}), "paid"])
def test_a_state_cannot_be_set_without_its_move(attack: sqlite3.Connection, state: str) -> None:
    attack.execute("UPDATE renewals SET state = ?", (str(state),))
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        attack.execute("COMMIT")


@pytest.mark.parametrize(("move", "state"), [(1, "planned"), (2, "approved")])
def test_a_renewal_cannot_be_turned_back_to_an_earlier_move(
    attack: sqlite3.Connection, move: int, state: str
) -> None:
    attack.execute("UPDATE renewals SET state = ?, last_move = ?", (state, move))
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        attack.execute("COMMIT")


def test_an_illegal_move_cannot_be_written(attack: sqlite3.Connection, renewal_id: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        attack.execute(
            MOVE.format(id=renewal_id, number=4, before="'committing'", to="verified", previous=3)
        )


def test_a_move_cannot_be_written_beside_its_renewal(
    attack: sqlite3.Connection, renewal_id: str
) -> None:
    attack.execute(
        MOVE.format(id=renewal_id, number=4, before="'committing'", to="aborted", previous=3)
    )
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        attack.execute("COMMIT")


def test_a_move_starts_where_the_one_before_it_ended(
    attack: sqlite3.Connection, renewal_id: str
) -> None:
    attack.execute("UPDATE renewal_moves SET is_last = 0")
    attack.execute(
        MOVE.format(id=renewal_id, number=4, before="'unknown'", to="not_charged", previous=3)
    )
    attack.execute("UPDATE renewals SET state = 'not_charged', last_move = 4")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        attack.execute("COMMIT")


@pytest.mark.parametrize(
    ("number", "before", "previous"),
    [(4, "NULL", "NULL"), (4, "'committing'", "2"), (4, "'committing'", "NULL"), (1, "NULL", "0")],
)
def test_a_chain_has_no_second_beginning_and_no_gap(
    attack: sqlite3.Connection, renewal_id: str, number: int, before: str, previous: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        attack.execute(
            MOVE.format(
                id=renewal_id, number=number, before=before, to="unknown", previous=previous
            )
        )


def test_history_cannot_be_removed(attack: sqlite3.Connection) -> None:
    attack.execute("DELETE FROM renewal_moves")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        attack.execute("COMMIT")


def test_a_cycle_has_no_second_live_renewal(attack: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE.*renewals.cycle"):
        attack.execute(COPY.format(cycle="cycle", state="'charged'"))


def test_a_line_has_no_second_unproven_renewal(attack: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE.*account, renewals.line$"):
        attack.execute(COPY.format(cycle="'2026-12'", state="state"))


@pytest.mark.parametrize("column", ["amount", "currency", "committed_at"])
def test_what_may_have_cost_money_has_a_price_and_a_time(
    attack: sqlite3.Connection, column: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        attack.execute(f"UPDATE renewals SET {column} = NULL")  # noqa: S608 - from the list above
