"""`extract_all`: read rows of a table or a list."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Step
from runner.flow.fields import Rows


class ExtractAll(Rows):
    into: str = Field("rows", pattern=r"^[a-z][a-z0-9_]*$", description="The list's name.")


class ExtractAllStep(Step):
    """Read every row of a table, a set of cards, or a list in JSON.

    Example: `extract_all: {rows: payments, fields: {on: date, amount: money, reference: text}}`
    """

    kind: ClassVar = "extract_all"
    extract_all: ExtractAll
