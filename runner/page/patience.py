"""What ends a wait: what no patience can mend, and what was waited for in vain."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from playwright.async_api import Error as PlaywrightError

from runner.page.problems import Ambiguous, Gone, Missing, Problem, Unread, Untaxed
from runner.values.errors import Unreadable, WithoutTax

SETTLING = 5.0
"""Seconds for which an unreadable text may be a page that has not filled its figures in yet."""
AMBIGUITY = 1.5
"""Seconds for which two matches may be a page in the middle of a change."""

BREATH = 0.03
"""Seconds between two attempts that are over at once."""

DEAD = ("has been closed", "crashed", "Connection closed", "Browser closed")


class NotYet(Exception):
    """What is waited for is not so yet."""


class SignedIn(Exception):
    """The page shows that the session still holds."""


def give_up_on(error: BaseException, what: str, waited: float) -> None:
    """Raise what no patience can mend: Gone, Ambiguous, Unread, or an error that is no page's."""
    if not isinstance(error, PlaywrightError | NotYet | Unreadable):
        raise error
    text = str(error)
    if any(sign in text for sign in DEAD):
        raise Gone("the page or the browser ended in the middle of a step") from error
    if "strict mode violation" in text and waited > AMBIGUITY:
        found = text.split("resolved to", 1)[-1].split("Call log")[0].strip()
        raise Ambiguous(
            f"{what} matches more than one element: {found}",
            hint="narrow the selector down with `within`, `has_text` or `which`",
        ) from error
    if isinstance(error, Unreadable) and waited > SETTLING:
        raise _unread(error, what) from error


def missing(error: BaseException, what: str, patience: float, why: str) -> Problem:
    """The problem that a wait in vain is."""
    if isinstance(error, Unreadable):
        return _unread(error, what)
    return Missing(f"{what} was not there within {patience:g} s{why}")


def _unread(error: Unreadable, what: str) -> Unread:
    return (Untaxed if isinstance(error, WithoutTax) else Unread)(f"{what}: {error}")


def why_not(text: str) -> str:
    """What Playwright saw instead, in our words."""
    if "intercepts pointer events" in text:
        return ": something else covers it"
    if "not enabled" in text:
        return ": it stayed disabled"
    if "not stable" in text:
        return ": it did not keep still"
    if "not visible" in text or "resolved to hidden" in text:
        return ": it is there but can't be seen"
    return ""


async def drop(task: asyncio.Future[Any]) -> None:
    """Stop waiting for an attempt, when the run is told to end."""
    task.cancel()
    with suppress(BaseException):
        await task
