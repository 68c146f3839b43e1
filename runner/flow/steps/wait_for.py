"""`wait_for`: wait until the page shows something."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Step
from runner.flow.conditions import Condition
from runner.flow.scalars import Wait


class WaitFor(Condition):
    within: Wait = Field(Wait(30.0), description="How long at the most.")


class WaitForStep(Step):
    """Wait for what a page shows, for waits that are longer than a step's own.

    Example: `wait_for: {visible: usage, within: 60 seconds}`
    """

    kind: ClassVar = "wait_for"
    wait_for: WaitFor
