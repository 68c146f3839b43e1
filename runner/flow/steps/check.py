"""`check`: tick a box or a radio button."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.scalars import Ref


class Check(Args):
    short = "on"

    on: Ref = Field(description="The box or radio button.")
    to: bool = Field(True, description="`false` takes the tick away.")


class CheckStep(Step):
    """Tick a box or choose a radio button; nothing happens if it is so already.

    Short form: `check: agree`
    """

    kind: ClassVar = "check"
    effect: ClassVar = "write"
    check: Check
