"""What a run leaves behind: a timeline of steps, pictures, and what the page was when it failed."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

from runner.browser.capture import capture
from runner.values.secret import MASK, Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Locator, Page

    from runner.page.network import Traffic

_TYPED = re.compile(r"^(\s*- (?:textbox|searchbox|spinbutton|combobox)\b.*?:)[ \t]+\S.*$", re.M)
"""A box of an accessibility tree with what was typed into it: nobody needs that, and a code in boxes
of one digit each could be read from it."""
_VEIL = (
    "input:not([type=button], [type=submit], [type=checkbox], [type=radio], [type=image]), textarea, "
    "[contenteditable] { filter: blur(9px) !important; -webkit-text-security: disc !important; }"
)
_PICTURE_TIME = 5000
"""Milliseconds for a picture: a page that can't be drawn must not hold a run up."""


@dataclass
class StepRecord:
    """One played step."""

    path: str
    kind: str
    line: int
    started_at: datetime
    seconds: float = 0.0
    status: str = "running"
    note: str | None = None
    picture: str | None = None


@dataclass
class Evidence:
    """Collects what happened. Every text passes the redactor before it is kept.

    `veiled`: a person has typed into the page, nobody knows where: pictures show no box's content.
    `watched`: its owner looks on, so the timeline is kept with every step.
    """

    folder: Path
    redactor: Redactor
    clock: Callable[[], datetime]
    on_step: Callable[[StepRecord], None] = lambda _: None
    steps: list[StepRecord] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    failure: dict[str, str] = field(default_factory=dict)
    veiled: bool = False
    watched: bool = False
    raw_trace: Path | None = None

    def begin(self, path: str, kind: str, line: int) -> StepRecord:
        """Note that a step begins."""
        record = StepRecord(path, kind, line, self.clock())
        self.steps.append(record)
        self.on_step(record)
        if self.watched:
            with suppress(OSError, ValueError):  # the end of the run tells what can't be kept
                self.keep_timeline()
        return record

    def end(self, record: StepRecord, seconds: float, status: str, note: str | None) -> None:
        """Note how a step ended: `ok`, `skipped` or `failed`."""
        record.seconds, record.status = seconds, status
        record.note = self.redactor.mask(note) if note else None
        self.on_step(record)

    async def picture(
        self, page: Page, name: str, covered: list[Locator], of: Locator | None = None
    ) -> str | None:
        """Keep a picture, with boxes that hold secrets covered; None when the page can't be drawn."""
        file = self.path(f"{len(self.pictures) + 1:02}-{name}.png")
        here = [locator for locator in covered if locator.page == page]
        veil = _VEIL if self.veiled else None
        try:
            if of is not None:
                take = partial(of.screenshot, mask=here, style=veil, timeout=_PICTURE_TIME)
            else:
                take = partial(
                    page.screenshot, mask=here, style=veil, full_page=True, timeout=_PICTURE_TIME
                )
            data = await capture(take)
        except PlaywrightError:
            return None
        write_private(file, data)
        self.pictures.append(file.name)
        if self.steps:
            self.steps[-1].picture = file.name
        return file.name

    async def keep_failure(self, page: Page, covered: list[Locator], traffic: Traffic) -> None:
        """Keep what the page was when a run failed: picture, accessibility tree, console, requests."""
        await self.picture(page, "failure", covered)
        try:
            tree = await page.locator("body").aria_snapshot(timeout=_PICTURE_TIME)
            tree = _TYPED.sub(rf"\1 {MASK}", tree)
        except PlaywrightError:
            tree = "(the page could not be read)"
        self._text("page.yaml", f"# {page.url.split('?', 1)[0]}\n{tree}\n")
        self._text("console.txt", "\n".join(traffic.console) + "\n")
        self._text("requests.txt", "\n".join(traffic.failed) + "\n")

    def keep_timeline(self) -> None:
        """Keep the timeline as JSON beside the report."""
        # To the millisecond: a secret of digits could be found within a longer number, and masked there.
        steps = [{**asdict(step), "seconds": round(step.seconds, 3)} for step in self.steps]
        text = json.dumps(steps, ensure_ascii=False, default=str, indent=1)
        write_private(self.path("steps.json"), self.redactor.mask(text).encode())

    def path(self, name: str) -> Path:
        """A file of this run's folder, which is made when it is first needed."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder / name

    def _text(self, name: str, text: str) -> None:
        write_private(self.path(name), self.redactor.mask(text).encode())
        self.failure[name] = name


def write_private(file: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    part = file.with_name(file.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
    part.replace(file)


__all__ = ["Evidence", "StepRecord", "write_private"]
