"""Plays `choose_plan`."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from runner.flow.choice import Choice, Offer, Undecided
from runner.flow.steps.choose_plan import ChoosePlan
from runner.page.acts.click import click_once
from runner.page.acts.extract import rows_of
from runner.page.problems import NeedsOwner, Unread
from runner.page.stage import Stage
from runner.values.money import Money
from runner.values.switches import is_on

if TYPE_CHECKING:
    from playwright.async_api import Locator


async def choose_plan(stage: Stage, args: ChoosePlan) -> str:
    """Take the offer that the owner's plan means, for at most the price agreed; never a second best."""
    plan = stage.values["plan"]
    # A page that is slow to come must not pass for one that offers nothing.
    rows = await rows_of(stage, args, stage.patience)
    offers = [await _offer(stage, args, values, row) for values, row in rows]
    stage.extracted["offers"] = [values for values, _ in rows]
    await _note_promotions(stage, args)
    chosen, passed = _choose(plan, offers)
    if not chosen.open:
        raise NeedsOwner(f"“{chosen.name}” is sold out; nothing else is taken instead")
    agreed = plan.get("price")
    if agreed is not None and chosen.price.currency != agreed.currency:
        raise NeedsOwner(
            f"“{chosen.name}” costs {chosen.price}, in another currency than the agreed {agreed}"
        )
    if agreed is not None and chosen.price > agreed:
        raise NeedsOwner(
            f"“{chosen.name}” now costs {chosen.price}, dearer than the agreed {agreed}"
        )
    values, row = rows[offers.index(chosen)]
    stage.extracted["offer"] = {**values, "days": chosen.days}
    stage.extracted["choice"] = _told(chosen, offers, passed)
    if args.click is not None and row is not None:
        await stage.on(args.click, click_once, inside=row)
    return str(stage.extracted["choice"])


async def _offer(
    stage: Stage, args: ChoosePlan, values: Mapping[str, Any], row: Locator | None
) -> Offer:
    """A row as an offer. Raises Unread for a price that is no amount."""
    price, days, until = values["price"], values.get("days"), values.get("until")
    if not isinstance(price, Money):
        raise Unread(f"the price of “{values['name']}” is no amount with a currency: {price}")
    if isinstance(days, timedelta):
        days = days.days
    if isinstance(until, date) and days is None:
        days = (until - stage.how.now.date()).days
    renews = values.get("renews")
    return Offer(
        name=_plain(values["name"]),
        price=price,
        days=days,
        until=until,
        data=values.get("data"),
        renews=None if renews is None else is_on(renews),
        open=await _open(stage, args, row),
    )


async def _open(stage: Stage, args: ChoosePlan, row: Locator | None) -> bool:
    """Whether the row can be bought now."""
    if row is None:
        return True
    if args.sold_out is not None and args.sold_out.regex.search(await row.inner_text()):
        return False
    if args.click is None:
        return True
    return any([await found.count() for found in stage.all(args.click, row)])


def _choose(plan: Mapping[str, Any], offers: Sequence[Offer]) -> tuple[Offer, dict[str, str]]:
    """The offer that the plan means. Raises NeedsOwner with what the page offers."""
    rule = plan.get("choose")
    seen = "; ".join(map(str, offers)) or "nothing"
    if isinstance(rule, Choice):
        current = plan.get("current")
        try:
            return rule.pick(offers, None if current is None else _plain(current))
        except Undecided as error:
            raise NeedsOwner(f"by “{rule}”: {error}; the page offers {seen}") from None
    wanted = _plain(plan.get("title") or plan["name"])
    found = [offer for offer in offers if offer.name == wanted]
    if len(found) != 1:
        many = "more than once" if found else "not"
        raise NeedsOwner(f"the plan “{wanted}” is {many} on offer; the page offers {seen}")
    return found[0], {offer.name: "another plan" for offer in offers if offer is not found[0]}


async def _note_promotions(stage: Stage, args: ChoosePlan) -> None:
    if args.promotion is None:
        return
    found = [one for locator in stage.all(args.promotion) for one in await locator.all()]
    stage.extracted["promotions"] = [
        text for one in found if (text := " ".join((await one.inner_text()).split())[:200])
    ]


def _told(chosen: Offer, offers: Sequence[Offer], passed: Mapping[str, str]) -> str:
    """The choice and what was passed over, for the report."""
    others = [f"{o} – {passed[o.name]}" for o in offers if o is not chosen and o.name in passed]
    return f"chose {chosen}" + (f"; passed over: {'; '.join(others)}" if others else "")


def _plain(text: object) -> str:
    return unicodedata.normalize("NFKC", str(text)).strip()
