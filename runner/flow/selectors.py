"""Selectors: names for what is on a site's pages, each with candidates in order of trust.

The first candidate that matches is taken. Two matches of one candidate are an error unless
`which` says which one is meant.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from runner.flow.base import Grade, Part
from runner.flow.model import FLOW_NAME
from runner.flow.scalars import Ref, Words

HOW = ("role", "label", "text", "placeholder", "alt", "title", "test_id", "css")

Role = Literal[
    "alert", "alertdialog", "banner", "button", "cell", "checkbox", "columnheader", "combobox",
    "definition", "dialog", "document", "form", "grid", "gridcell", "group", "heading", "img",
    "link", "list", "listbox", "listitem", "main", "menu", "menuitem", "meter", "navigation",
    "option", "progressbar", "radio", "radiogroup", "region", "row", "rowgroup", "rowheader",
    "searchbox", "slider", "spinbutton", "status", "switch", "tab", "table", "tablist", "tabpanel",
    "term", "textbox", "tooltip", "tree", "treeitem",
]  # fmt: skip


class Candidate(Part):
    """One way to find an element: exactly one of role, label, text, … and what narrows it down."""

    role: Role | None = Field(None, description="Its ARIA role; together with `name`.")
    name: Words | None = Field(None, description="Its accessible name (with `role`).")
    label: Words | None = Field(None, description="The label of a box.")
    text: Words | None = Field(None, description="The text that it shows.")
    placeholder: Words | None = Field(None, description="The grey text of an empty box.")
    alt: Words | None = Field(None, description="The text that stands for a picture.")
    title: Words | None = Field(None, description="Its tool tip.")
    test_id: str | None = Field(None, description="Its data-testid.")
    css: Words | None = Field(None, description="A CSS selector; open shadow roots are searched.")
    exact: bool = Field(False, description="The whole text, with upper and lower case.")
    has_text: Words | None = Field(None, description="Only if it holds this text somewhere.")
    within: Ref | None = Field(None, description="Only inside this element.")
    frame: list[str] | str | None = Field(
        None, description="The CSS selector of the frame that holds it; a list for nested frames."
    )
    which: Literal["first", "last", "all"] | Annotated[int, Field(ge=1)] | None = Field(
        None, description="Which of several: first, last, a number from 1; `all` for a set."
    )
    hidden: bool = Field(False, description="Elements that can't be seen count as well.")
    evidence: Grade | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Candidate:
        given = [how for how in HOW if getattr(self, how) is not None]
        if len(given) != 1:
            raise PydanticCustomError(
                "one_way",
                "a candidate needs exactly one of {how}",
                {"how": ", ".join(HOW)},
            )
        if self.name is not None and self.role is None:
            raise PydanticCustomError("name_of_what", "`name` belongs with `role`")
        return self

    @property
    def how(self) -> str:
        """By what it finds: the one of `HOW` that is given."""
        return next(how for how in HOW if getattr(self, how) is not None)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Candidates = Annotated[
    list[Candidate],
    Field(min_length=1),
    BeforeValidator(_as_list, json_schema_input_type=Candidate | list[Candidate]),
]
_KEY = re.compile(r"^([a-z][a-z0-9_]*)(?:\(([a-z0-9_, ]*)\))?$")


class Selectors(Part):
    """The selectors of one site. `amount(yen)` as a name takes an argument, used as `{{ yen }}`."""

    site: str = Field(pattern=FLOW_NAME, description="The site's name, as the file's.")
    selectors: dict[Annotated[str, Field(pattern=_KEY.pattern)], Candidates] = Field(
        description="Each with one way to find it, or several in the order of trust."
    )

    def find(self, name: str) -> tuple[tuple[str, ...], list[Candidate]] | None:
        """The parameters and candidates of a name, or None."""
        return self.by_name.get(name)

    @property
    def by_name(self) -> dict[str, tuple[tuple[str, ...], list[Candidate]]]:
        """Every name with its parameters and candidates."""
        found = {}
        for key, candidates in self.selectors.items():
            match = _KEY.match(key)
            assert match is not None  # noqa: S101  the model has checked the pattern
            parameters = tuple(p.strip() for p in (match[2] or "").split(",") if p.strip())
            found[match[1]] = (parameters, candidates)
        return found
