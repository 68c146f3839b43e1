"""Fields: where a value stands on a page, and what kind of value it is."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field as Key
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from runner.flow.base import Args, Grade
from runner.flow.scalars import Pattern, Ref, Text

Kind = Literal[
    "text", "money", "date", "datetime", "month", "data", "duration", "count", "phone", "status"
]


class Typed(Args):
    """How a text is turned into a value. What can't be read is an error, never a zero."""

    as_: Kind = Key("text", alias="as", description="The kind of value.")
    pattern: Pattern | None = Key(
        None, description="Take only what this regular expression finds (its first group)."
    )
    currency: str | None = Key(
        None, pattern="^[A-Z]{3}$", description="The currency where the page prints none."
    )
    unit: str | None = Key(None, description="The unit where it stands elsewhere: `GB`.")
    which: Literal["remaining", "used", "total"] | None = Key(
        None, description="Of two amounts, such as `3 GB / 20 GB`, this one."
    )
    pair: Literal["remaining_total", "remaining_plan", "used_total"] | None = Key(
        None, description="What the two amounts of `A / B` are."
    )
    optional: bool = Key(False, description="No value instead of an error where there is none.")
    evidence: Grade | None = None
    note: str | None = None


class Field(Typed):
    """A value of the page: from an element, from a response it fetched, or from data inside it.

    Short form: the name of a selector, read as text.
    """

    short = "from"

    from_: Ref | None = Key(None, alias="from", description="The element that shows it.")
    attribute: str | None = Key(None, description="This attribute of the element, not its text.")
    response: Pattern | None = Key(
        None, description="The JSON of the page's last response whose address holds this."
    )
    page_data: str | None = Key(
        None,
        pattern=r"^[A-Za-z_$][\w$.]*$",
        description="A value that the page's own scripts hold: `window.chart`.",
    )
    path: str | None = Key(None, description="The place inside the JSON: `usage.months[0].gb`.")
    value: Text | None = Key(None, description="A value worked out of others.")

    @model_validator(mode="after")
    def _one_source(self) -> Field:
        sources = [self.from_, self.response, self.page_data, self.value]
        if sum(source is not None for source in sources) != 1:
            raise PydanticCustomError(
                "one_source", "a field needs exactly one of from, response, page_data, value"
            )
        if self.attribute and not self.from_:
            raise PydanticCustomError("attribute_of_what", "`attribute` belongs with `from`")
        if self.path and not (self.response or self.page_data or self.from_):
            raise PydanticCustomError(
                "path_of_what", "`path` belongs with `response`, `page_data` or `from`"
            )
        return self


class Cell(Typed):
    """A value of one row: by column heading, by position, by a selector inside the row, or a path.

    Short form: the kind of value; the cell is then the one at the field's own position.
    """

    short = "as"

    column: str | None = Key(None, description="The heading of its column.")
    cell: int | None = Key(None, ge=1, description="The number of its cell, from 1.")
    from_: Ref | None = Key(None, alias="from", description="The element inside the row.")
    attribute: str | None = Key(None, description="This attribute, not the text.")
    path: str | None = Key(None, description="The place inside the row's JSON.")

    @model_validator(mode="after")
    def _one_place(self) -> Cell:
        places = [self.column, self.cell, self.from_, self.path]
        if sum(place is not None for place in places) > 1:
            raise PydanticCustomError("one_place", "a cell needs one of column, cell, from, path")
        return self


class Rows(Args):
    """Rows of a page: elements (as a rule `tr` or cards), or a list in a response or in page data."""

    rows: Ref | None = Key(None, description="The elements that are the rows.")
    response: Pattern | None = Key(None, description="The JSON of a response that holds the list.")
    page_data: str | None = Key(
        None,
        pattern=r"^[A-Za-z_$][\w$.]*$",
        description="A value of the page's own scripts that holds the list.",
    )
    path: str | None = Key(None, description="The place of the list inside the JSON.")
    fields: dict[str, Cell] = Key(min_length=1, description="Name of each value and its cell.")

    @model_validator(mode="after")
    def _one_list(self) -> Rows:
        if sum(source is not None for source in (self.rows, self.response, self.page_data)) != 1:
            raise PydanticCustomError(
                "one_list", "exactly one of rows, response, page_data is needed"
            )
        return self


def shape(value: Any) -> Any:
    """The plain form of a field's options for `runner.values.read.read`: those that are set."""
    names = ("currency", "unit", "which", "pair")
    return {name: getattr(value, name) for name in names if getattr(value, name) is not None}
