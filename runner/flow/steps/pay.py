"""`pay`: the one click that spends money."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from runner.flow.base import Part, Step
from runner.flow.conditions import Condition
from runner.flow.scalars import Expr, Ref, Wait


class Pay(Part):
    click: Ref = Field(description="The button that pays. Exactly one element may match.")
    price: Expr = Field(
        description="The price, as it was read from this very page; it is read there once more."
    )
    done: Condition = Field(description="What the page shows when the order was taken.")
    declined: Condition | None = Field(
        None, description="What the page shows when the payment was refused."
    )
    refused: Condition | None = Field(
        None,
        description="What the page shows when it refused a secret that was typed for this payment, "
        "such as a PIN: nothing was paid, and it is not typed again until it changes.",
    )
    owed: Condition | None = Field(
        None,
        description="What the page shows when a slip or code was issued that the owner pays "
        "elsewhere: the renewal then awaits the payment.",
    )
    dialog: Literal["accept", "dismiss"] | None = Field(
        None, description="Answer the browser's own dialog that the click brings up."
    )
    through: list[Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]] = Field(
        default_factory=list,
        description="Flows of banks and payment services that may come up between the click and "
        "the answer. Their hosts are known meanwhile, and to their own steps alone.",
    )
    ticked: list[Ref] = Field(
        default_factory=list,
        description="Boxes that may be ticked, beside those that the flow ticks itself.",
    )
    within: Wait = Field(Wait(60.0), description="How long to wait for the answer.")


class PayStep(Step):
    """Pay. The price is held against plan, caps and approval; the intent is stored; then one click.

    Right before the click the price is read once more from where it was read, with the words beside
    it. A price that has changed, or that is shown without its tax, is not paid; nor is anything on
    a page where a box is ticked that the flow does not know.
    The click is never repeated. Without a clear answer the renewal is `unknown`.
    Example: `pay: {click: place_order, price: price, done: {visible: receipt_number}}`
    """

    kind: ClassVar = "pay"
    effect: ClassVar = "spend"
    pay: Pay
