"""`card`: type the owner's card into a form."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runner.flow.base import Part, Step
from runner.flow.scalars import Ref


class Card(Part):
    number: Ref = Field(description="The box for the number.")
    expiry: Ref | None = Field(None, description="The one box for month and year: `12/27`.")
    month: Ref | None = Field(None, description="The box, or list, for the month.")
    year: Ref | None = Field(None, description="The box, or list, for the year.")
    cvc: Ref | None = Field(None, description="The box for the security code.")
    holder: Ref | None = Field(None, description="The box for the name on the card.")

    @model_validator(mode="after")
    def _one_expiry(self) -> Card:
        if (self.month is None) != (self.year is None) or (self.expiry is None) == (
            self.month is None
        ):
            raise PydanticCustomError(
                "one_expiry", "a card needs either `expiry`, or `month` and `year`"
            )
        return self


class CardStep(Step):
    """Type the owner's card: `card_number`, `card_expiry`, `card_cvc` and `card_holder` of the account.

    The flow says so in its `needs` (`card_number: card_number` and so on). They are secrets: typed
    on the flow's own hosts alone, covered in pictures.
    Example: `card: {number: card_number, expiry: card_expiry, cvc: security_code}`
    """

    kind: ClassVar = "card"
    effect: ClassVar = "write"
    card: Card
