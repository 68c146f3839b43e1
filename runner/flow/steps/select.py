"""`select`: choose from drop-down lists."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Step
from runner.flow.scalars import Ref, Text


class SelectStep(Step):
    """Choose an option of one or more drop-down lists, by its label or its value.

    Example: `select: {month: "2026年11月"}`
    """

    kind: ClassVar = "select"
    effect: ClassVar = "write"
    select: dict[Ref, Text] = Field(min_length=1)
