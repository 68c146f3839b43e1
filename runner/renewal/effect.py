"""What a line is expected to look like after a renewal: for days to come, never in place of a reading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from runner.config.model import Plan
from runner.flow.choice import Choice
from runner.flow.model import Flow, PlanFacts
from runner.renewal.keep import with_keep
from runner.renewal.policy import day_of


def plan_facts(flow: Flow, plan: Plan) -> PlanFacts:
    """What the flow knows of a plan; of a rule, the least that an offer must bring to be taken."""
    if plan.choose is None:
        return flow.plans.get(plan.name, PlanFacts())
    return PlanFacts(days=_least_days(plan.choose))


def renewed(reading: Mapping[str, Any], flow: Flow, facts: PlanFacts, on: date) -> dict[str, Any]:
    """The reading, with all that the plan brings when it is bought on this day."""
    found = dict(reading) | facts.shows
    expires = day_of(found.get("expires_on"))
    if facts.days is not None:
        moved = max(expires or on, on) + timedelta(days=facts.days)
        if facts.days_ahead is not None:
            moved = min(moved, max(on + timedelta(days=facts.days_ahead), expires or on))
        found["expires_on"] = moved
    for name, more in (("data_left", facts.data), ("balance", facts.balance)):
        if more is not None and found.get(name) is not None:
            found[name] = found[name] + more
    found.pop("days_left", None)
    found.pop("keep_until", None)
    if flow.keep is not None:
        found["last_paid_on"] = on
    return with_keep(found, flow.keep, None)


def _least_days(choice: Choice) -> int | None:
    least = [
        int(one.value) + (one.sign == ">")
        for one in choice.conditions
        if one.name == "days" and one.sign in (">=", ">", "=", "==")
    ]
    return max(least, default=None)
