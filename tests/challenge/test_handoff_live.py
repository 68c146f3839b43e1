"""A live page and a person's hands on it, in a real browser: what is seen, what arrives, what is told."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from runner.browser.find import find
from runner.browser.launch import launch, start_driver
from runner.challenge.handoff import Asked, Ended, HandOff
from runner.challenge.handoff_hands import Hands, read_move
from runner.challenge.handoff_live import Frame, LivePage, Question, Where

PATIENCE = 60.0


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def chromium(runner: asyncio.Runner) -> Iterator[Browser]:
    driver = runner.run(start_driver())
    running = runner.run(launch(driver, find(None, False, os.environ), headed=False))
    yield running
    runner.run(running.close())
    runner.run(driver.stop())


class Desk:
    """A page that a person has, and their hands."""

    def __init__(self, page: Page, live: LivePage) -> None:
        self.page, self.live = page, live
        self.typed: list[str] = []
        self.hands = Hands(live, self.typed.append)
        self.seen: list[Frame | Where | Question | None] = []
        self._news = asyncio.Condition()

    async def look(self) -> None:
        async for news in self.live.news():
            async with self._news:
                self.seen.append(news)
                self._news.notify_all()

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(what)

    async def do(self, **move: Any) -> None:
        await self.hands.do(read_move(json.dumps(move)))

    async def click(self, selector: str) -> None:
        box = await self.live.page.locator(selector).bounding_box()
        assert box is not None
        width, height = self.live.size
        where = {
            "x": (box["x"] + box["width"] / 2) / width,
            "y": (box["y"] + box["height"] / 2) / height,
        }
        await self.do(do="down", **where)
        await self.do(do="up", **where)

    def frames(self) -> list[Frame]:
        return [one for one in self.seen if isinstance(one, Frame)]


@asynccontextmanager
async def desk(chromium: Browser, html: str, **options: Any) -> Any:
    context = await chromium.new_context(viewport={"width": 800, "height": 600})
    page = await context.new_page()
    await page.set_content(html)
    covered = [page.locator(selector) for selector in options.get("covered", [])]
    live = LivePage(page, lambda url: "own.example" in url, covered)
    try:
        async with live.shown():
            found = Desk(page, live)
            looking = asyncio.ensure_future(found.look())
            await found.until(lambda: bool(found.frames()))
            yield found
            looking.cancel()
    finally:
        await context.close()


def test_typing_pasting_and_japanese_arrive_and_are_told_to_the_one_who_masks(
    runner: asyncio.Runner, chromium: Browser
) -> None:
    async def scene() -> None:
        html = "<input id=a><input id=b><textarea id=c></textarea>"
        async with desk(chromium, html) as here:
            await here.click("#a")
            for sign in "hunter2":
                await here.do(do="text", text=sign)
            await here.do(do="key", key="Backspace")
            await here.do(do="text", text="3")
            await here.do(do="key", key="Tab")
            await here.do(do="text", text="山田太郎")
            await here.click("#c")
            await here.do(do="text", text="two\nlines")
            await here.do(do="all")
            await here.do(do="text", text="秘密の答え")
            here.hands.rest()
            values = await here.page.evaluate(
                "[...document.querySelectorAll('input, textarea')].map(box => box.value)"
            )
            assert values == ["hunter3", "山田太郎", "秘密の答え"]
            assert {"hunter2", "hunter3", "山田太郎", "two\nlines", "秘密の答え"} <= set(here.typed)

    runner.run(scene())


def test_boxes_that_wait_for_keys_get_keys(runner: asyncio.Runner, chromium: Browser) -> None:
    async def scene() -> None:
        html = "<input id=a onkeydown='document.title += event.key'>"
        async with desk(chromium, html) as here:
            await here.click("#a")
            for sign in "12a":
                await here.do(do="text", text=sign)
            await here.do(do="key", key="Enter")
            assert await here.page.title() == "12aEnter"

    runner.run(scene())


def test_a_change_is_seen_and_scrolling_moves_the_page(
    runner: asyncio.Runner, chromium: Browser
) -> None:
    async def scene() -> None:
        async with desk(chromium, "<div style='height: 5000px'>x</div>") as here:
            frame = here.frames()[-1]
            assert (frame.width, frame.height) == (800, 600)
            assert frame.data.startswith(b"\xff\xd8")
            before = len(here.frames())
            await here.do(do="wheel", x=0.5, y=0.5, dy=700)
            await here.page.wait_for_function("scrollY >= 700")
            await here.page.evaluate("document.body.style.background = 'red'")
            await here.until(lambda: len(here.frames()) > before)

    runner.run(scene())


def test_something_is_dragged(runner: asyncio.Runner, chromium: Browser) -> None:
    async def scene() -> None:
        async with desk(chromium, "<input id=s type=range style='width: 400px'>") as here:
            box = await here.page.locator("#s").bounding_box()
            y = (box["y"] + box["height"] / 2) / 600
            for doing, x in (("down", 200), ("move", 300), ("move", 395), ("up", 395)):
                await here.do(do=doing, x=(box["x"] + x) / 800, y=y)
            assert int(await here.page.input_value("#s")) > 90

    runner.run(scene())


def test_a_list_of_choices_is_handed_over(runner: asyncio.Runner, chromium: Browser) -> None:
    """The system draws it, in no picture: the person is shown the choices, and takes one."""

    async def scene() -> None:
        html = (
            "<select id=year onchange='document.title = value'>"
            "<option value=1>1970年<option value=2>1971年<option value=3>1972年</select><p id=p>x"
        )
        async with desk(chromium, html) as here:
            await here.click("#year")
            question = Question("list", "", ("1970年", "1971年", "1972年"), 0)
            await here.until(lambda: question in here.seen)
            await here.do(do="choose", index=2)
            assert await here.page.title() == "3"
            await here.until(lambda: here.seen[-1] is None or None in here.seen)
            await here.click("#year")
            await here.do(do="choose", index=-1)
            assert await here.page.input_value("#year") == "3"

    runner.run(scene())


@pytest.mark.parametrize(("accept", "title"), [(True, "yes"), (False, "no")])
def test_a_dialog_is_answered_by_the_person(
    runner: asyncio.Runner, chromium: Browser, accept: bool, title: str
) -> None:
    async def scene() -> None:
        html = "<button id=b onclick='document.title = confirm(`Pay?`) ? `yes` : `no`'>x</button>"
        async with desk(chromium, html) as here:
            clicking = asyncio.ensure_future(here.click("#b"))
            await here.until(lambda: Question("confirm", "Pay?") in here.seen)
            await here.do(do="answer", accept=accept)
            await clicking
            await here.page.wait_for_function(f"document.title === '{title}'")

    runner.run(scene())


def test_a_pop_up_is_shown_as_long_as_it_is_there(
    runner: asyncio.Runner, chromium: Browser
) -> None:
    async def scene() -> None:
        html = "<button id=b onclick='window.open(`about:blank`)'>x</button>"
        async with desk(chromium, html) as here:
            async with here.page.expect_popup() as opening:
                await here.click("#b")
            popup = await opening.value
            assert here.live.page is popup
            before = len(here.frames())
            await popup.set_content("<button id=close onclick='window.close()'>x</button>")
            await here.until(lambda: len(here.frames()) > before)
            async with popup.expect_event("close"):
                await here.click("#close")
            assert here.live.page is here.page
            assert not here.live.closed.is_set()

    runner.run(scene())


def test_whose_page_it_is_is_told(runner: asyncio.Runner, chromium: Browser) -> None:
    async def scene() -> None:
        async with desk(chromium, "x") as here:
            await here.page.context.route(
                "**/*", lambda route: route.fulfill(content_type="text/html", body="<p>x")
            )
            await here.page.goto("https://www.own.example/a?token=1")
            await here.until(lambda: Where("https://www.own.example", True) in here.seen)
            await here.page.set_content("<iframe src='https://bank.example/3ds'></iframe>")
            inside = Where("https://www.own.example", True, ("https://bank.example",))
            await here.until(lambda: inside in here.seen)
            await here.page.goto("https://own-example.evil/")
            await here.until(lambda: Where("https://own-example.evil", False) in here.seen)

    runner.run(scene())


def test_what_kigen_typed_is_blurred_and_bare_again_after(
    runner: asyncio.Runner, chromium: Browser
) -> None:
    """Also in a box that the page draws anew."""

    async def scene() -> None:
        html = "<div id=d><input class=secret value=hunter2></div><input id=other>"
        blurred = "getComputedStyle(document.querySelector('.secret')).filter"
        async with desk(chromium, html, covered=[".secret"]) as here:
            assert await here.page.evaluate(blurred) == "blur(9px)"
            assert await here.page.evaluate("getComputedStyle(other).filter") == "none"
            await here.page.evaluate("d.innerHTML = '<input class=secret value=hunter2>'")
            await here.page.wait_for_function(f"{blurred} === 'blur(9px)'")
            page = here.page
            await here.live.unveil()
            assert await page.evaluate(blurred) == "none"

    runner.run(scene())


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "[]",
        "{}",
        '{"do": "goto", "url": "https://evil.example"}',
        '{"do": "key", "key": "F5"}',
        '{"do": "key", "key": "Control+L"}',
        '{"do": "down", "x": 2, "y": 0}',
        '{"do": "down", "x": NaN, "y": 0}',
        '{"do": "down", "x": 0.5, "y": 0.5, "button": "middle"}',
        '{"do": "text", "text": ""}',
        '{"do": "wheel", "x": 0, "y": 0, "dy": 1e9}',
    ],
)
def test_nothing_else_is_done(sent: str) -> None:
    with pytest.raises(ValueError, match="no move of a hand"):
        read_move(sent)


def test_the_first_word_about_the_end_counts(runner: asyncio.Runner, chromium: Browser) -> None:
    async def scene() -> None:
        async with desk(chromium, "x") as here:
            hand_off = HandOff(_asked(), here.live)
            hand_off.end(Ended.GIVEN_UP)
            hand_off.end(Ended.DONE)
            assert await hand_off.wait(5) is Ended.GIVEN_UP
            assert await HandOff(_asked(), here.live).wait(0.01) is Ended.TOO_LATE
            closing = HandOff(_asked(), here.live)
            waiting = asyncio.ensure_future(closing.wait(PATIENCE))
            await here.page.close()
            assert await waiting is Ended.DONE

    runner.run(scene())


def test_done_counts_when_the_page_has_moved_on(runner: asyncio.Runner, chromium: Browser) -> None:
    async def scene() -> None:
        answers = iter([False, True])

        async def solved() -> bool:
            return next(answers)

        async with desk(chromium, "x") as here:
            hand_off = HandOff(_asked(solved), here.live)
            assert not await hand_off.done()
            assert hand_off.ended is None
            assert await hand_off.done()
            assert hand_off.ended is Ended.DONE

    runner.run(scene())


def _asked(solved: Callable[[], Awaitable[bool]] | None = None) -> Asked:
    return Asked("me", "Site", "human_check", "a check", "run", datetime.now(UTC), solved=solved)
