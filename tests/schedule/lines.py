"""Accounts and readings for forecasts: no browser, no site, the real flows and the real code."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from runner.config.model import Account, Caps, Line, Plan, Policy
from runner.config.schedule import parse_schedule
from runner.flow.avoid import Window
from runner.flow.library import Library
from runner.flow.model import Flow
from runner.ledger.records import Reading
from runner.schedule.forecast import Known
from runner.schedule.turns import Turn
from runner.values.money import Money

ROOT = Path(__file__).parents[2]


@lru_cache
def flow(name: str, timezone: str) -> Flow:
    """A flow that comes with kigen, as if its site were in another zone."""
    return Library([ROOT]).load(name).flow.model_copy(update={"timezone": timezone})


def account(
    name: str,
    when: str,
    plan: str = "3000yen",
    price: str = "3000 JPY",
    schedule: object = "daily at 09:30",
    avoid: tuple[str, ...] = (),
    caps: Caps | None = None,
    **policy: Any,
) -> Account:
    """An account with one line, `main`."""
    bought = Plan(name=plan, price=Money.parse(price))
    line = Line("main", None, Policy.model_validate({"when": when, **policy}), bought, Caps())
    return Account(
        name=name,
        flow=name,
        at="sandbox",
        credentials={},
        codes=(),
        lines=(line,),
        schedule=None if schedule is None else parse_schedule(schedule),
        notify=None,
        deadline=timedelta(minutes=5),
        caps=caps or Caps(),
        avoid=tuple(Window.parse(text) for text in avoid),
    )


def read(at: datetime, **values: Any) -> Reading:
    """A reading of the line at a moment; `values` as the ledger keeps them."""
    expires = values.get("expires_on")
    return Reading(
        "1", "1", "any", "main", at, None, date.fromisoformat(expires) if expires else None, None,
        None, values,
    )  # fmt: skip


def known(account: Account, reading: Reading | None, began: datetime | None = None) -> Known:
    """What a ledger would know, had the account this last reading and this last run."""
    return Known(
        readings={} if reading is None else {(account.name, "main"): reading},
        turns={} if began is None else {account.name: Turn(began)},
        unsettled={},
        spent=lambda _, currency: Money.parse(f"0 {currency}"),
        paid=lambda *_: None,
    )
