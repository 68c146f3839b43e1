"""An event as a message in the owner's language, from the owner's template or the shipped one."""

import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from runner.notify.events import Event
from runner.notify.shown import variables
from runner.notify.todo import LinkTo, no_link

LANGUAGES = ("en", "ja", "zh-CN", "zh-TW")
"""The languages of messages, as BCP 47 tags; each is a folder of templates."""

MOST_LINES = 50
"""Lines of a digest that are shown one by one, those in danger first; of the rest the number is told."""

_SHIPPED = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads: one line of title, and plain text. Neither is empty.

    `html` is the same for services that show it, with pictures where there is something to draw.
    """

    title: str
    body: str
    html: str | None = None


class _TemplateUnusableError(Exception):
    """A template that gives no message; the text says why."""


def compose(
    event: Event, language: str, overrides: Path | None = None, link_to: LinkTo = no_link
) -> Message:
    """Write the event's message in one of `LANGUAGES`.

    `overrides` is a folder of the owner's templates, `LANGUAGE/EVENT.txt`, whose first line is the
    title. Where the owner's template cannot be used, the shipped text is used and says so.
    `link_to` makes the links of what can be done. Raises ValueError for a language that is not known.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language!r}; languages are {', '.join(LANGUAGES)}")
    facts = variables(event, language, link_to)
    name = f"{event.name}.txt"
    if overrides is None or not (overrides / language / name).is_file():
        plain = _render(_shipped(language), name, facts)
        return plain if event.digest is None else _drawn(plain, language, facts)
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


def _drawn(message: Message, language: str, facts: Mapping[str, Any]) -> Message:
    """The message with its pictures, made of bars of text and cells of tables, which every mail can hold."""
    values = {**facts, "title": message.title}
    html = _shipped(language, html=True).get_template("digest.html").render(values)
    return replace(message, html=re.sub(r"\n\s*", "\n", html))


def _place(error: Exception) -> str:
    """Name the line of the template; Jinja puts its own lines into the traceback."""
    inside = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".txt")]
    lineno = inside[-1].lineno if inside else getattr(error, "lineno", None)
    return f"line {lineno}: " if lineno else ""


@cache
def _shipped(language: str, *, html: bool = False) -> ImmutableSandboxedEnvironment:
    return _environment(_shipped_loader(language), html=html)


def _shipped_loader(language: str) -> BaseLoader:
    return FileSystemLoader([_SHIPPED / language, _SHIPPED / "shared"])


def _environment(*loaders: BaseLoader, html: bool = False) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        undefined=StrictUndefined,
        autoescape=html,  # plain text is escaped by the sender, for services that want HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["most"] = MOST_LINES
    return environment
