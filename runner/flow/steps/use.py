"""`use`: play a shared part."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.scalars import Text


class Use(Args):
    short = "part"

    part: str = Field(
        pattern=r"^([a-z0-9-]+/)?[a-z][a-z0-9_]*$",
        description="A part of this flow, or of another: `softbank/security_number`.",
    )
    with_: dict[str, Text] = Field(
        default_factory=dict, alias="with", description="Values that the part knows by these names."
    )


class UseStep(Step):
    """Play the steps of a named part here. A mistake inside tells both places.

    Short form: `use: sign_in`
    """

    kind: ClassVar = "use"
    use: Use
