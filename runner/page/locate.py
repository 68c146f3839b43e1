"""Selectors on a live page: every candidate of a name as a Playwright locator."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runner.flow.scalars import Ref, Words
from runner.flow.selectors import Candidate, Selectors
from runner.page.patience import BREATH, NotYet

if TYPE_CHECKING:
    from playwright.async_api import Frame, FrameLocator, Locator, Page


def candidates(
    page: Page | Frame,
    selectors: Selectors,
    ref: Ref,
    values: Mapping[str, Any],
    inside: Locator | None = None,
) -> list[Locator]:
    """The locators of a name, in order of trust; `inside` keeps them within one element (a row)."""
    found = selectors.find(ref.name)
    if found is None:
        raise LookupError(ref.name)  # lint lets no such flow through
    parameters, ways = found
    given = {
        name: argument.evaluate(values)
        for name, argument in zip(parameters, ref.arguments, strict=True)
    }
    return [_locator(page, selectors, way, given, inside) for way in ways]


async def one_of(locators: list[Locator], timeout: float, *, surely: bool) -> Locator:
    """The locator to act on: the first in order of trust that matches anything. A single one is left
    to the act itself to wait for, unless it must `surely` be there before. Raises NotYet.
    """
    if len(locators) == 1 and not surely:
        return locators[0]
    clock = asyncio.get_running_loop().time
    end = clock() + timeout / 1000
    while True:
        for locator in locators:
            if await locator.count():
                return locator
        if clock() >= end:
            raise NotYet("no candidate matches")
        await asyncio.sleep(BREATH)


def _locator(
    page: Page | Frame,
    selectors: Selectors,
    way: Candidate,
    given: Mapping[str, Any],
    inside: Locator | None,
) -> Locator:
    root: Page | Frame | FrameLocator | Locator = inside or page
    frames = [way.frame] if isinstance(way.frame, str) else way.frame or []
    for frame in frames:
        root = root.frame_locator(frame)
    if way.within is not None:
        outer = candidates(page, selectors, way.within, given, inside)
        root = outer[0]
        for other in outer[1:]:
            root = root.or_(other)
    found = _by(root, way, given)
    if way.has_text is not None:
        found = found.filter(has_text=_words(way, "has_text", given))
    if not way.hidden:
        found = found.filter(visible=True)
    if way.which == "first":
        return found.first
    if way.which == "last":
        return found.last
    if isinstance(way.which, int):
        return found.nth(way.which - 1)
    return found


def _by(
    root: Page | Frame | FrameLocator | Locator, way: Candidate, given: Mapping[str, Any]
) -> Locator:
    words = _words(way, way.how, given)
    match way.how:
        case "role":
            assert way.role is not None  # noqa: S101  tells the type checker what `how` means
            if way.name is None:
                return root.get_by_role(way.role, include_hidden=way.hidden)
            name = _words(way, "name", given)
            return root.get_by_role(way.role, name=name, exact=way.exact, include_hidden=way.hidden)
        case "label":
            return root.get_by_label(words, exact=way.exact)
        case "text":
            return root.get_by_text(words, exact=way.exact)
        case "placeholder":
            return root.get_by_placeholder(words, exact=way.exact)
        case "alt":
            return root.get_by_alt_text(words, exact=way.exact)
        case "title":
            return root.get_by_title(words, exact=way.exact)
        case "test_id":
            return root.get_by_test_id(words)
        case _:
            return root.locator(str(words))


def _words(way: Candidate, key: str, given: Mapping[str, Any]) -> str | re.Pattern[str]:
    value = getattr(way, key)
    return value.wanted(given) if isinstance(value, Words) else str(value)
