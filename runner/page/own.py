"""Whose page it is. What is typed goes to the account's own hosts alone, over HTTPS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.page.patience import NotYet
from runner.page.problems import WrongHost
from runner.page.stage import Stage

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Locator

_TELLING = 3
"""Characters. A shorter text may stand anywhere: a single digit of a code gives nothing away."""
_DOTS = "e => e.style.setProperty('-webkit-text-security', 'disc', 'important')"
"""Whoever draws the page from now on (a picture, a trace, a person looking on) sees dots."""


def see_own_page(stage: Stage) -> None:
    """Raises WrongHost unless the page is the account's own: before anything is asked for it."""
    _see_own(stage, stage.page.url)


async def hold_own(stage: Stage, box: Locator, timeout: float) -> ElementHandle:
    """The element of a box, after seeing that every frame around it is the account's own.

    It is the element that is held, not its place: should the page change hands in between, what is
    done with it fails. Raises WrongHost, or NotYet.
    """
    element = await box.element_handle(timeout=timeout)
    page = box.page
    # Where there is but one frame, nobody has to be asked which it is: the browser tells of a frame
    # before it gives an element of it.
    frame = page.main_frame if page.frames == [page.main_frame] else await element.owner_frame()
    if frame is None:
        raise NotYet("the box has left the page")
    while frame is not None:
        _see_own(stage, frame.url)
        frame = frame.parent_frame
    return element


async def type_secret(stage: Stage, box: Locator, text: str, timeout: float) -> None:
    """Type a secret into a box of the account's own, where nobody who looks on can read it."""
    element = await hold_own(stage, box, timeout)
    cover(stage, text, box)
    await element.evaluate(_DOTS)
    await element.fill(text, timeout=timeout)


def cover(stage: Stage, text: str, box: Locator | None = None) -> None:
    """Cover a secret in pictures: its box, and the secret itself wherever the page shows it."""
    if box is not None:
        stage.covered.append(box)
    if len(text) >= _TELLING:
        stage.covered.append(stage.page.get_by_text(text))


def _see_own(stage: Stage, url: str) -> None:
    if not stage.owns(url):
        raise WrongHost(
            f"something was about to be typed on {url.split('?', 1)[0].split('#', 1)[0]}, "
            "which is not one of the flow's own hosts over HTTPS; nothing was typed",
            hint="if this address is the provider's, add it to the flow's `hosts`; "
            "if it only looks like it, tell the provider",
        )
