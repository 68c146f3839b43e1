"""An event as a message in the owner's language, from the owner's template or the shipped one."""

import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from runner.notify.events import Event
from runner.notify.shown import variables

LANGUAGES = ("en", "ja", "zh-CN", "zh-TW")
"""The languages of messages, as BCP 47 tags; each is a folder of templates."""

_SHIPPED = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads: one line of title, and plain text. Neither is empty."""

    title: str
    body: str


class _TemplateUnusableError(Exception):
    """A template that gives no message; the text says why."""


def compose(event: Event, language: str, overrides: Path | None = None) -> Message:
    """Write the event's message in one of `LANGUAGES`.

    `overrides` is a folder of the owner's templates, `LANGUAGE/EVENT.txt`, whose first line is the
    title. Where the owner's template cannot be used, the shipped text is used and says so.
    Raises ValueError for a language that is not known.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language!r}; languages are {', '.join(LANGUAGES)}")
    facts = variables(event, language)
    name = f"{event.name}.txt"
    if overrides is None or not (overrides / language / name).is_file():
        return _render(_shipped(language), name, facts)
    own = _environment(FileSystemLoader(overrides / language), _shipped_loader(language))
    try:
        return _render(own, name, facts)
    except _TemplateUnusableError as error:
        standard = _render(_shipped(language), name, facts)
        broken = {"file": f"{language}/{name}", "reason": str(error)}
        note = _shipped(language).get_template("_broken.txt").render(broken=broken)
        return Message(standard.title, f"{standard.body}\n\n{note.strip()}")


def _render(
    environment: ImmutableSandboxedEnvironment, name: str, facts: Mapping[str, Any]
) -> Message:
    try:
        text = environment.get_template(name).render(facts)
    except Exception as error:  # an owner's template can fail in any way; the message must not
        raise _TemplateUnusableError(_place(error) + str(error)) from error
    title, _, body = text.partition("\n")
    if not title.strip():
        raise _TemplateUnusableError("the first line, the title, is empty")
    body = re.sub(r"\n(?:[ \t]*\n)+", "\n\n", body).strip("\n").rstrip()
    return Message(title.strip(), body or title.strip())


def _place(error: Exception) -> str:
    """Name the line of the template; Jinja puts its own lines into the traceback."""
    inside = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".txt")]
    lineno = inside[-1].lineno if inside else getattr(error, "lineno", None)
    return f"line {lineno}: " if lineno else ""


@cache
def _shipped(language: str) -> ImmutableSandboxedEnvironment:
    return _environment(_shipped_loader(language))


def _shipped_loader(language: str) -> BaseLoader:
    return FileSystemLoader(_SHIPPED / language)


def _environment(*loaders: BaseLoader) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        undefined=StrictUndefined,
        autoescape=False,  # plain text; services that want HTML get it escaped by the sender
        trim_blocks=True,
        lstrip_blocks=True,
    )
