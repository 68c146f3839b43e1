"""Proof that a renewal was charged and took effect: the provider's history, and a second reading.

A charge is proved by a row of the history or by the provider's mail, an effect by the reading. More than agreed is fine
(old validity stacks), less is not. A date that stands still, moves too little or can't be read any
more contradicts a renewal, whatever the history shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from runner.flow.model import PlanFacts
from runner.renewal.usage import ROUNDING, used_between
from runner.values.data import DataVolume
from runner.values.money import Money

CLOCKS = timedelta(minutes=10)
"""How far the site's clock and ours may be apart."""
DOUBT = timedelta(days=2)
"""How far they may have been apart at worst: a charge told of so long before the click may be its own."""


@dataclass(frozen=True)
class Proof:
    """`charged`: the history shows it. `active`: the reading shows what was bought. None: can't tell.

    `reference` is the receipt number of the history's row, where it has one.
    """

    charged: bool | None
    active: bool | None
    text: str
    reference: str | None = None

    @property
    def complete(self) -> bool:
        """The effect shows; or the charge does, where a plan's effect can't be read at all."""
        return self.active is True or (self.active is None and self.charged is True)


@dataclass(frozen=True)
class Bought:
    """What to look for: the price, the day of the click (in the site's zone, and the moment where it is
    known), the receipt, and receipts of other renewals.

    `unnamed`: how many other renewals of this price and time have no receipt, so that a row may be
    theirs.
    """

    price: Money | None
    on: date
    reference: str | None = None
    others: Collection[str] = ()
    at: datetime | None = None
    unnamed: int = 0


def prove(
    plan: PlanFacts,
    bought: Bought,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]] | None,
    mailed: Sequence[Mapping[str, Any]] = (),
) -> Proof:
    """What history (None: it could not be read), mails and readings say of one renewal."""
    active, effect = _effect(plan, bought, before or {}, after)
    row, where = (find_row(bought, rows or (), sure=active is True), "history")
    if row is None:
        row, where = (find_row(bought, mailed, sure=active is True), "mail")
    charged: bool | None = row is not None
    told = []
    if row is not None:
        told.append(f"the provider's {where} shows it ({_row_text(row)})")
    elif rows is None:
        charged = None
    elif like := _like(bought, rows, DOUBT):
        charged = None
        told.append(f"the provider's history shows one that may be it ({_row_text(like[0])})")
    else:
        told.append("the provider's history does not show it")
    if effect:
        told.append(effect)
    text = "; ".join(told) or "neither history nor readings tell"
    reference = row.get("reference") if row is not None else None
    return Proof(charged, active, text, str(reference) if reference else None)


def find_row(
    bought: Bought, rows: Sequence[Mapping[str, Any]], *, sure: bool = False
) -> Mapping[str, Any] | None:
    """The row of a charge: by its receipt number, else by amount, from the day of the click on.

    A row that may be another renewal's is nobody's, unless it is `sure` that there is one of ours.
    """
    for row in rows:
        if bought.reference and row.get("reference") == bought.reference:
            return row
    found = _like(bought, rows)
    if len(found) > bought.unnamed or (found and sure):
        return found[0]
    return None


def _like(
    bought: Bought, rows: Sequence[Mapping[str, Any]], earlier: timedelta = timedelta()
) -> list[Mapping[str, Any]]:
    """Rows that could be this charge: of its price, no other renewal's, from the click on.

    With our own receipt known, rows that tell theirs are out of the question.
    """
    return [
        row
        for row in rows
        if not (row.get("reference") and (bought.reference or row["reference"] in bought.others))
        and row["amount"] == bought.price
        and _is_since(row["on"], bought, earlier)
    ]


def _is_since(on: date | datetime, bought: Bought, earlier: timedelta) -> bool:
    """Whether it was charged at the click or later; by the minute where the site tells it."""
    if isinstance(on, datetime) and on.tzinfo is not None and bought.at is not None:
        return on >= bought.at - max(CLOCKS, earlier)
    return _day(on) >= bought.on - earlier


def _effect(
    plan: PlanFacts, bought: Bought, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[bool | None, str]:
    """Whether all that the plan brings has come; None where nothing of it can be told."""
    answers, told = [], []
    for name, shown in plan.shows.items():
        old, new = before.get(name), after.get(name)
        if new != shown or old not in (None, shown):
            answers.append(new == shown)
        told.append(f"{name} went from {old} to {new}")
    for name, wanted in (
        ("expires_on", plan.days),
        ("data_left", plan.data),
        ("balance", plan.balance),
    ):
        old, new = before.get(name), after.get(name)
        if wanted is None or (old is None and new is None):
            continue
        if new is None:
            answers.append(False)
            told.append(f"{name} was {old} and can't be read any more")
        elif old is None:
            if name == "expires_on" and _day(new) - bought.on < timedelta(days=plan.days or 0):
                answers.append(False)
                told.append(f"{name} is {new}, less than {wanted} days from the payment")
            else:
                told.append(f"{name} is {new}")
        else:
            if name == "expires_on" and _at_the_end(plan, bought, new):
                if _day(new) > _day(old):  # else it lay there before: it can't tell
                    answers.append(True)
            else:
                answers.append(_grew(name, before, after, wanted))
            told.append(f"{name} went from {old} to {new}")
    return (all(answers) if answers else None), ", ".join(told)


def _grew(name: str, before: Mapping[str, Any], after: Mapping[str, Any], wanted: Any) -> bool:
    old, new = before[name], after[name]
    if name == "expires_on":
        return bool(_day(new) - _day(old) >= timedelta(days=wanted))
    if isinstance(new, DataVolume):
        if new.bytes is None or old.bytes is None:
            return bool(new.bytes is None and old.bytes is not None)
        used = used_between(before, after)  # what was used meanwhile had come, too
        extra = used + ROUNDING if used else 0
        return bool(new.bytes - old.bytes + extra >= wanted.bytes)
    return bool(new - old >= wanted)


def _at_the_end(plan: PlanFacts, bought: Bought, new: date | datetime) -> bool:
    """Whether an expiry lies where the provider lets none lie further ahead."""
    ahead = plan.days_ahead
    return ahead is not None and _day(new) >= bought.on + timedelta(days=ahead)


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _row_text(row: Mapping[str, Any]) -> str:
    parts = [_day(row["on"]).isoformat(), str(row["amount"]), row.get("reference") or ""]
    return ", ".join(part for part in parts if part)
