"""`close_tab`: go back to the tab before."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from runner.flow.base import Step


class CloseTabStep(Step):
    """Close the tab that a `click` opened, and go on in the one before.

    Always written `close_tab: latest`.
    """

    kind: ClassVar = "close_tab"
    close_tab: Literal["latest"] = Field("latest")
