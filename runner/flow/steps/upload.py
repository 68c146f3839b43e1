"""`upload`: hand over files."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Step
from runner.flow.scalars import Ref, Text


class UploadStep(Step):
    """Give a file of the workspace to a file box.

    Example: `upload: {photo_of_card: papers/card.png}`
    """

    kind: ClassVar = "upload"
    effect: ClassVar = "write"
    upload: dict[Ref, Text] = Field(min_length=1)
