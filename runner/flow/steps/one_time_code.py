"""`one_time_code`: ask for a code and type it."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.scalars import Pattern, Ref, Wait


class OneTimeCode(Args):
    short = "into"

    into: Ref = Field(description="The box, or the boxes: one for each digit.")
    digits: int = Field(6, ge=3, le=8, description="How many digits the code has.")
    pattern: Pattern | None = Field(
        None, description="What the code looks like inside its message (its first group)."
    )
    within: Wait = Field(Wait(120.0), description="How long to wait for the code.")
    resend: Ref | None = Field(
        None, description="What to click for another code, once, when the site refuses one."
    )


class OneTimeCodeStep(Step):
    """Get a code from the account's sources, in their order, and type it.

    When the site refuses it (the signal `wrong_code`), one more is asked for, once in a run: by
    `resend`, or from a source that has new codes by itself, such as an authenticator. A code that
    was typed once is never typed again.

    Short form: `one_time_code: code_boxes`
    """

    kind: ClassVar = "one_time_code"
    effect: ClassVar = "write"
    one_time_code: OneTimeCode
