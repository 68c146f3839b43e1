"""A page as a person sees it: pictures of it while it changes, and of the pop-ups that it opens.

Nothing of it is kept. Boxes into which secrets were typed are blurred before the first picture.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from playwright.async_api import Dialog, Locator, Page

QUALITY = 70
"""Of the pictures, of 100: text stays sharp, and a change costs some ten kilobytes."""
VEILING = 0.5
"""Seconds between two looks for boxes that a page has drawn anew."""
CLOSING = 5.0
"""Seconds for which a page that hangs may keep a hand-off from its end."""

# CSSOM is used because a page's own policy may forbid style elements and attributes.
_VEIL = """boxes => boxes.forEach(box => {
  box.style.setProperty('filter', 'blur(9px)', 'important');
  box.style.setProperty('-webkit-text-security', 'disc', 'important');
})"""
_BARE = """boxes => boxes.forEach(box => {
  box.style.removeProperty('filter');
  box.style.removeProperty('-webkit-text-security');
})"""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture, as JPEG, and the size of the page in CSS pixels when it was taken."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Where:
    """Whose page it is: a person who types something must know. `own`: one of the flow's hosts.
    `inside`: whose frames are in it that are not the flow's own."""

    address: str
    own: bool
    inside: tuple[str, ...] = ()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else parts.scheme


@dataclass(frozen=True, slots=True)
class Question:
    """What a browser shows outside of its page: a dialog, or the choices of a list."""

    kind: str
    text: str = ""
    choices: tuple[str, ...] = ()
    chosen: int = -1


class LivePage:
    """One page for as long as a person has it. `covered`: boxes that hold secrets; `owns` tells
    the flow's own addresses."""

    def __init__(
        self, page: Page, owns: Callable[[str], bool], covered: Sequence[Locator] = ()
    ) -> None:
        self.page, self._owns = page, owns
        self.closed = asyncio.Event()
        self.question: Question | None = None
        self._covered = covered
        self._below: list[Page] = []
        self._frame: Frame | None = None
        self._dialog: Dialog | None = None
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Future[Any]] = set()

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[LivePage]:
        """Meanwhile, take pictures."""
        first = self.page
        self._listen(first)
        await self._veil_once(_VEIL)
        await self._start(first)
        veiling = asyncio.ensure_future(self._keep_veiled())
        try:
            yield self
        finally:
            veiling.cancel()
            for task in self._tasks:
                task.cancel()
            for page in (*self._below, self.page):
                self._forget(page)
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(CLOSING):
                    await self.answer(accept=False)
                    await self.page.screencast.stop()
                    await self.unveil()
            self.page = first

    @property
    def size(self) -> tuple[int, int]:
        """Of the page in CSS pixels, as the last picture shows it."""
        frame = self._frame
        return (frame.width, frame.height) if frame is not None else (1, 1)

    @property
    def where(self) -> Where:
        """The address of the page without its path, which may hold a token."""
        page = self.page
        frames = [frame.url for frame in page.frames if frame.parent_frame is not None]
        foreign = {_origin(url) for url in frames if urlsplit(url).netloc and not self._owns(url)}
        return Where(
            _origin(page.url),
            self._owns(page.url),
            tuple(sorted(foreign - {_origin(page.url)})),
        )

    async def news(self) -> AsyncIterator[Frame | Where | Question | None]:
        """Pictures as they come, the newest only; where they are from; questions, None when one
        is settled."""
        seen: Frame | None = None
        asked: Question | None = None
        where: Where | None = None
        while True:
            news = self._news
            if (here := self.where) != where:
                where = here
                yield where
            if self.question != asked:
                asked = self.question
                yield asked
            if self._frame is not None and self._frame is not seen:
                seen = self._frame
                yield seen
            elif news is self._news:
                await news.wait()

    def ask(self, question: Question | None) -> None:
        """Put a question to the person, or take it back."""
        self.question = question
        self._tell()

    async def answer(self, *, accept: bool, text: str = "") -> None:
        """Answer the browser's dialog, where one is open."""
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return
        self.ask(None)
        with suppress(PlaywrightError):
            await (dialog.accept(text) if accept else dialog.dismiss())

    def _listen(self, page: Page) -> None:
        page.on("popup", self._on_popup)
        page.on("close", self._on_close)
        page.on("dialog", self._on_dialog)
        page.on("framenavigated", self._on_way)

    def _forget(self, page: Page) -> None:
        page.remove_listener("popup", self._on_popup)
        page.remove_listener("close", self._on_close)
        page.remove_listener("dialog", self._on_dialog)
        page.remove_listener("framenavigated", self._on_way)

    def _on_popup(self, page: Page) -> None:
        self._below.append(self.page)
        self._listen(page)
        self._switch(self.page, page)

    def _on_close(self, page: Page) -> None:
        if page is not self.page:
            if page in self._below:
                self._below.remove(page)
        elif self._below:
            self._switch(None, self._below.pop())
        else:
            self.closed.set()

    def _on_way(self, _: Any) -> None:
        self._tell()

    def _on_dialog(self, dialog: Dialog) -> None:
        self._dialog = dialog
        self.ask(Question(dialog.type, dialog.message[:1000]))

    def _switch(self, away: Page | None, to: Page) -> None:
        self.page = to
        self.question = None

        async def switch() -> None:
            with suppress(PlaywrightError):
                if away is not None:
                    await away.screencast.stop()
                await self._start(to)

        task = asyncio.ensure_future(switch())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start(self, page: Page) -> None:
        size = page.viewport_size or await page.evaluate(
            "() => ({width: innerWidth, height: innerHeight})"
        )

        def on_frame(frame: Any) -> None:
            if page is self.page:
                self._frame = Frame(frame["data"], frame["viewportWidth"], frame["viewportHeight"])
                self._tell()

        await page.screencast.start(on_frame=on_frame, size=size, quality=QUALITY)

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _keep_veiled(self) -> None:
        while True:
            await asyncio.sleep(VEILING)
            if self._dialog is None:  # a page with a dialog answers nothing else
                await self._veil_once(_VEIL)

    async def unveil(self) -> None:
        """Leave the boxes as the site made them."""
        await self._veil_once(_BARE)

    async def _veil_once(self, script: str) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING):
                for box in self._covered:
                    with suppress(PlaywrightError):  # one that has gone hides no other
                        await box.evaluate_all(script)
