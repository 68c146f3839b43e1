from pathlib import Path

import pytest

from runner.notify.events import EVENTS, Event
from runner.notify.messages import LANGUAGES
from runner.notify.shown import variables

PAGE = (Path(__file__).parents[2] / "docs" / "notifications.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*EVENTS, *LANGUAGES])
def test_every_event_and_language_is_documented(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_every_template_variable_is_documented(renewed: Event) -> None:
    facts = variables(renewed, "en")
    words = {*facts, *(f"line.{name}" for name in facts["lines"][0])}

    assert {word for word in words if f"| `{word}` |" not in PAGE} == set()
