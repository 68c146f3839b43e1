"""`click`: press a button, a link, a box."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.scalars import Ref


class Click(Args):
    short = "on"

    on: Ref = Field(description="What to click.")
    opens: Literal["tab", "nothing"] = Field(
        "nothing", description="`tab`: a new tab or window opens, and the next steps play there."
    )
    dialog: Literal["accept", "dismiss"] | None = Field(
        None, description="Answer the browser's own dialog that the click brings up."
    )


class ClickStep(Step):
    """Click an element. Waits until it can be seen, is enabled and nothing covers it.

    Short form: `click: log_in`
    """

    kind: ClassVar = "click"
    effect: ClassVar = "write"
    click: Click
