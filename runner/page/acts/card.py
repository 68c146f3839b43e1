"""Plays `card`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.flow.scalars import Ref
from runner.flow.steps.card import Card
from runner.page.own import cover, hold_own, type_secret
from runner.page.problems import NeedsOwner
from runner.page.stage import Stage
from runner.values.cards import Expiry
from runner.values.secret import Secret

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Locator


async def card(stage: Stage, args: Card) -> str:
    """Type the card, box by box, or choose month and year from their lists."""
    account: dict[str, Any] = stage.values["account"]
    number = _given(account, "card_number").reveal()
    await _put(stage, args.number, ["".join(number.split())])
    expiry = Expiry.parse(_given(account, "card_expiry").reveal())
    if args.expiry is not None:
        await _put(stage, args.expiry, [f"{expiry.month:02}/{expiry.year % 100:02}"])
    if args.month is not None and args.year is not None:
        await _put(stage, args.month, [f"{expiry.month:02}", str(expiry.month)])
        await _put(stage, args.year, [str(expiry.year), f"{expiry.year % 100:02}"])
    if args.cvc is not None:
        await _put(stage, args.cvc, [_given(account, "card_cvc").reveal()])
    if args.holder is not None:
        await _put(stage, args.holder, [_given(account, "card_holder").reveal()])
    return f"the card ending in {number[-4:]}"


def _given(account: dict[str, Any], name: str) -> Secret:
    value = account.get(name)
    if not isinstance(value, Secret):
        raise NeedsOwner(
            f"the page asks for a card, but the account has no `{name}` in config.yaml"
        )
    return value


async def _put(stage: Stage, ref: Ref, ways: list[str]) -> None:
    """Type the first way to write it, or choose whichever way the list has."""

    async def attempt(box: Locator, timeout: float) -> None:
        element = await hold_own(stage, box, timeout)
        if await element.evaluate("box => box.tagName") == "SELECT":
            cover(stage, "", box)
            await _choose(element, ways, timeout)
        else:
            await type_secret(stage, box, ways[0], timeout)

    await stage.on(ref, attempt)


async def _choose(element: ElementHandle, ways: list[str], timeout: float) -> None:
    options: list[list[str]] = await element.evaluate(
        "list => [...list.options].map(option => [option.value, option.label.trim()])"
    )
    for way in ways:
        for value, label in options:
            if way in (value, label, label.rstrip("月年")):
                await element.select_option(value=value, timeout=timeout)
                return
    raise NeedsOwner("the card's month or year is not on the page's list: has it run out?")
