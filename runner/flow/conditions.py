"""Conditions: what a page must show for a signal, an interrupt, a wait or an `if`."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runner.flow.base import Part
from runner.flow.scalars import Pattern, Ref


class Condition(Part):
    """What a page shows. With several keys, all must hold.

    Example: `{visible: code_boxes, text: /セキュリティコード/}`
    """

    visible: Ref | None = Field(None, description="This element can be seen.")
    hidden: Ref | None = Field(None, description="This element can't be seen (or isn't there).")
    text: Pattern | None = Field(None, description="The page's visible text holds this.")
    title: Pattern | None = Field(None, description="The page's title holds this.")
    url: Pattern | None = Field(None, description="The page's address holds this.")
    any: list[Condition] | None = Field(
        None, description="At least one of these holds.", min_length=1
    )
    not_: Condition | None = Field(None, alias="not", description="This does not hold.")

    @model_validator(mode="before")
    @classmethod
    def _not_empty(cls, value: Any) -> Any:
        if value == {} or value is None:
            raise PydanticCustomError(
                "empty_condition",
                "a condition needs at least one of visible, hidden, text, title, url, any, not",
            )
        return value


class Sign(Condition):
    """What a page shows when it is what a signal names.

    Example: `{text: Closed for maintenance, until: "/open again at (.+)/"}`
    """

    until: Pattern | None = Field(
        None,
        description="For `maintenance` only: a regular expression that finds in the page's visible text "
        "when it ends. Its first group is a day with a time. Until then the account is not tried again.",
    )

    @model_validator(mode="after")
    def _one_group(self) -> Sign:
        if self.until is None:
            return self
        if not self.until.regex.groups:
            raise PydanticCustomError(
                "group_wanted",
                "`until` needs a regular expression with a group around the day and the time",
                {"hint": 'write it like `"/open again at (.+)/"`'},
            )
        if self.model_fields_set == {"until"}:
            raise PydanticCustomError(
                "sign_wanted", "`until` says when it ends, but not by what the page is known"
            )
        return self
