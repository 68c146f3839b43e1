from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Error

from runner.browser.capture import capture

REFUSED = "Page.screenshot: Protocol error (Page.captureScreenshot): Unable to capture screenshot"


def taken_after(*errors: str) -> tuple[bytes | Error, int]:
    """What a camera gives that first ends with these errors, and how often it was asked."""
    waiting, asked = list(errors), 0

    async def take() -> bytes:
        nonlocal asked
        asked += 1
        if waiting:
            raise Error(waiting.pop(0))
        return b"picture"

    try:
        return asyncio.run(capture(take)), asked
    except Error as error:
        return error, asked


@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_refused_picture_is_asked_for_again(times: int) -> None:
    assert taken_after(*[REFUSED] * times) == (b"picture", times + 1)


def test_a_browser_that_always_refuses_is_believed() -> None:
    answer, asked = taken_after(*[REFUSED] * 9)
    assert isinstance(answer, Error)
    assert asked == 3


def test_another_error_is_told_at_once() -> None:
    answer, asked = taken_after("Target page, context or browser has been closed")
    assert isinstance(answer, Error)
    assert asked == 1
