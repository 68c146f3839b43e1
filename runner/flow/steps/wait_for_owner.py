"""`wait_for_owner`: wait while the owner does something elsewhere."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from runner.flow.base import Args, Step
from runner.flow.conditions import Condition
from runner.flow.scalars import Wait


class WaitForOwner(Args):
    until: Condition = Field(description="What the page shows when it has moved on by itself.")
    tell: str = Field(min_length=1, description="What the owner is told to do, in their words.")
    within: Wait = Field(Wait(120.0), description="How long the owner has.")


class WaitForOwnerStep(Step):
    """Tell the owner at once, with a picture of the page, and wait until the page moves on by itself:
    a sign-in that is approved in an app, a link that is opened on the phone, a code to be scanned.

    Nothing is clicked, and the run's own deadline stands still meanwhile. Where an interrupt is dealt
    with, as one that fetches a fresh code, the owner is told again, with the page as it is then, and has
    their time again. When the page has not moved on in time, the run ends as `needs_you`.

    Example: `wait_for_owner: {until: {visible: log_out}, tell: Approve the sign-in in the app.}`
    """

    kind: ClassVar = "wait_for_owner"
    wait_for_owner: WaitForOwner
