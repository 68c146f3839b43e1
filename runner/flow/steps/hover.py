"""`hover`: point at something."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.scalars import Ref


class Hover(Args):
    short = "on"

    on: Ref = Field(description="What to point at.")


class HoverStep(Step):
    """Point at an element, so that its menu opens.

    Short form: `hover: menu`
    """

    kind: ClassVar = "hover"
    hover: Hover
