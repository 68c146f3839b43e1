"""Whom renewals call for at a moment, as the agenda sees it."""

from __future__ import annotations

from datetime import datetime

from runner.ledger.ledger import Ledger
from runner.schedule.agenda import Standing


def called(ledger: Ledger, now: datetime) -> dict[str, bool]:
    """Accounts that a renewal calls for now: True where one was approved, False for a mere look."""
    calls = {
        account: [why for at, why in found if at <= now]
        for account, found in Standing.of(ledger, [], now).calls.items()
    }
    return {account: "approved" in whys for account, whys in calls.items() if whys}
