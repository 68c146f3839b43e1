"""The last look before the paying click: the price still stands, it is all of it, nothing is added.

A confirmation page may change after it was read, name its price without tax, or hold an add-on that
somebody else has ticked. Whatever of this is so, nothing is paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

from runner.flow.scalars import Expr, Ref
from runner.flow.steps.pay import Pay
from runner.page.acts.extract import value_of
from runner.page.problems import NeedsOwner, Unexpected, Unread, Untaxed
from runner.page.stage import ReadFrom, Stage
from runner.values.money import Money
from runner.values.tax import GROSS, adds_tax, tax_of

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Locator

TICKED = (
    "input[type=checkbox]:checked, [role=checkbox][aria-checked=true], "
    "[role=switch][aria-checked=true]"
)
_SAYS = """box => (box.labels?.[0]?.innerText || box.getAttribute('aria-label')
  || box.closest('label, p, li, tr, div')?.innerText || box.name || 'a box without words').trim()"""
_NEARBY = """element => {
  const amounts = text => (text.match(
    /[¥￥$€£]\\s?\\d|\\d[\\d,.]*\\s?(?:円|元|€|£|[A-Z]{3}(?![A-Za-z]))/g) ?? []).length
  const own = (element.innerText ?? '').trim(), few = Math.max(1, amounts(own))
  const texts = [own]
  for (let at = element.parentElement; at; at = at.parentElement) {
    const text = (at.innerText ?? '').trim()
    if (amounts(text) > few) break
    texts.push(text)
  }
  return texts
}"""
"""An element's text and those of the elements around it, as long as no other amount is in them."""


def price_of(stage: Stage, price: Expr) -> Money:
    """The price that the flow has read. Raises Unread."""
    found = price.expression.evaluate(stage.values)
    if not isinstance(found, Money):
        raise Unread(f"the price `{price}` is no amount with a currency: {found}")
    return found


async def last_look(stage: Stage, args: Pay, price: Money, button: ElementHandle) -> None:
    """See that the page still asks this price, with its tax, and for nothing else.

    Raises Unexpected (`changed`) for a page that is not what it was, Untaxed and NeedsOwner for
    what only the owner can agree to.
    """
    await nothing_ticked(stage, args.ticked)
    look = stage.look()
    for condition in (args.done, args.owed, args.refused, args.declined):
        if condition is not None and await look.holds(condition):
            raise Unexpected(
                "the page shows already what it should show only after the payment", "changed"
            )
    await _same_price(stage, args.price, price)
    if not await button.evaluate("button => button.isConnected"):
        raise Unexpected("the paying button was replaced while the page was read", "changed")


def as_offered(stage: Stage, price: Money) -> None:
    """See that an offer chosen by a rule costs what the list said, or less by the owner's coupon.

    The owner agreed to a limit then, not to a price. Raises NeedsOwner.
    """
    offer = stage.extracted.get("offer")
    if offer is None:
        return
    plan = stage.values["plan"]
    if plan.get("choose") is None or price == offer["price"]:
        return
    if not (plan.get("coupon") and price < offer["price"]):
        raise NeedsOwner(
            f"the list offered “{offer['name']}” for {offer['price']}, the page now asks {price}"
        )


async def _same_price(stage: Stage, expr: Expr, price: Money) -> None:
    """Read the price once more, from where it was read, and hold it against the one at hand."""
    found = dict(_sources(stage, expr.expression.names))
    if not found:
        raise Unread(f"the price `{expr}` was not read from this page")
    again = dict(stage.extracted)
    for name, source in found.items():
        with stage.of(source):
            again[name] = await value_of(stage, name, source.field)
            await _with_tax(stage, source)
    now = expr.expression.evaluate({**stage.values, **again})
    if now != price:
        raise Unexpected(
            f"the price changed from {price} to {now} while the page was open", "changed"
        )


def _sources(stage: Stage, names: frozenset[str]) -> Iterator[tuple[str, ReadFrom]]:
    """Where the values that a price is worked out of were read."""
    for name in sorted(names & set(stage.read_from)):
        source = stage.read_from[name]
        if source.field.value is None:
            yield name, source
        else:
            holes = source.field.value.template.holes
            yield from _sources(stage, frozenset().union(*(hole.names for hole in holes)) - {name})


async def _with_tax(stage: Stage, source: ReadFrom) -> None:
    """See that the words around a price don't put tax on top of it. Raises Untaxed."""
    if source.field.from_ is None:
        return  # data, not words: the flow says what they are

    async def nearby(element: Locator, timeout: float) -> list[str]:
        texts: list[str] = await element.evaluate(_NEARBY, timeout=timeout)
        return texts

    own, *around = await stage.on(source.field.from_, nearby)
    if GROSS.search(own):
        return
    for text in (own, *around):
        if (tax := tax_of(text)) is not None:
            if tax == "net":
                raise Untaxed(f"the page shows its price without tax: “{_short(text)}”")
            return
    if words := adds_tax(await stage.look().text()):
        raise Untaxed(f"the page says of its prices that tax comes on top: “{words}”")


async def nothing_ticked(stage: Stage, others: Sequence[Ref]) -> None:
    """See that no box is ticked but those that the flow ticks itself, and `others`. Raises NeedsOwner."""
    ticked = stage.page.locator(TICKED)
    if not await ticked.count():
        return
    known = [*stage.ticked, *(locator for ref in others for locator in stage.all(ref))]
    for box in await ticked.all():
        if not any([await _same(box, own) for own in known]):
            says = _short(await box.evaluate(_SAYS))
            raise NeedsOwner(
                f"a box is ticked that this flow does not know: “{says}”",
                hint="it may add to the charge; `check: {on: …, to: false}` takes the tick away, "
                "`ticked` of the `pay` step leaves it there",
            )


async def _same(box: Locator, other: Locator) -> bool:
    try:
        return bool(await box.and_(other).count())
    except PlaywrightError:  # of another frame or tab
        return False


def _short(text: str) -> str:
    return " ".join(text.split())[:120]
