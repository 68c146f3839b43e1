"""`call`: an own step in Python."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.scalars import Text


class Call(Args):
    short = "function"

    function: str = Field(
        pattern=r"^[a-z_][a-z0-9_]*$",
        description="An async function of the Python file beside the flow: flows/NAME.py.",
    )
    with_: dict[str, Text] = Field(
        default_factory=dict, alias="with", description="Values that it gets by these names."
    )
    into: str | None = Field(
        None, pattern=r"^[a-z][a-z0-9_]*$", description="The name of what it gives back."
    )


class CallStep(Step):
    """Call `async def NAME(page, **values)` of flows/FLOW.py, for what no other step can do.

    Short form: `call: close_the_odd_window`
    """

    kind: ClassVar = "call"
    effect: ClassVar = "write"
    call: Call
