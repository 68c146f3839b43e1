"""Plays `choose_plan`."""

from __future__ import annotations

import unicodedata
from typing import Any

from runner.flow.steps.choose_plan import ChoosePlan
from runner.page.acts.click import click_once
from runner.page.acts.extract import rows_of
from runner.page.problems import NeedsOwner
from runner.page.stage import Stage


async def choose_plan(stage: Stage, args: ChoosePlan) -> str:
    """Take the offer that the owner's plan names, at the price agreed; never a second best."""
    plan = stage.values["plan"]
    wanted = plan.get("title") or plan["name"]
    found = await rows_of(stage, args)
    offers = [values for values, _ in found]
    stage.extracted["offers"] = offers
    chosen = [(values, row) for values, row in found if _same(values["name"], wanted)]
    if len(chosen) != 1:
        seen = ", ".join(f"{offer['name']} ({offer['price']})" for offer in offers) or "nothing"
        many = "more than once" if chosen else "not"
        raise NeedsOwner(f"the plan “{wanted}” is {many} on offer; the page offers {seen}")
    offer, row = chosen[0]
    agreed = plan.get("price")
    if agreed is not None and (
        offer["price"].currency != agreed.currency or offer["price"] > agreed
    ):
        raise NeedsOwner(f"“{wanted}” now costs {offer['price']}, dearer than the agreed {agreed}")
    stage.extracted["offer"] = offer
    if args.click is not None and row is not None:
        await stage.on(args.click, click_once, inside=row)
    return f"{offer['name']} for {offer['price']}, of {len(offers)} offers"


def _same(one: Any, other: Any) -> bool:
    return (
        unicodedata.normalize("NFKC", str(one)).strip()
        == unicodedata.normalize("NFKC", str(other)).strip()
    )
