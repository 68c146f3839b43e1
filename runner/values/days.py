"""Finding dates in a text. The usual shapes are read by strict patterns, month names by dateparser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from runner.values.context import ReadAs

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

FARTHEST = 150
"""Days. A date without a year that is farther away could as well be of the year before or after."""
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_FULL = re.compile(
    r"(?<![0-9])(?P<y>[0-9]{4})(?:\s?年\s?(?P<m>[0-9]{1,2})\s?月\s?(?P<d>[0-9]{1,2})\s?[日号]"
    r"|(?P<sign>[-/.])(?P<m2>[0-9]{1,2})(?P=sign)(?P<d2>[0-9]{1,2})(?![0-9]))"
)
_COMPACT = re.compile(r"(?P<y>[12][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})")
_ERA = re.compile(
    r"(?<![A-Za-z])(?P<era>令和|平成|昭和|[RHS])\s?(?P<y>[0-9]{1,2}|元)"
    r"(?:\s?年\s?(?P<m>[0-9]{1,2})\s?月\s?(?P<d>[0-9]{1,2})\s?日|\.(?P<m2>[0-9]{1,2})\.(?P<d2>[0-9]{1,2})(?![0-9]))"
)
_LOCAL = re.compile(
    r"(?<![0-9])(?P<a>[0-9]{1,2})(?P<sign>[-/.])(?P<b>[0-9]{1,2})(?P=sign)(?P<y>[0-9]{4})(?![0-9])"
)
_SHORT = re.compile(
    r"(?<![0-9年/.])(?:(?P<m>[0-9]{1,2})\s?月\s?(?P<d>[0-9]{1,2})\s?[日号]"
    r"|(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})(?![0-9/]))"
)
_WORD = r"[^\W\d_]{3,12}"
_DAY_FIRST = re.compile(
    rf"(?<![0-9])(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-](?:de\s|of\s)?(?P<name>{_WORD})\b\.?(?:,?[\s-](?:de\s)?(?P<y>[0-9]{{4}})(?![0-9]))?",
    re.I,
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<name>{_WORD})\.?\s(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9:])(?:,?\s(?P<y>[0-9]{{4}})(?![0-9]))?",
    re.I,
)
_CJK_DAYS = {"月": 0, "火": 1, "水": 2, "木": 3, "金": 4, "土": 5, "日": 6}
_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_WEEKDAY = re.compile(
    r"\s?(?:\((?P<cjk>[月火水木金土日])(?:曜日?)?\)|(?P<bare>[月火水木金土日])曜日?|\((?P<en>mon|tue|wed|thu|fri|sat|sun)[a-z.]*\))",
    re.I,
)
_WEEKDAY_BEFORE = re.compile(
    r"\b(?P<en>mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|s|rs?)?[.,]?\s$", re.I
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text, and where it stands. `certain` is false where the year was worked out."""

    day: date
    certain: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Parts:
    year: int | None
    month: int
    day: int
    start: int
    end: int


def find_dates(clean: str, how: ReadAs) -> list[FoundDate]:
    """Every date in a plain text, in its order. Raises ValueError for one that does not exist."""
    taken: list[_Parts] = []
    for parts in _candidates(clean, how):
        if all(parts.end <= other.start or parts.start >= other.end for other in taken):
            taken.append(parts)
    return [_dated(parts, clean, how) for parts in sorted(taken, key=lambda parts: parts.start)]


def _candidates(clean: str, how: ReadAs) -> Iterator[_Parts]:
    """From the most certain shape to the least."""
    if match := _COMPACT.fullmatch(clean):
        yield _Parts(int(match["y"]), int(match["m"]), int(match["d"]), *match.span())
    for match in _FULL.finditer(clean):
        month, day = match["m"] or match["m2"], match["d"] or match["d2"]
        yield _Parts(int(match["y"]), int(month), int(day), *match.span())
    for match in _ERA.finditer(clean):
        year = _ERAS[match["era"]] + (1 if match["y"] == "元" else int(match["y"]))
        yield _Parts(
            year, int(match["m"] or match["m2"]), int(match["d"] or match["d2"]), *match.span()
        )
    for match in _LOCAL.finditer(clean):
        month, day = _ordered(int(match["a"]), int(match["b"]), how)
        yield _Parts(int(match["y"]), month, day, *match.span())
    if re.search(_WORD, clean):
        yield from _named(clean, how)
    for match in _SHORT.finditer(clean):
        if match["m"]:
            yield _Parts(None, int(match["m"]), int(match["d"]), *match.span())
        else:
            month, day = _ordered(int(match["a"]), int(match["b"]), how)
            yield _Parts(None, month, day, *match.span())


