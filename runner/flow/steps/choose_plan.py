"""`choose_plan`: find what the owner wants among what the page offers."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runner.flow.base import Step
from runner.flow.fields import Rows
from runner.flow.scalars import Pattern, Ref


class ChoosePlan(Rows):
    click: Ref | None = Field(None, description="What to click inside the chosen row.")
    sold_out: Pattern | None = Field(
        None, description="What a row shows that can't be bought now. One without `click` can't be."
    )
    promotion: Ref | None = Field(
        None, description="Where the page shows promotions: told to the owner once, never taken."
    )

    @model_validator(mode="after")
    def _has_name_and_price(self) -> ChoosePlan:
        if missing := {"name", "price"} - set(self.fields):
            raise PydanticCustomError(
                "offer_fields", "offers need the field {missing}", {"missing": sorted(missing)[0]}
            )
        return self


class ChoosePlanStep(Step):
    """Read the offers and take the one that the owner's plan means; it is `offer` from then on.

    The plan names it (`name`), or has a rule (`choose: cheapest with days >= 30`). Fields with a
    meaning: name, price, days (or a duration), until (a fixed end), data, renews (`Yes`, `No` …).
    An offer that is not there, sold out, or dearer than agreed ends the run as `needs_you`; a second
    best is never taken.
    Example: `choose_plan: {rows: offers, fields: {name: text, price: money}, click: offer_button}`
    """

    kind: ClassVar = "choose_plan"
    effect: ClassVar = "write"
    choose_plan: ChoosePlan
