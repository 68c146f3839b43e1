"""The rules about renewals hold in the database, for a program that ignores them."""

# ruff: noqa: S608 - breaking in with hand-made SQL is what is tested here

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.ledger.errors import Refused
from runner.ledger.ledger import Ledger
from runner.ledger.records import Run
from runner.ledger.states import State
from runner.values.money import Money

PRICE = Money(Decimal("550"), "JPY")


@pytest.fixture
def renewal_id(ledger: Ledger, run: Run) -> str:
    renewal = ledger.renewals.plan(run.id, "docomo", "090", "2026-11", "550MB", PRICE)
    ledger.renewals.move(renewal.id, State.APPROVED, reason="test")
    ledger.renewals.move(renewal.id, State.COMMITTING, reason="test")
    return renewal.id


def _refuses(ledger: Ledger, why: str, *statements: str) -> None:
    """Runs the statements in one transaction, beside all of the program's own checks."""
    before = ledger.renewals.list()
    with pytest.raises(Refused) as caught:
        _run(ledger, statements)
    assert why in str(caught.value.__cause__).lower()
    assert ledger.renewals.list() == before


def _run(ledger: Ledger, statements: tuple[str, ...]) -> None:
    with ledger._database.write() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _move(
    renewal_id: str, number: int, before: str, to: str, previous: str, last: str = "TRUE"
) -> str:
    return (
        "INSERT INTO renewal_moves (renewal_id, number, at, from_state, to_state, reason, is_last,"
        " previous_number, previous_is_last) VALUES"
        f" ('{renewal_id}', {number}, '2026-11-21', {before}, '{to}', 'x', {last}, {previous},"
        " FALSE)"
    )


def _copy(cycle: str, state: str) -> str:
    return (
        f"INSERT INTO renewals SELECT 'copy', run_id, account, line, {cycle}, plan, {state},"
        " amount, currency, reference, created_at, updated_at, committed_at, details, last_move,"
        " last_is_last, next_at, receipts FROM renewals"
    )


@pytest.mark.parametrize("state", [*sorted(set(State) - {State.COMMITTING}), "paid"])
def test_a_state_cannot_be_set_without_its_move(
    ledger: Ledger, renewal_id: str, state: str
) -> None:
    _refuses(ledger, "foreign key", f"UPDATE renewals SET state = '{state}'")


@pytest.mark.parametrize(("move", "state"), [(1, "planned"), (2, "approved")])
def test_a_renewal_cannot_be_turned_back_to_an_earlier_move(
    ledger: Ledger, renewal_id: str, move: int, state: str
) -> None:
    back = f"UPDATE renewals SET state = '{state}', last_move = {move}"
    _refuses(ledger, "foreign key", back)
    _refuses(ledger, "foreign key", f"UPDATE renewal_moves SET is_last = (number = {move})", back)


def test_an_illegal_move_cannot_be_written(ledger: Ledger, renewal_id: str) -> None:
    _refuses(
        ledger,
        "foreign key",
        "UPDATE renewal_moves SET is_last = FALSE",
        _move(renewal_id, 4, "'committing'", "verified", "3"),
        "UPDATE renewals SET state = 'verified', last_move = 4",
    )


def test_a_move_cannot_be_written_beside_its_renewal(ledger: Ledger, renewal_id: str) -> None:
    _refuses(ledger, "foreign key", _move(renewal_id, 4, "'committing'", "aborted", "3"))
    _refuses(ledger, "foreign key", _move(renewal_id, 4, "'committing'", "aborted", "3", "FALSE"))


def test_a_move_starts_where_the_one_before_it_ended(ledger: Ledger, renewal_id: str) -> None:
    _refuses(
        ledger,
        "foreign key",
        "UPDATE renewal_moves SET is_last = FALSE",
        _move(renewal_id, 4, "'unknown'", "not_charged", "3"),
        "UPDATE renewals SET state = 'not_charged', last_move = 4",
    )


@pytest.mark.parametrize(
    ("number", "before", "to", "previous"),
    [
        (4, "NULL", "planned", "NULL"),
        (4, "'committing'", "unknown", "2"),
        (4, "'committing'", "unknown", "NULL"),
        (0, "NULL", "planned", "NULL"),
    ],
)
def test_a_chain_has_no_second_beginning_and_no_gap(
    ledger: Ledger, renewal_id: str, number: int, before: str, to: str, previous: str
) -> None:
    _refuses(ledger, "check", _move(renewal_id, number, before, to, previous))


def test_history_cannot_be_removed(ledger: Ledger, renewal_id: str) -> None:
    _refuses(ledger, "foreign key", "DELETE FROM renewal_moves")
    _refuses(ledger, "foreign key", "DELETE FROM renewal_moves WHERE number = 2")


def test_a_cycle_has_no_second_live_renewal(ledger: Ledger, renewal_id: str) -> None:
    _refuses(ledger, "unique", _copy("cycle", "'charged'"))


def test_a_line_has_no_second_unproven_renewal(ledger: Ledger, renewal_id: str) -> None:
    _refuses(ledger, "unique", _copy("'2026-12'", "state"))


@pytest.mark.parametrize("column", ["amount", "currency", "committed_at"])
def test_what_may_have_cost_money_has_a_price_and_a_time(
    ledger: Ledger, renewal_id: str, column: str
) -> None:
    _refuses(ledger, "check", f"UPDATE renewals SET {column} = NULL")
