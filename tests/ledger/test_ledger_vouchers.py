"""Vouchers: reserved once, entered once, and never free again when they may have been entered."""

from __future__ import annotations

import multiprocessing
from decimal import Decimal

import pytest

from runner.ledger.errors import NoSuchEntry, Refused
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal, Run, Voucher
from runner.ledger.states import State, VoucherState
from runner.ledger.tables import legal_voucher_moves
from runner.values.money import Money

SPAWN = multiprocessing.get_context("spawn")
YEN = Money(Decimal("3000"), "JPY")
A, C = State.APPROVED, State.COMMITTING


def _voucher(
    ledger: Ledger, number: int = 1, flow: str = "softbank", value: Money = YEN
) -> Voucher:
    id = f"v{number}"
    return ledger.vouchers.add(id, flow, value, ending=f"000{number}", digest=f"d{number}")


def _run(ledger: Ledger, statements: list[str]) -> None:
    with ledger._database.write() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _renewal(ledger: Ledger, run: Run, line: str = "1") -> Renewal:
    return ledger.renewals.plan(run.id, "softbank", line, "c", "3000", YEN)


@pytest.mark.parametrize(
    ("way", "state"),
    [
        ((), "reserved"),
        ((A,), "reserved"),
        ((A, C), "reserved"),
        ((A, C, State.UNKNOWN), "reserved"),
        ((State.ABORTED,), "reserved"),
        ((A, C, State.ABORTED), "reserved"),
        ((A, C, State.CONFIRMED), "used"),
        ((A, C, State.CONFIRMED, State.UNKNOWN, State.NOT_CHARGED), "used"),
        ((A, C, State.DECLINED), "spoiled"),
        ((A, C, State.UNKNOWN, State.CHARGED), "used"),
        ((A, C, State.UNKNOWN, State.NOT_CHARGED), "spoiled"),
    ],
)
def test_a_voucher_goes_where_its_renewal_goes(
    ledger: Ledger, run: Run, way: tuple[State, ...], state: str
) -> None:
    _voucher(ledger)
    renewal = _renewal(ledger, run)
    held = ledger.vouchers.reserve("softbank", YEN, renewal.id)
    assert held is not None
    assert (held.state, held.renewal_id) == (VoucherState.RESERVED, renewal.id)
    for step in way:
        ledger.renewals.move(renewal.id, step, reason="test")
    found = ledger.vouchers.get("v1")
    assert found.state == state
    assert found.renewal_id == renewal.id
    if way:
        assert state == "reserved" or found.reason.endswith(": test")


def test_the_oldest_of_the_flow_and_value_is_taken_and_kept(
    ledger: Ledger, run: Run, clock
) -> None:
    _voucher(ledger, 1, flow="other")
    _voucher(ledger, 2, value=Money(Decimal("5000"), "JPY"))
    _voucher(ledger, 3, value=Money(Decimal("3000"), "USD"))
    for number in (4, 5):
        clock.forward(seconds=1)
        _voucher(ledger, number)
    first, second, third = (_renewal(ledger, run, line) for line in "123")
    reserve = ledger.vouchers.reserve
    taken = [reserve("softbank", YEN, one.id) for one in (first, first, second, third)]
    assert [one and one.id for one in taken] == ["v4", "v4", "v5", None]
    assert ledger.vouchers.of(second.id) == taken[2]
    free = ledger.vouchers.list("softbank", VoucherState.FREE)
    assert [one.id for one in free] == ["v2", "v3"]
    same_value = Money(Decimal("5000.00"), "JPY")
    found = reserve("softbank", same_value, third.id)
    assert found is not None
    assert found.id == "v2"


@pytest.mark.parametrize("way", [(A, C), (A, C, State.UNKNOWN), (State.ABORTED,)])
def test_none_is_reserved_once_it_may_be_paid(
    ledger: Ledger, run: Run, way: tuple[State, ...]
) -> None:
    _voucher(ledger)
    renewal = _renewal(ledger, run)
    for step in way:
        ledger.renewals.move(renewal.id, step, reason="test")
    with pytest.raises(Refused):
        ledger.vouchers.reserve("softbank", YEN, renewal.id)
    assert ledger.vouchers.get("v1").state is VoucherState.FREE


def test_its_owner_settles_one_that_is_left_over(ledger: Ledger, run: Run) -> None:
    for number, to in ((1, VoucherState.FREE), (2, VoucherState.SPOILED)):
        _voucher(ledger, number)
        renewal = _renewal(ledger, run, str(number))
        ledger.vouchers.reserve("softbank", YEN, renewal.id)
        id = f"v{number}"
        with pytest.raises(Refused):
            ledger.vouchers.settle(id, to, "too early: it may be paid with yet")
        ledger.renewals.move(renewal.id, State.ABORTED, reason="test")
        with pytest.raises(Refused):
            ledger.vouchers.put_back(id, "too late: it may have been typed")
        assert [one.id for one in ledger.vouchers.left_over("softbank", YEN)] == [id]
        assert ledger.vouchers.settle(id, to, "looked at").state is to
        assert ledger.vouchers.left_over("softbank", YEN) == []
        with pytest.raises(Refused):
            ledger.vouchers.settle(id, to, "twice")
        if to is VoucherState.FREE:
            ledger.vouchers.reserve("softbank", YEN, _renewal(ledger, run, "9").id)
    with pytest.raises(NoSuchEntry):
        ledger.vouchers.settle("v9", VoucherState.FREE, "there is none")


