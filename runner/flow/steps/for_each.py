"""`for_each`: play some steps for each of several things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from runner.flow.base import Part, Step
from runner.flow.scalars import Expr

if TYPE_CHECKING:
    from runner.flow.steps import AnyStep


class ForEach(Part):
    in_: Expr = Field(alias="in", description="A list: rows read before, or `[1, 2, 3]`.")
    as_: str = Field(
        "each", alias="as", pattern=r"^[a-z][a-z0-9_]*$", description="Its name inside."
    )
    do: list[AnyStep] = Field(min_length=1, description="Steps for each of them.")


class ForEachStep(Step):
    """Play steps for each item of a list. Its name is known only inside.

    Example: `for_each: {in: rows, as: bill, do: [{goto: "{{ bill.address }}"}]}`
    """

    kind: ClassVar = "for_each"
    for_each: ForEach

    def parts(self) -> tuple[tuple[str, list[Any]], ...]:
        return (("do", self.for_each.do),)
