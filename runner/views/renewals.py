"""Renewals for other programs."""

from __future__ import annotations

from runner.ledger.records import Renewal
from runner.ledger.states import PAID
from runner.views import as_json


def renewal_json(renewal: Renewal) -> as_json.Renewal:
    """One renewal. `paid_at`: when the paying click came next, where it has cost money."""
    price, paid = renewal.price, renewal.state in PAID
    return {
        "id": renewal.id,
        "account": renewal.account,
        "line": renewal.line,
        "cycle": renewal.cycle,
        "plan": renewal.plan,
        "state": renewal.state.value,
        "amount": f"{price.amount:f}" if price else None,
        "currency": price.currency if price else None,
        "reference": renewal.reference,
        "created_at": renewal.created_at.isoformat(),
        "updated_at": renewal.updated_at.isoformat(),
        "paid_at": renewal.committed_at.isoformat() if paid and renewal.committed_at else None,
        "receipts": list(renewal.receipts),
    }
