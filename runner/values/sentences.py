"""What runs leave in English, shown in the language of whoever reads it.

Ledger, reports, logs, API and command line keep the English sentence: it is the one truth, and nothing
decides by a translation. `sentences/LANGUAGE/` holds templates with holes, English to translated: a
sentence is found by the words around the holes. What no template fits stays in English.

A hole says what may stand in it:

    {plan}         anything; in quotes or backticks, somebody else's words
    {price:value}  an amount, a date, a moment, a volume of data, a number: shown as the language writes it
    {name:word}    a value, a word that has a translation, or another single word or name as it is
    {why:said}     a sentence, which stays in English where it has no translation
    {why:known}    a sentence that has one; else the template does not fit

There are no regular expressions over sentences: they hold what sites say, and matching takes no longer
than looking for the fixed words from left to right. See docs/decisions/0023-translated-when-shown.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from runner.values.data import DataVolume
from runner.values.format import show
from runner.values.money import Money

ORIGINAL = "en"
LONGEST = 3000
"""Characters of a sentence that is looked up; a longer one is no sentence of ours."""

_FOLDER = Path(__file__).parent / "sentences"
_HOLE = re.compile(r"\{(\w+)(?::(value|word|said|known))?\}")
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LOOKS = 60
"""Sentences looked up for one text, those in its holes included: what is nested deeper stays in English."""
_WAYS = 6
"""Ways of dividing a text among the holes of one template that are tried."""

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:[+-]\d\d:\d\d)?( [\w+/:()-]+)?"
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")
_NAME = re.compile(r"`[^`]*`")
_WORDS = re.compile(r"[a-z]{2}")
_JOINTS = ("; ", ", ", ": ")


class Piece(NamedTuple):
    """A part of a sentence, and its language."""

    text: str
    language: str


def said(text: str, language: str) -> tuple[Piece, ...]:
    """A sentence of a run in one of `format.LANGUAGES`; parts without a translation are English."""
    if language == ORIGINAL or not text or len(text) > LONGEST:
        return (Piece(text, ORIGINAL),)
    return _said(text, language)


def in_language(text: str, language: str) -> str:
    """The same as one text."""
    return "".join(piece.text for piece in said(text, language))


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with holes: `fixed` are the words around them, one more than there are `holes`."""

    fixed: tuple[str, ...]
    holes: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, text: str) -> Template:
        """Read `the page asks {price:value}`: the name and the kind of each hole, "" for any."""
        parts = _HOLE.split(text)
        return cls(
            tuple(parts[::3]),
            tuple(zip(parts[1::3], (kind or "" for kind in parts[2::3]), strict=True)),
        )

    @property
    def order(self) -> tuple[bool, int]:
        """Those that end in words of their own come first, then those with more of them: a hole at
        the end would take in what another template knows by its end.
        """
        open_end = bool(self.holes) and not self.fixed[-1]
        return open_end, -sum(map(len, self.fixed))

    def divide(self, text: str) -> Iterator[tuple[str, ...]]:
        """What stands in the holes, in every way that fits, shortest first holes first."""
        first, last = self.fixed[0], self.fixed[-1]
        if text.startswith(first) and text.endswith(last):
            return self._rest(text, len(first), len(text) - len(last), 1)
        return iter(())

    def _rest(self, text: str, start: int, end: int, number: int) -> Iterator[tuple[str, ...]]:
        if number == len(self.fixed) - 1:
            if start < end:
                yield (text[start:end],)
            return
        words = self.fixed[number]
        at = text.find(words, start + 1, end)
        while at != -1:
            found = False
            for rest in self._rest(text, at + len(words), end, number + 1):
                found = True
                yield (text[start:at], *rest)
            if not found:
                return  # what does not follow here does not follow further on
            at = text.find(words, at + 1, end)

    def is_quoted(self, number: int) -> bool:
        """Whether a hole stands in quotes or backticks."""
        return self.fixed[number].endswith(("“", "`", "'", '"'))

    def is_bracketed(self, number: int) -> bool:
        """Whether a hole is all that stands in brackets."""
        return self.fixed[number].endswith("(") and self.fixed[number + 1].startswith(")")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All sentences of a language: `whole` without holes, `templates` with them, in their order."""

    whole: Mapping[str, str]
    templates: tuple[tuple[Template, str], ...]


@cache
def catalogue(language: str) -> Catalogue:
    """What is translated into a language."""
    found: dict[str, str] = {}
    for file in sorted((_FOLDER / language).glob("*.yaml")):
        found |= yaml.load(file.read_text("utf-8"), Loader=_PARSER)  # noqa: S506  a safe one
    read = {text: Template.of(text) for text in found}
    with_holes = sorted((text for text in read if read[text].holes), key=lambda t: read[t].order)
    return Catalogue(
        {text: found[text] for text in found if not read[text].holes},
        tuple((read[text], found[text]) for text in with_holes),
    )


@lru_cache(maxsize=512)  # some pages full: a daemon lives for months
def _said(text: str, language: str) -> tuple[Piece, ...]:
    found = _Lookup(language).sentence(text)
    return tuple(_joined(found or [_untranslated(text, language)]))


class _Lookup:
    """One text that is looked up, with all that stands in its holes."""

    def __init__(self, language: str) -> None:
        self._language, self._left = language, _LOOKS
        self._known: dict[str, list[Piece] | None] = {}
        self._catalogue = catalogue(language)

    def sentence(self, text: str) -> list[Piece] | None:
        """A text in the language; None where no template fits it as a whole."""
        if (whole := self._catalogue.whole.get(text)) is not None:
            return [Piece(whole, self._language)]
        if text not in self._known:
            if self._left <= 0:
                return None
            self._left -= 1
            self._known[text] = self._by_template(text)
        return self._known[text]

    def _by_template(self, text: str) -> list[Piece] | None:
        for template, translated in self._catalogue.templates:
            for given in islice(template.divide(text), _WAYS):
                holes = self._holes(template, given)
                if holes is not None:
                    return list(self._filled(translated, holes))
        return None

    def _holes(self, template: Template, given: tuple[str, ...]) -> dict[str, list[Piece]] | None:
        holes = {}
        for number, (text, (name, kind)) in enumerate(zip(given, template.holes, strict=True)):
            if template.is_bracketed(number) and not _balanced(text):
                return None
            found = self._hole(text, kind, quoted=template.is_quoted(number))
            if found is None:
                return None
            holes[name] = found
        return holes

    def _hole(self, text: str, kind: str, *, quoted: bool) -> list[Piece] | None:
        language = self._language
        as_it_is = [Piece(text, language)]
        if kind in ("said", "known"):
            found = self.sentence(text)
            if found is None and kind == "said":
                return [_untranslated(text, language)]
            return found
        if kind == "" and quoted:
            return as_it_is
        if (value := _value(text, language)) is not None:
            return [Piece(value, language)]
        if kind == "value":
            return None
        if kind == "word":
            if any(joint in text for joint in _JOINTS):
                return None
            return [Piece(self._catalogue.whole.get(text, text), language)]
        return as_it_is

    def _filled(self, translated: str, holes: Mapping[str, list[Piece]]) -> Iterator[Piece]:
        for number, part in enumerate(_HOLE.split(translated)):
            if number % 3 == 0 and part:
                yield Piece(part, self._language)
            elif number % 3 == 1:
                yield from holes[part]


def _untranslated(text: str, language: str) -> Piece:
    """A name, or what a site writes in signs of its own, is nothing that has to be said in English."""
    other = _NAME.fullmatch(text) or not _WORDS.search(text)
    return Piece(text, language if other else ORIGINAL)


def _balanced(text: str) -> bool:
    """Whether every bracket is opened and closed here: else the text goes on behind its own brackets."""
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Neighbours of one language are one piece."""
    before = Piece("", pieces[0].language)
    for piece in pieces:
        if piece.language != before.language:
            yield before
            before = Piece("", piece.language)
        before = Piece(before.text + piece.text, before.language)
    yield before


def _value(text: str, language: str) -> str | None:
    """A value as the language writes it; None of what is none."""
    if _NUMBER.fullmatch(text):
        return text
    try:
        if match := _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(f"{match[1]} {match[2]}")
            return show(moment, language) + (match[3] or "")
        if _DAY.fullmatch(text):
            return show(date.fromisoformat(text), language)
    except ValueError:
        return None
    for kind in (Money, DataVolume):
        try:
            return show(kind.parse(text), language)
        except ValueError:
            continue
    return None
