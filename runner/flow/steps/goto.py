"""`goto`: open an address."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.scalars import Text


class Goto(Args):
    short = "url"

    url: Text = Field(description="The address; it must belong to the flow's hosts, over HTTPS.")


class GotoStep(Step):
    """Open an address.

    Short form: `goto: https://www.example.jp/mypage`
    """

    kind: ClassVar = "goto"
    goto: Goto