def _ordered(one: int, other: int, how: ReadAs) -> tuple[int, int]:
    """Month and day of `a/b`, in the order of the site's locale."""
    if how.territory is None and how.language == "en":
        if one <= 12 and other <= 12 and one != other:
            raise ValueError(
                "day and month can't be told apart; the flow's locale must name a country"
            )
        return (one, other) if other > 12 else (other, one)
    day_first = _day_first(how.babel)
    return (other, one) if day_first else (one, other)


@lru_cache(maxsize=64)
def _day_first(locale: str) -> bool:
    from babel.dates import get_date_format

    pattern = get_date_format("short", locale).pattern
    return pattern.index("d") < pattern.index("M")


def _named(clean: str, how: ReadAs) -> Iterator[_Parts]:
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for match in pattern.finditer(clean):
            month = month_named(match["name"], how)
            if month is not None:
                year = int(match["y"]) if match["y"] else None
                yield _Parts(year, month, int(match["d"]), *match.span())


def month_named(name: str, how: ReadAs) -> int | None:
    """The month of that name in the site's language or in English; None where there is none."""
    return _month(name.lower(), how.language)


@lru_cache(maxsize=1024)
def _month(name: str, language: str) -> int | None:
    """The month of that name. dateparser is given a whole date: it takes parts of one for anything."""
    found = _parser(language).get_date_data(f"15 {name} 2024").date_obj
    right = found is not None and (found.year, found.day) == (2024, 15)
    return found.month if right and found is not None else None


@lru_cache(maxsize=16)
def _parser(language: str) -> DateDataParser:
    from dateparser.data import languages_info
    from dateparser.date import DateDataParser

    known = [one for one in (language, "en") if one in languages_info.language_order]
    settings = {
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
        "DATE_ORDER": "DMY",
        "RELATIVE_BASE": datetime(2024, 1, 1),
    }
    return DateDataParser(languages=list(dict.fromkeys(known)), settings=settings)


def _dated(parts: _Parts, clean: str, how: ReadAs) -> FoundDate:
    end, weekday = _weekday(parts, clean)
    if parts.year is not None:
        day = date(parts.year, parts.month, parts.day)
        if weekday is not None and day.weekday() != weekday:
            raise ValueError("its weekday and its date don't agree")
    else:
        day = _nearest(parts, weekday, how)
    return FoundDate(day, parts.year is not None, parts.start, end)


def _weekday(parts: _Parts, clean: str) -> tuple[int, int | None]:
    if match := _WEEKDAY.match(clean, parts.end):
        cjk = match["cjk"] or match["bare"]
        return match.end(), _CJK_DAYS[cjk] if cjk else _DAYS[match["en"].lower()]
    before = _WEEKDAY_BEFORE.search(clean[: parts.start])
    return parts.end, _DAYS[before["en"].lower()] if before else None


def _nearest(parts: _Parts, weekday: int | None, how: ReadAs) -> date:
    """The nearest year's; the weekday, where there is one, must be right."""
    today, possible = how.now.date(), []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            possible.append(date(year, parts.month, parts.day))
        except ValueError:
            continue  # 29 February
    near = [day for day in possible if abs(day - today).days <= (366 if weekday is None else 200)]
    if not near:
        raise ValueError("there is no such date near today")
    nearest = min(near, key=lambda day: abs(day - today))
    if weekday is not None:
        if nearest.weekday() != weekday:
            raise ValueError("its weekday and its date don't agree")
    elif abs(nearest - today).days > FARTHEST:
        raise ValueError(f"its year is missing, and {nearest} is not the only one that it can be")
    return nearest