def test_the_same_code_is_put_into_stock_once(ledger: Ledger) -> None:
    _voucher(ledger)
    with pytest.raises(Refused):
        ledger.vouchers.add("v2", "softbank", YEN, ending="0001", digest="d1")
    assert len(ledger.vouchers.list()) == 1
    with pytest.raises(NoSuchEntry):
        ledger.vouchers.get("v2")


@pytest.mark.parametrize(
    ("why", "statements"),
    [
        ("foreign key", ["UPDATE vouchers SET state = 'spoiled'"]),
        ("check", ["UPDATE vouchers SET renewal_id = NULL"]),
        (
            "foreign key",
            ["UPDATE vouchers SET state = 'free', renewal_id = NULL, last_move = 1"],
        ),
        (
            "foreign key",
            [
                "UPDATE voucher_moves SET is_last = FALSE",
                "INSERT INTO voucher_moves (voucher_id, number, at, from_state, to_state, reason,"
                " is_last, previous_number, previous_is_last)"
                " VALUES ('v1', 4, '2026-11-21', 'used', 'free', 'x', TRUE, 3, FALSE)",
                "UPDATE vouchers SET state = 'free', renewal_id = NULL, last_move = 4",
            ],
        ),
        (
            "check",
            [
                "INSERT INTO voucher_moves (voucher_id, number, at, to_state, reason,"
                " is_last, previous_is_last) VALUES ('v1', 4, '2026-11-21', 'free', 'x', TRUE, FALSE)"
            ],
        ),
        ("foreign key", ["DELETE FROM voucher_moves WHERE number = 3"]),
    ],
)
def test_the_database_keeps_a_used_voucher_used(
    ledger: Ledger, run: Run, why: str, statements: list[str]
) -> None:
    _voucher(ledger)
    renewal = _renewal(ledger, run)
    ledger.vouchers.reserve("softbank", YEN, renewal.id)
    for step in (A, C, State.CONFIRMED):
        ledger.renewals.move(renewal.id, step, reason="test")
    before = ledger.vouchers.get("v1")
    assert before.state is VoucherState.USED
    with pytest.raises(Refused) as caught:
        _run(ledger, statements)
    assert why in str(caught.value.__cause__).lower()
    assert ledger.vouchers.get("v1") == before


def test_a_renewal_has_one_voucher(ledger: Ledger, run: Run) -> None:
    _voucher(ledger)
    renewal = _renewal(ledger, run)
    ledger.vouchers.reserve("softbank", YEN, renewal.id)
    copy = (
        "INSERT INTO vouchers SELECT 'v2', flow, amount, currency, ending, 'd2', renewal_id,"
        " added_at, updated_at, state, last_move, last_is_last FROM vouchers"
    )
    with pytest.raises(Refused) as caught:
        _run(ledger, [copy])
    assert "unique" in str(caught.value.__cause__).lower()


def test_the_database_holds_the_legal_moves(ledger: Ledger) -> None:
    with ledger._database.read() as connection:
        stored = {tuple(row) for row in connection.execute(legal_voucher_moves.select())}
    assert stored == {("free", "reserved")} | {
        ("reserved", after) for after in ("free", "used", "spoiled")
    }


def _take(where: str, renewal_ids: list[str], barrier, answers) -> None:
    with Ledger.open(where) as ledger:
        barrier.wait()
        for renewal_id in renewal_ids:
            found = ledger.vouchers.reserve("softbank", YEN, renewal_id)
            answers.put((renewal_id, None if found is None else found.id))


def test_processes_never_take_the_same_voucher(where: str, ledger: Ledger, run: Run) -> None:
    """Four processes take five vouchers for eight renewals, each asked for by two of them."""
    for number in range(5):
        _voucher(ledger, number)
    ids = [_renewal(ledger, run, str(line)).id for line in range(8)]
    barrier, answers = SPAWN.Barrier(4), SPAWN.Queue()
    asked = [ids[:4], ids[:4], ids[4:], ids[4:]]
    children = [SPAWN.Process(target=_take, args=(where, part, barrier, answers)) for part in asked]
    for child in children:
        child.start()
    answered = [answers.get(timeout=60) for _ in range(16)]
    for child in children:
        child.join()
    held = {renewal: voucher for renewal, voucher in answered if voucher is not None}
    assert len(set(held.values())) == len(held) == 5
    assert all(voucher in (None, held.get(renewal)) for renewal, voucher in answered)
    assert {one.state for one in ledger.vouchers.list()} == {VoucherState.RESERVED}
