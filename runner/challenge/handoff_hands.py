"""A person's hands on a live page: pointer, keys, text and scrolling.

What they type is theirs: it is told to nobody but the page, and to the one who masks it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Literal

from playwright.async_api import Error as PlaywrightError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from runner.challenge.handoff_live import LivePage, Question

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle

Share = Annotated[float, Field(ge=0, le=1)]
"""A place on the page, as a share of its width or height: no two screens have the same size."""
Delta = Annotated[float, Field(ge=-5000, le=5000)]

KEYS = (
    "Enter", "Tab", "Backspace", "Delete", "Escape", "Home", "End", "PageUp", "PageDown",
    "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown",
)  # fmt: skip
"""Keys that act inside a page. No key leads away from it."""


class Move(BaseModel):
    """One thing that a hand does. Whatever else is sent is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Pointer(Move):
    """The pointer is somewhere, or its button goes down or up there."""

    do: Literal["move", "down", "up"]
    x: Share
    y: Share


class Wheel(Move):
    """Scroll, in CSS pixels."""

    do: Literal["wheel"]
    x: Share
    y: Share
    dx: Delta = 0
    dy: Delta = 0


class Key(Move):
    """A key that writes nothing. `all`: select all that is in the box."""

    do: Literal["key"]
    key: Literal[KEYS]  # type: ignore[valid-type]  # the tuple above is constant
    shift: bool = False


class Text(Move):
    """Text that was typed, pasted, or put together by an input method."""

    do: Literal["text"]
    text: str = Field(min_length=1, max_length=10_000)


class SelectAll(Move):
    """Select all that is in the box."""

    do: Literal["all"]


class Choose(Move):
    """Take one of a list's choices; -1 leaves it as it is."""

    do: Literal["choose"]
    index: int = Field(ge=-1, le=10_000)


class Answer(Move):
    """Answer the browser's dialog."""

    do: Literal["answer"]
    accept: bool
    text: str = Field("", max_length=1000)


AnyMove = Pointer | Wheel | Key | Text | SelectAll | Choose | Answer
_MOVES: TypeAdapter[AnyMove] = TypeAdapter(Annotated[AnyMove, Field(discriminator="do")])

_FOCUSED_LIST = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return document.hasFocus() && at instanceof HTMLSelectElement && !at.multiple ? at : null;
}"""
_CHOICES = """list => ({
  choices: [...list.options].map(option => option.label.slice(0, 200)),
  chosen: list.selectedIndex,
})"""


def read_move(text: str) -> AnyMove:
    """A move from its JSON. Raises ValueError, which does not repeat what was sent."""
    try:
        return _MOVES.validate_json(text)
    except ValueError:
        raise ValueError("this is no move of a hand") from None


class Hands:
    """Does on a live page what a person does. `typed` gets what they typed, word by word."""

    def __init__(self, live: LivePage, typed: Callable[[str], None]) -> None:
        self._live, self._typed = live, typed
        self._word = ""
        self._list: ElementHandle | None = None

    async def do(self, move: AnyMove) -> None:
        """Do one thing. A page that is just being replaced takes no notice, and that is all right."""
        with suppress(PlaywrightError):
            await self._do(move)

    def rest(self) -> None:
        """Nothing more comes: tell the last word too."""
        word, self._word = self._word, ""
        if word:
            self._typed(word)

    async def _do(self, move: AnyMove) -> None:
        page = self._live.page
        match move:
            case Pointer():
                await self._point(move)
            case Wheel():
                await page.mouse.move(*self._place(move))
                await page.mouse.wheel(move.dx, move.dy)
            case Text():
                self._word += move.text
                if len(move.text) > 1:
                    self._typed(move.text)
                    await page.keyboard.insert_text(move.text)
                else:  # some boxes listen to keys only
                    await page.keyboard.type(move.text)
            case Key(key="Backspace"):
                await page.keyboard.press("Backspace")
                self._typed(self._word)
                self._word = self._word[:-1]
            case Key():
                self.rest()
                await page.keyboard.press(f"Shift+{move.key}" if move.shift else move.key)
            case SelectAll():
                self.rest()
                await page.keyboard.press("ControlOrMeta+a")
            case Choose():
                await self._choose(move.index)
            case Answer():
                await self._live.answer(accept=move.accept, text=move.text)

    async def _point(self, move: Pointer) -> None:
        mouse, (x, y) = self._live.page.mouse, self._place(move)
        await mouse.move(x, y)
        if move.do == "down":
            self.rest()
            await mouse.down()
        elif move.do == "up":
            await mouse.up()
            await self._look_for_list(x, y)

    def _place(self, move: Pointer | Wheel) -> tuple[float, float]:
        width, height = self._live.size
        return move.x * width, move.y * height

    async def _look_for_list(self, x: float, y: float) -> None:
        """A list's choices are drawn by the system, in no picture: hand them over as a question."""
        for frame in self._live.page.frames:
            found = (await frame.evaluate_handle(_FOCUSED_LIST)).as_element()
            box = await found.bounding_box() if found is not None else None
            if found is None or box is None:
                continue
            if (
                box["x"] <= x <= box["x"] + box["width"]
                and box["y"] <= y <= box["y"] + box["height"]
            ):
                self._list = found
                of = await found.evaluate(_CHOICES)
                self._live.ask(Question("list", "", tuple(of["choices"]), of["chosen"]))
                return

    async def _choose(self, index: int) -> None:
        chosen, self._list = self._list, None
        self._live.ask(None)
        if chosen is None:
            return
        await self._live.page.keyboard.press("Escape")
        if index >= 0:
            await chosen.select_option(index=index)
