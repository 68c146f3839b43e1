"""`expect`: go on only if the page shows something."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from runner.flow.base import Step
from runner.flow.conditions import Condition
from runner.flow.scalars import Expr, Wait

Ending = Literal["changed", "needs_you", "declined", "maintenance", "failed"]


class Expect(Condition):
    that: Expr | None = Field(None, description="An expression over the values read so far.")
    within: Wait = Field(Wait(10.0), description="How long at the most.")
    else_: Ending = Field("changed", alias="else", description="How the run ends if it does not.")
    message: str | None = Field(None, description="What to tell the owner then.")


class ExpectStep(Step):
    """Go on only if this holds; else the run ends with the outcome given by `else`.

    Example: `expect: {text: ご注文内容の確認, message: "This is not the confirmation page."}`
    """

    kind: ClassVar = "expect"
    expect: Expect
