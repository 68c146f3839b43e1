"""The policy: whether a line is due, worked out from what was read of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from runner.flow.expressions import Expression, ExpressionError


class PolicyUnclear(ValueError):
    """The policy asks for something that the site did not show."""


@dataclass(frozen=True)
class Decision:
    """Whether a line is due, and the figures that decided it."""

    due: bool
    why: str


def day_of(value: Any) -> date | None:
    """The day of a date or a moment; None of anything else."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def at_site(found: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """What was read, its moments by the provider's clock: the day of `2026-12-01T07:59Z` is another one in
    California.
    """
    return {
        name: value.astimezone(zone) if isinstance(value, datetime) and value.tzinfo else value
        for name, value in found.items()
    }


def facts(reading: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What a policy may ask for: all values read, `today`, and `days_left` until `expires_on`; where a
    provider's rule keeps the line, until `keep_until`. `days_since_paid` where the last payment is known.
    """
    found = dict(reading)
    expires = day_of(found.get("keep_until")) or day_of(found.get("expires_on"))
    if "days_left" not in found and expires is not None:
        found["days_left"] = (expires - today).days
    paid = day_of(found.get("last_paid_on"))
    if paid is not None:
        found["days_since_paid"] = (today - paid).days
    found["today"] = today
    return found


def decide(when: Expression, known: Mapping[str, Any]) -> Decision:
    """Work the policy's `when` out. Raises PolicyUnclear where a value that decides is missing."""
    given = {name: value for name, value in known.items() if value is not None}
    shown = ", ".join(f"{name} = {known.get(name)}" for name in sorted(when.names & set(known)))
    try:
        due = bool(when.evaluate(given))
    except ExpressionError as error:
        missing = sorted(name for name in when.names if name not in given)
        if not missing:
            raise PolicyUnclear(f"the policy `{when.text}` can't be worked out: {error}") from None
        raise PolicyUnclear(
            f"the policy `{when.text}` needs {', '.join(missing)}, which the site did not show"
        ) from None
    return Decision(due, f"`{when.text}` {'holds' if due else 'does not hold'} ({shown})")
