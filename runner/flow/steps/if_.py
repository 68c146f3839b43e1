"""`if`: play some steps only where they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runner.flow.base import Part, Step
from runner.flow.conditions import Condition
from runner.flow.scalars import Expr

if TYPE_CHECKING:
    from runner.flow.steps import AnyStep


class If(Part):
    page: Condition | None = Field(None, description="What the page shows, right now.")
    that: Expr | None = Field(None, description="An expression over the values read so far.")
    then: list[AnyStep] = Field(min_length=1, description="Steps for when it holds.")
    else_: list[AnyStep] = Field(
        default_factory=list, alias="else", description="Steps for when it does not."
    )

    @model_validator(mode="after")
    def _one_question(self) -> If:
        if (self.page is None) == (self.that is None):
            raise PydanticCustomError("one_question", "an `if` needs either `page` or `that`")
        return self


class IfStep(Step):
    """Play `then` if it holds, `else` if not. It does not wait: use `wait_for` before it.

    Example: `if: {page: {visible: cookie_banner}, then: [{click: reject_cookies}]}`
    """

    kind: ClassVar = "if"
    if_: If = Field(alias="if")

    def parts(self) -> tuple[tuple[str, list[Any]], ...]:
        return (("then", self.if_.then), ("else", self.if_.else_))
