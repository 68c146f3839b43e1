"""`screenshot`: keep a picture."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.scalars import Ref


class Screenshot(Args):
    short = "name"

    name: str = Field(pattern=r"^[a-z0-9_-]+$", description="The picture's name.")
    of: Ref | None = Field(None, description="Only this element; else the whole page.")


class ScreenshotStep(Step):
    """Keep a picture of the page among the evidence; secrets in it are covered.

    Short form: `screenshot: receipt`
    """

    kind: ClassVar = "screenshot"
    screenshot: Screenshot
