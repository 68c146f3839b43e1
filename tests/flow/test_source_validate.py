"""From a model's errors to mistakes: places, plain words, and one mistake for one cause."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator
from pydantic_core import PydanticCustomError

from runner.flow.mistakes import Mistakes
from runner.flow.source import loads
from runner.flow.validate import validate


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Click(Part):
    click: str


class FillBox(Part):
    fill: dict[str, str]


class Long(Part):
    words: list[str]
    often: int = Field(1, ge=1)


def _kind(value: Any) -> str | None:
    return next(iter(value), None) if isinstance(value, dict) else None


Step = Annotated[
    Annotated[Click, Tag("click")] | Annotated[FillBox, Tag("fill")], Discriminator(_kind)
]


class Thing(Part):
    name: str
    size: int = 0
    kind: Literal["small", "large"] = "small"
    many: str | int | Long | None = None
    steps: list[Step] = Field(default_factory=list)
    by_name: dict[Annotated[str, Field(pattern="^[a-z]+$")], Long] = Field(default_factory=dict)
    else_: str | None = Field(None, alias="else")
    text: str = ""

    @field_validator("text")
    @classmethod
    def _no_stars(cls, text: str) -> str:
        if "*" in text:
            context = {"hint": "leave it out", "column_offset": text.index("*")}
            raise PydanticCustomError("star", "a star", context)
        return text


def said(text: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        validate(Thing, loads(text, "f"))
    return [str(mistake) for mistake in caught.value.mistakes]


def first_lines(text: str) -> list[str]:
    return [one.splitlines()[0] for one in said(text)]


def test_a_right_file_is_the_model() -> None:
    thing = validate(Thing, loads("name: a\nsteps: [{click: b}]\nelse: c\n"))
    assert isinstance(thing.steps[0], Click)
    assert thing.else_ == "c"


def test_all_mistakes_at_once_in_the_order_of_the_file() -> None:
    assert first_lines("size: much\nkind: smal\nwhat: 1\n") == [
        "f:1:1: `name` is missing",
        "f:1:7: a whole number is wanted, not text",
        "f:2:7: one of `small`, `large` is wanted",
        "f:3:1: unknown key `what`",
    ]


def test_unknown_keys_name_what_was_meant() -> None:
    assert said("name: a\nsise: 1\n") == [
        "f:2:1: unknown key `sise`\n    sise: 1\n    ^^^^\n    did you mean `size`?"
    ]
    assert "allowed here: `words`, `often`" in said("name: a\nby_name: {b: {words: [], q: 1}}")[0]
    assert "`else`" in said("name: a\nqqq: 1")[0]


def test_a_misspelt_key_is_not_told_as_missing_too() -> None:
    assert first_lines("nmae: a") == ["f:1:1: unknown key `nmae`"]


def test_tags_of_a_union_are_no_part_of_the_place() -> None:
    assert first_lines("name: a\nsteps:\n  - click: [b]\n") == [
        "f:3:12: text is wanted, not a list"
    ]
    assert first_lines("name: a\nsteps:\n  - fill: {fill: {x: y}}\n") == [
        "f:3:18: text is wanted, not a map"
    ]
    assert said("name: a\nsteps:\n  - clik: b\n")[0].endswith("did you mean `click`?")
    assert first_lines("name: a\nsteps: [5]\n") == ["f:2:9: a map is wanted, not a number"]
    assert said("name: a\nsteps: [{click: b, clik: c}]")[0].splitlines()[0].endswith("`clik`")


def test_branches_of_a_union_are_folded() -> None:
    assert first_lines("name: a\nmany: [1]") == [
        "f:2:7: text or a whole number or a map is wanted, not a list"
    ]
    assert first_lines("name: a\nmany: {words: [a], often: 0}") == [
        "f:2:27: a number of at least 1 is wanted"
    ]


def test_numbers_for_text_ask_for_quotes() -> None:
    assert said("name: 5")[0].endswith("put it in quotes")


def test_wrong_keys_have_the_key_s_place() -> None:
    assert first_lines("name: a\nby_name: {B: {words: []}}") == [
        "f:2:11: this text does not have the wanted form"
    ]


def test_own_errors_bring_their_hint_and_column() -> None:
    assert said('name: a\ntext: "ab*c"')[0] == (
        'f:2:10: a star\n    text: "ab*c"\n             ^^\n    leave it out'
    )


def test_empty_files_and_wrong_roots() -> None:
    assert first_lines("") == ["f:1:1: this file is empty"]
    assert first_lines("[a]") == ["f:1:1: a map is wanted, not a list"]
    assert first_lines("a") == ["f:1:1: a map is wanted, not text"]


def test_values_are_not_repeated() -> None:
    for text in ("size: hunter2", "kind: hunter2", "by_name: {x: hunter2}", "steps: [hunter2]"):
        source = loads(
            f"name: a\n{text}", "f", private=("name", "size", "kind", "by_name", "steps")
        )
        with pytest.raises(Mistakes) as caught:
            validate(Thing, source)
        for mistake in caught.value.mistakes:
            assert "hunter2" not in f"{mistake.message} {mistake.hint}"
