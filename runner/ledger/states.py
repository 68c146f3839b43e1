"""The states of a renewal and the moves between them.

| from             | to               | when                                                       |
| ---------------- | ---------------- | ---------------------------------------------------------- |
| (new)            | planned          | the policy wants it                                        |
| planned          | approved         | price and plan agreed, by the policy or by the owner       |
| planned          | aborted          | not wanted any more, too expensive, not approved           |
| approved         | committing       | the intent, on disk before the click that pays             |
| approved         | aborted          | stopped before the intent                                  |
| committing       | confirmed        | the provider says that it is paid                          |
| committing       | awaiting_payment | a slip or code was issued; the owner pays it elsewhere     |
| committing       | declined         | the provider says that the payment was refused             |
| committing       | aborted          | it is certain that the click never happened                |
| committing       | unknown          | nobody can tell how the click ended                        |
| confirmed        | verified         | a new reading or the history shows the extended line       |
| confirmed        | renewal_pending  | paid, and the provider says that it takes effect later     |
| confirmed        | unknown          | the proof does not come, or the payment was taken back     |
| renewal_pending  | verified         | the extension has shown                                    |
| renewal_pending  | unknown          | the extension does not come                                |
| awaiting_payment | confirmed        | the slip was paid                                          |
| awaiting_payment | aborted          | the slip ran out unpaid                                    |
| awaiting_payment | unknown          | the slip is gone and nobody can tell whether it was paid   |
| unknown          | charged          | history, readings or the owner: it has cost money          |
| unknown          | not_charged      | history, readings or the owner: it has not                 |
| unknown          | awaiting_payment | history shows an open slip from that click                 |
| charged          | verified         | the extension has shown                                    |
| charged          | unknown          | the payment was taken back                                 |

`unknown` is left only by proof or by the owner's word; there is no way back from it to the click. A
renewal whose process died is found in `committing` and becomes `unknown`, never `approved` again.
`verified`, `aborted`, `declined` and `not_charged` are final. The database holds the same table and
refuses every other move.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a renewal stands; how it gets there, the table above tells."""

    PLANNED = "planned"
    APPROVED = "approved"
    COMMITTING = "committing"
    CONFIRMED = "confirmed"
    VERIFIED = "verified"
    RENEWAL_PENDING = "renewal_pending"
    AWAITING_PAYMENT = "awaiting_payment"
    DECLINED = "declined"
    ABORTED = "aborted"
    UNKNOWN = "unknown"
    CHARGED = "charged"
    NOT_CHARGED = "not_charged"


class VoucherState(StrEnum):
    """A voucher is reserved for a renewal before it is entered, and used or spoiled by its end.

    It is free again where nothing was typed after all, or when its renewal was aborted and its owner
    says so. The database holds these moves and refuses every other.
    """

    FREE = "free"
    RESERVED = "reserved"
    USED = "used"
    SPOILED = "spoiled"


LEGAL: Mapping[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.APPROVED, State.ABORTED}),
    State.APPROVED: frozenset({State.COMMITTING, State.ABORTED}),
    State.COMMITTING: frozenset(
        {
            State.CONFIRMED,
            State.AWAITING_PAYMENT,
            State.DECLINED,
            State.ABORTED,
            State.UNKNOWN,
        }
    ),
    State.CONFIRMED: frozenset({State.VERIFIED, State.RENEWAL_PENDING, State.UNKNOWN}),
    State.RENEWAL_PENDING: frozenset({State.VERIFIED, State.UNKNOWN}),
    State.AWAITING_PAYMENT: frozenset({State.CONFIRMED, State.ABORTED, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.CHARGED, State.NOT_CHARGED, State.AWAITING_PAYMENT}),
    State.CHARGED: frozenset({State.VERIFIED, State.UNKNOWN}),
    State.VERIFIED: frozenset(),
    State.DECLINED: frozenset(),
    State.ABORTED: frozenset(),
    State.NOT_CHARGED: frozenset(),
}

RELEASED = frozenset({State.ABORTED, State.DECLINED, State.NOT_CHARGED})
"""Certain not to have cost money: the same cycle may be tried again."""

BLOCKING = frozenset(
    {
        State.COMMITTING,
        State.UNKNOWN,
        State.AWAITING_PAYMENT,
        State.CONFIRMED,
        State.RENEWAL_PENDING,
        State.CHARGED,
    }
)
"""May have cost money without proof of what came of it: nothing else is paid on the line."""

SPENT = BLOCKING | {State.VERIFIED}
"""Counts against spending caps: has cost money, or may have."""

PAID = frozenset({State.CONFIRMED, State.RENEWAL_PENDING, State.CHARGED, State.VERIFIED})
"""Known to have cost money."""

UNSETTLED = frozenset(state for state, onward in LEGAL.items() if onward)
"""Somebody still has to act."""

VOUCHER_AFTER: Mapping[State, VoucherState] = {
    State.DECLINED: VoucherState.SPOILED,
    State.NOT_CHARGED: VoucherState.SPOILED,
    State.CONFIRMED: VoucherState.USED,
    State.CHARGED: VoucherState.USED,
    State.AWAITING_PAYMENT: VoucherState.USED,
}
"""What becomes of a reserved voucher when its renewal gets there. Elsewhere it stays reserved.

`not_charged` spoils it: it was entered, and is never entered twice. `aborted` leaves it reserved: it
may have been typed, and sites may refuse a code before they ask to pay. Its owner looks at it.
"""
