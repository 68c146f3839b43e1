"""`press`: press a key."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.scalars import Ref


class Press(Args):
    short = "key"

    key: str = Field(
        min_length=1, description="The key, in Playwright's names: `Enter`, `Escape`, `Control+A`."
    )
    on: Ref | None = Field(None, description="The element that has the focus; else the page.")


class PressStep(Step):
    """Press a key or a combination.

    Short form: `press: Enter`
    """

    kind: ClassVar = "press"
    effect: ClassVar = "write"
    press: Press
