"""The provider's rule for lines without an expiry: they are kept by paying for something in time.

Such a rule has two readings: the time may begin on the day of the payment, or when what was paid
for has run out. The first is the earlier one, and the one that is gone by: paying a little too
early costs little, paying too late costs the number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from runner.config.model import Line
from runner.flow.model import Keep
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.renewal.looks import clicked_at
from runner.renewal.policy import day_of


def with_keep(
    reading: Mapping[str, Any], rule: Keep | None, last_word: date | None
) -> dict[str, Any]:
    """The reading, with `keep_until` where it can be told: from the last payment that the site shows
    (`last_paid_on`), or from the last one known otherwise where it shows none.
    """
    found = dict(reading)
    if rule is None:
        return found
    paid = day_of(found.get("last_paid_on")) or last_word
    if paid is not None:
        found["last_paid_on"] = paid
        found["keep_until"] = paid + timedelta(days=rule.paid_every.days)
    return found


def last_payment(ledger: Ledger, account: str, line: Line, zone: ZoneInfo) -> date | None:
    """The last payment for a line by the owner's word or by a renewal that was proved, the later."""
    known = [
        clicked_at(renewal).astimezone(zone).date()
        for renewal in ledger.renewals.list(account, line.name, {State.VERIFIED})
        if not renewal.free
    ]
    if line.last_paid_on is not None:
        known.append(line.last_paid_on)
    return max(known, default=None)
