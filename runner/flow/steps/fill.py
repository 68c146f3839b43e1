"""`fill`: type into boxes."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Step
from runner.flow.scalars import Ref, Text


class FillStep(Step):
    """Type into one or more boxes, in order; what stood there is replaced.

    Secrets (`{{ account.password }}`) are typed only on the flow's own hosts, over HTTPS.
    Example: `fill: {user: "{{ account.id }}", password: "{{ account.password }}"}`
    """

    kind: ClassVar = "fill"
    effect: ClassVar = "write"
    fill: dict[Ref, Text] = Field(min_length=1)
