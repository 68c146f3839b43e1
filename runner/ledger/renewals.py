"""Renewals: planned once a cycle, moved only along legal moves, never spent twice. See `states`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from runner.ledger import vouchers
from runner.ledger.columns import money_columns, money_of
from runner.ledger.engine import Database
from runner.ledger.errors import AlreadyMet, IllegalMove, LineBlocked, NoSuchEntry, Refused
from runner.ledger.ids import new_id
from runner.ledger.records import Budget, Move, Renewal
from runner.ledger.spending import keep_within, spent
from runner.ledger.states import BLOCKING, LEGAL, RELEASED, UNSETTLED, State
from runner.ledger.tables import renewal_moves, renewals
from runner.values.money import Money

_PRICE_MISSING = (
    "Give the price that is on the page: what it costs is written down before the click."
)


class Renewals:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def plan(
        self,
        run_id: str,
        account: str,
        line: str,
        cycle: str,
        plan: str,
        price: Money | None,
        *,
        reason: str = "due",
        evidence: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Renewal:
        """Begins the one renewal of the line for this cycle. `price` None: not read yet.

        Raises AlreadyMet if the cycle has one that is under way or has spent, LineBlocked if any
        earlier one of the line may have cost money and is not settled.
        """
        now = self._clock()
        id = new_id(now)
        try:
            with self._database.write() as connection:
                _refuse_second(connection, account, line, cycle)
                first = Move(id, 1, now, None, State.PLANNED, reason, evidence, run_id, price)
                _append(connection, first)
                connection.execute(
                    insert(renewals).values(
                        id=id,
                        run_id=run_id,
                        account=account,
                        line=line,
                        cycle=cycle,
                        plan=plan,
                        state=State.PLANNED.value,
                        **money_columns(price),
                        created_at=now,
                        updated_at=now,
                        details=dict(details or {}),
                        last_move=1,
                        last_is_last=True,
                    )
                )
        except Refused:
            # Another process was quicker between the look and the entry: say which renewal won.
            with self._database.read() as connection:
                _refuse_second(connection, account, line, cycle)
            raise
        return self.get(id)

    def move(
        self,
        renewal_id: str,
        to: State,
        *,
        reason: str,
        evidence: str | None = None,
        reference: str | None = None,
        price: Money | None = None,
        run_id: str | None = None,
        details: Mapping[str, Any] | None = None,
        next_at: datetime | None = None,
        receipts: Collection[str] = (),
        budgets: Collection[Budget] = (),
    ) -> Renewal:
        """Moves the renewal from its present state, and writes why. It is on disk when this
        returns.

        `reference`, `price`: kept as they are when None. `details` and `receipts` are added to those
        that are there. `next_at`: when to see to it again; None: not by itself any more.

        Raises IllegalMove; for a move to `committing` also LineBlocked, while another renewal of the
        line is not settled, and OverBudget. Then nothing was changed and nothing may be paid.
        """
        try:
            with self._database.write() as connection:
                row = _row(connection, renewal_id)
                before = _renewal(row)
                price = before.price if price is None else price
                if to not in LEGAL[before.state]:
                    raise IllegalMove(before, to)
                if to is State.COMMITTING and price is None:
                    raise IllegalMove(before, to, _PRICE_MISSING)
                if budgets and price is not None:
                    keep_within(connection, budgets, price)
                now = self._clock()
                changed = connection.execute(
                    update(renewals)
                    .where(
                        renewals.c.id == renewal_id,
                        renewals.c.state == before.state.value,
                        renewals.c.last_move == row.last_move,
                    )
                    .values(
                        state=to.value,
                        last_move=row.last_move + 1,
                        updated_at=now,
                        committed_at=now if to is State.COMMITTING else before.committed_at,
                        reference=reference or before.reference,
                        details={**before.details, **(details or {})},
                        next_at=next_at,
                        receipts=_added(before, receipts),
                        **money_columns(price),
                    )
                ).rowcount
                if changed != 1:
                    raise IllegalMove(before, to)
                step = Move(
                    renewal_id,
                    row.last_move + 1,
                    now,
                    before.state,
                    to,
                    reason,
                    evidence,
                    run_id,
                    price,
                )
                _append(connection, step)
                vouchers.follow(connection, renewal_id, to, now, reason)
        except Refused:
            renewal = self.get(renewal_id)
            with self._database.read() as connection:
                _refuse_blocked(connection, renewal.account, renewal.line, besides=renewal_id)
            raise
        return self.get(renewal_id)

    def see_to_again(
        self,
        renewal: Renewal,
        at: datetime | None,
        *,
        price: Money | None = None,
        reference: str | None = None,
        receipts: Collection[str] = (),
        details: Mapping[str, Any] | None = None,
    ) -> Renewal:
        """Notes when to see to it by itself, and what is known of it by now. It stays in its state;
        nothing changes if it has moved on meanwhile.
        """
        with self._database.write() as connection:
            before = _renewal(_row(connection, renewal.id))
            if before.state is renewal.state:
                connection.execute(
                    update(renewals)
                    .where(renewals.c.id == renewal.id, renewals.c.state == before.state.value)
                    .values(
                        next_at=at,
                        reference=reference or before.reference,
                        receipts=_added(before, receipts),
                        details={**before.details, **(details or {})},
                        **money_columns(price or before.price),
                    )
                )
        return self.get(renewal.id)

    def get(self, renewal_id: str) -> Renewal:
        """Raises NoSuchEntry."""
        with self._database.read() as connection:
            return _renewal(_row(connection, renewal_id))

    def unsettled(self, account: str, line: str | None = None) -> list[Renewal]:
        """Those on which somebody still has to act, newest first."""
        return self.list(account, line, UNSETTLED)

    def moves(self, renewal_id: str) -> list[Move]:
        """The whole history of a renewal, oldest first."""
        query = (
            select(renewal_moves)
            .where(renewal_moves.c.renewal_id == renewal_id)
            .order_by(renewal_moves.c.number)
        )
        with self._database.read() as connection:
            return [_move(row) for row in connection.execute(query)]

    def of_run(self, run_id: str) -> list[Renewal]:
        """Those that a run has moved, the first one first."""
        moved = select(renewal_moves.c.renewal_id).where(renewal_moves.c.run_id == run_id)
        with self._database.read() as connection:
            return _find(connection, renewals.c.id.in_(moved))[::-1]

    def spent(
        self,
        currency: str,
        *,
        account: str | None = None,
        line: str | None = None,
        since: datetime,
    ) -> Money:
        """What was spent, or may have been, by intents written from `since` on, in this currency
        alone.
        """
        with self._database.read() as connection:
            return spent(connection, currency, account=account, line=line, since=since)

    def waiting(self, until: datetime) -> list[Renewal]:
        """Those whose time to be seen to has come by `until`, the longest waiting first."""
        with self._database.read() as connection:
            found = _find(connection, renewals.c.next_at <= until)
        return sorted(found, key=lambda renewal: (renewal.next_at or until, renewal.id))

    def list(
        self,
        account: str | None = None,
        line: str | None = None,
        states: Collection[State] | None = None,
    ) -> list[Renewal]:
        """Newest first."""
        with self._database.read() as connection:
            return _find(connection, *_of(account, line, states))


def _refuse_second(connection: Connection, account: str, line: str, cycle: str) -> None:
    live = frozenset(State) - RELEASED
    for renewal in _find(connection, renewals.c.cycle == cycle, *_of(account, line, live)):
        raise AlreadyMet(renewal)
    _refuse_blocked(connection, account, line)


def _refuse_blocked(
    connection: Connection, account: str, line: str, *, besides: str | None = None
) -> None:
    for renewal in _find(connection, *_of(account, line, BLOCKING)):
        if renewal.id != besides:
            raise LineBlocked(renewal)


def _append(connection: Connection, move: Move) -> None:
    """Adds the move to the chain; the one before it is the last no longer."""
    connection.execute(
        update(renewal_moves)
        .where(
            renewal_moves.c.renewal_id == move.renewal_id,
            renewal_moves.c.number == move.number - 1,
        )
        .values(is_last=False)
    )
    connection.execute(
        insert(renewal_moves).values(
            renewal_id=move.renewal_id,
            number=move.number,
            at=move.at,
            from_state=None if move.from_state is None else move.from_state.value,
            to_state=move.to_state.value,
            reason=move.reason,
            evidence=move.evidence,
            run_id=move.run_id,
            **money_columns(move.price),
            is_last=True,
            previous_number=None if move.from_state is None else move.number - 1,
            previous_is_last=False,
        )
    )


def _of(
    account: str | None, line: str | None, states: Collection[State] | None
) -> Iterator[ColumnElement[bool]]:
    if account is not None:
        yield renewals.c.account == account
    if line is not None:
        yield renewals.c.line == line
    if states is not None:
        yield renewals.c.state.in_(sorted(state.value for state in states))


def _find(connection: Connection, *where: ColumnElement[bool]) -> list[Renewal]:
    newest_first = (renewals.c.created_at.desc(), renewals.c.id.desc())
    query = select(renewals).where(*where).order_by(*newest_first)
    return [_renewal(row) for row in connection.execute(query)]


def _added(renewal: Renewal, receipts: Collection[str]) -> list[str] | None:
    """Its receipts and these, each once."""
    return list(dict.fromkeys([*renewal.receipts, *receipts])) or None


def _row(connection: Connection, renewal_id: str) -> Row[Any]:
    row = connection.execute(select(renewals).where(renewals.c.id == renewal_id)).one_or_none()
    if row is None:
        raise NoSuchEntry("renewal", renewal_id)
    return row


def _renewal(row: Row[Any]) -> Renewal:
    return Renewal(
        id=row.id,
        run_id=row.run_id,
        account=row.account,
        line=row.line,
        cycle=row.cycle,
        plan=row.plan,
        state=State(row.state),
        price=money_of(row.amount, row.currency),
        reference=row.reference,
        created_at=row.created_at,
        updated_at=row.updated_at,
        committed_at=row.committed_at,
        details=row.details,
        next_at=row.next_at,
        receipts=tuple(row.receipts or ()),
    )


def _move(row: Row[Any]) -> Move:
    return Move(
        renewal_id=row.renewal_id,
        number=row.number,
        at=row.at,
        from_state=None if row.from_state is None else State(row.from_state),
        to_state=State(row.to_state),
        reason=row.reason,
        evidence=row.evidence,
        run_id=row.run_id,
        price=money_of(row.amount, row.currency),
    )
