"""`choose_plan`: find the owner's plan among what the page offers."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runner.flow.base import Step
from runner.flow.fields import Rows
from runner.flow.scalars import Ref


class ChoosePlan(Rows):
    click: Ref | None = Field(None, description="What to click inside the chosen row.")

    @model_validator(mode="after")
    def _has_name_and_price(self) -> ChoosePlan:
        if missing := {"name", "price"} - set(self.fields):
            raise PydanticCustomError(
                "offer_fields", "offers need the field {missing}", {"missing": sorted(missing)[0]}
            )
        return self


class ChoosePlanStep(Step):
    """Read the offers and take the one that the owner's plan names; it is `offer` from then on.

    An offer that is not there, or dearer than agreed, ends the run as `needs_you`.
    Example: `choose_plan: {rows: offers, fields: {name: text, price: money}, click: offer_button}`
    """

    kind: ClassVar = "choose_plan"
    effect: ClassVar = "write"
    choose_plan: ChoosePlan
