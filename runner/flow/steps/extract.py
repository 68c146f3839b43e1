"""`extract`: read values of the page."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field as Key

from runner.flow.base import Step
from runner.flow.fields import Field


class ExtractStep(Step):
    """Read values: of elements, attributes, a response that the page fetched, or data inside it.

    In `read`, they make up the line's reading. Names with a meaning: balance, expires_on,
    data_left, minutes_left, plan, renews_itself (what the site writes for on or off), payment_trouble
    (what it says of a payment that failed: the owner is told, and nothing is renewed); others are
    kept under their own names.
    Example: `extract: {balance: {from: balance, as: money}, expires_on: {from: until, as: date}}`
    """

    kind: ClassVar = "extract"
    extract: dict[str, Field] = Key(min_length=1)
