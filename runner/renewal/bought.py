"""What a renewal is to bring: by its plan in the flow, or by the offer that was chosen on the page.

An offer is known only while it is chosen, so it is kept with the renewal: later runs hold the proof
against it, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from runner.config.model import Plan
from runner.flow.model import Flow, PlanFacts
from runner.ledger.records import Renewal


def facts_of(renewal: Renewal, flow: Flow) -> PlanFacts:
    """What the flow, or the offer kept with it, knows of what a renewal brings."""
    known = flow.plans.get(renewal.plan)
    return known if known is not None else facts_of_offer(renewal.details, flow)


def facts_of_offer(kept: Mapping[str, Any], flow: Flow) -> PlanFacts:
    """The same of an offer as `kept_of` keeps it: the flow's own plan of this title, and its days."""
    title, days = kept.get("offer"), kept.get("days")
    named = (facts for facts in flow.plans.values() if title and facts.title == title)
    known = next(named, PlanFacts())
    return known if known.days else known.model_copy(update={"days": days or None})


def as_named(plan: Plan, facts: PlanFacts, reading: Mapping[str, Any]) -> dict[str, Any]:
    """`plan` as the steps of `renew` know it."""
    return {
        "name": plan.known_as,
        "choose": plan.choose,
        "coupon": plan.coupon,
        "current": reading.get("plan"),
        "title": facts.title,
        "price": plan.price,
        "days": facts.days,
        "data": facts.data,
        "balance": facts.balance,
    }


def kept_of(offer: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is kept of an offer that was chosen; nothing where none was."""
    if offer is None:
        return {}
    days = offer.get("days")
    if isinstance(days, timedelta):
        days = days.days
    if not isinstance(days, int | Decimal) or days <= 0:
        days = None
    return {"offer": str(offer["name"]), "days": None if days is None else int(days)}
