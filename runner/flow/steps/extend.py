"""`extend`: the one click that renews a line and costs nothing."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Part, Step
from runner.flow.conditions import Condition
from runner.flow.scalars import Ref, Wait


class Extend(Part):
    click: Ref = Field(description="The button that renews. Exactly one element may match.")
    done: Condition = Field(description="What the page shows when it is done.")
    within: Wait = Field(Wait(60.0), description="How long to wait for the answer.")


class ExtendStep(Step):
    """Renew by a click that costs nothing, such as a pause that begins anew.

    It is made as carefully as a payment: the intent is stored before it, it is never repeated, and only
    a second reading proves it. The plan's price is 0; see its `shows` for what that reading must show.
    Nothing is clicked on a page where a box is ticked that the flow does not know.

    Example: `extend: {click: pause_service, done: {text: Your service is paused}}`
    """

    kind: ClassVar = "extend"
    effect: ClassVar = "write"
    extend: Extend
