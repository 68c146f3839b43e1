"""Vouchers: prepaid codes in stock, each reserved for one renewal and entered at most once.

The codes themselves are not here: they are sealed, elsewhere. `digest` makes sure that the same code
is not put into stock twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from runner.ledger.columns import money_columns, money_of
from runner.ledger.engine import Database
from runner.ledger.errors import NoSuchEntry, Refused
from runner.ledger.records import Voucher
from runner.ledger.states import VOUCHER_AFTER, State, VoucherState
from runner.ledger.tables import renewals, voucher_moves, vouchers
from runner.values.money import Money

_TRIES = 20
"""Other processes may take the voucher that was looked at; each time it is another one."""


class Vouchers:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def add(self, id: str, flow: str, value: Money, *, ending: str, digest: str) -> Voucher:
        """Puts one into stock. Raises Refused where a voucher has this digest already."""
        now = self._clock()
        with self._database.write() as connection:
            _append(connection, id, 1, now, None, VoucherState.FREE, "put into stock", None)
            connection.execute(
                insert(vouchers).values(
                    id=id,
                    flow=flow,
                    **money_columns(value),
                    ending=ending,
                    digest=digest,
                    state=VoucherState.FREE.value,
                    added_at=now,
                    updated_at=now,
                    last_move=1,
                    last_is_last=True,
                )
            )
        return self.get(id)

    def reserve(self, flow: str, value: Money, renewal_id: str) -> Voucher | None:
        """Takes the oldest free one of this value for a renewal that has not paid yet; the one that
        it has already, where there is one. None: the stock has none.

        Raises Refused for a renewal that may have paid.
        """
        for _ in range(_TRIES):
            try:
                return self._reserve(flow, value, renewal_id)
            except _Taken:
                continue
            except Refused:
                # Another process may have been quicker with this voucher or for this renewal.
                if self.of(renewal_id) is None and not self._may_pay(renewal_id):
                    raise
        return None

    def of(self, renewal_id: str) -> Voucher | None:
        """The voucher that is reserved for a renewal, or was entered for it."""
        return next(iter(self._find(vouchers.c.renewal_id == renewal_id)), None)

    def get(self, id: str) -> Voucher:
        """Raises NoSuchEntry."""
        found = self._find(vouchers.c.id == id)
        if not found:
            raise NoSuchEntry("voucher", id)
        return found[0]

    def _reserve(self, flow: str, value: Money, renewal_id: str) -> Voucher | None:
        if (held := self.of(renewal_id)) is not None:
            return held
        now = self._clock()
        with self._database.write() as connection:
            if not _may_pay(connection, renewal_id):
                raise Refused(
                    f"The renewal {renewal_id} may have paid already.",
                    "No voucher is reserved for it; settle it first.",
                )
            free = _rows(
                connection,
                vouchers.c.flow == flow,
                vouchers.c.currency == value.currency,
                vouchers.c.state == VoucherState.FREE.value,
            )
            row = next((row for row in free if row.amount == value.amount), None)
            if row is None:
                return None
            reason = "reserved before it is entered"
            _move(connection, row, VoucherState.RESERVED, now, reason, renewal_id)
        return self.get(row.id)

    def put_back(self, id: str, reason: str) -> Voucher:
        """Gives up a reservation before anything was typed. Raises NoSuchEntry, Refused."""
        return self._end(id, VoucherState.FREE, reason, {State.PLANNED, State.APPROVED})

    def settle(self, id: str, to: VoucherState, reason: str) -> Voucher:
        """Puts one that is left over back (FREE), or throws it away (SPOILED).

        Raises NoSuchEntry, and Refused for one that is not left over from a renewal given up.
        """
        return self._end(id, to, reason, {State.ABORTED})

    def _end(self, id: str, to: VoucherState, reason: str, only: Collection[State]) -> Voucher:
        with self._database.write() as connection:
            row = next(iter(_rows(connection, vouchers.c.id == id)), None)
            if row is None:
                raise NoSuchEntry("voucher", id)
            query = select(renewals.c.state).where(renewals.c.id == row.renewal_id)
            state = connection.execute(query).scalar()
            if row.state != VoucherState.RESERVED.value or state not in {s.value for s in only}:
                raise Refused(
                    f"The voucher {id} is {row.state}"
                    + (f", for a renewal that is {state}." if state else "."),
                    "Nothing was changed; `kigen voucher list` shows where each stands.",
                )
            keeps = None if to is VoucherState.FREE else row.renewal_id
            _move(connection, row, to, self._clock(), reason, keeps)
        return self.get(id)

    def left_over(self, flow: str, value: Money) -> list[Voucher]:
        """Those that were reserved for renewals that were given up; they may have been typed."""
        gone = select(renewals.c.id).where(renewals.c.state == State.ABORTED.value)
        found = self._find(
            vouchers.c.flow == flow,
            vouchers.c.currency == value.currency,
            vouchers.c.state == VoucherState.RESERVED.value,
            vouchers.c.renewal_id.in_(gone),
        )
        return [voucher for voucher in found if voucher.value == value]

    def _may_pay(self, renewal_id: str) -> bool:
        with self._database.read() as connection:
            return _may_pay(connection, renewal_id)

    def _find(self, *where: ColumnElement[bool]) -> list[Voucher]:
        with self._database.read() as connection:
            return [_voucher(row) for row in _rows(connection, *where)]

    def list(self, flow: str | None = None, state: VoucherState | None = None) -> list[Voucher]:
        """Oldest first."""
        where: list[ColumnElement[bool]] = []
        if flow is not None:
            where.append(vouchers.c.flow == flow)
        if state is not None:
            where.append(vouchers.c.state == state.value)
        return self._find(*where)


class _Taken(Refused):
    """Somebody else has moved it since it was looked at."""

    def __init__(self) -> None:
        super().__init__("The voucher has been moved meanwhile.", "Look at it again.")


def follow(
    connection: Connection, renewal_id: str, state: State, at: datetime, reason: str
) -> None:
    """Lets the voucher of a renewal go where the renewal goes, in the same transaction."""
    to = VOUCHER_AFTER.get(state)
    reserved = vouchers.c.state == VoucherState.RESERVED.value
    for row in _rows(connection, vouchers.c.renewal_id == renewal_id, reserved) if to else ():
        _move(connection, row, to, at, f"its renewal is {state.value}: {reason}", renewal_id)


def _move(
    connection: Connection,
    row: Row[Any],
    to: VoucherState | None,
    at: datetime,
    reason: str,
    renewal_id: str | None,
) -> None:
    assert to is not None  # noqa: S101  follow() has seen to it
    number = row.last_move + 1
    changed = connection.execute(
        update(vouchers)
        .where(vouchers.c.id == row.id, vouchers.c.last_move == row.last_move)
        .values(state=to.value, renewal_id=renewal_id, updated_at=at, last_move=number)
    ).rowcount
    if changed != 1:
        raise _Taken
    _append(connection, row.id, number, at, VoucherState(row.state), to, reason, renewal_id)


def _append(
    connection: Connection,
    id: str,
    number: int,
    at: datetime,
    before: VoucherState | None,
    to: VoucherState,
    reason: str,
    renewal_id: str | None,
) -> None:
    moves = voucher_moves.c
    connection.execute(
        update(voucher_moves)
        .where(moves.voucher_id == id, moves.number == number - 1)
        .values(is_last=False)
    )
    connection.execute(
        insert(voucher_moves).values(
            voucher_id=id,
            number=number,
            at=at,
            from_state=None if before is None else before.value,
            to_state=to.value,
            reason=reason,
            renewal_id=renewal_id,
            is_last=True,
            previous_number=None if before is None else number - 1,
            previous_is_last=False,
        )
    )


def _may_pay(connection: Connection, renewal_id: str) -> bool:
    query = select(renewals.c.state).where(renewals.c.id == renewal_id)
    return connection.execute(query).scalar() in (State.PLANNED.value, State.APPROVED.value)


def _rows(connection: Connection, *where: ColumnElement[bool]) -> list[Row[Any]]:
    last = voucher_moves.c
    query = (
        select(vouchers, last.reason)
        .join(voucher_moves, (last.voucher_id == vouchers.c.id) & last.is_last)
        .where(*where)
        .order_by(vouchers.c.added_at, vouchers.c.id)
    )
    return list(connection.execute(query))


def _voucher(row: Row[Any]) -> Voucher:
    value = money_of(row.amount, row.currency)
    assert value is not None  # noqa: S101  the columns are not nullable
    return Voucher(
        id=row.id,
        flow=row.flow,
        value=value,
        ending=row.ending,
        state=VoucherState(row.state),
        renewal_id=row.renewal_id,
        added_at=row.added_at,
        updated_at=row.updated_at,
        reason=row.reason,
    )
