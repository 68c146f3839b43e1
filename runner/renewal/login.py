"""A person signs in by hand, and the session is kept for the runs to come."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

from runner.challenge.handoff import Asked, Ended
from runner.config.model import Account
from runner.flow.library import Site
from runner.page.evidence import Evidence
from runner.page.player import Player
from runner.page.problems import Gone, NeedsOwner
from runner.renewal.deadline import GRACE

if TYPE_CHECKING:
    from runner.browser.session import Session
    from runner.renewal.tools import Tools

LOOKING_EVERY = 0.5
"""Seconds between two looks at a window in which somebody signs in."""
OWNER = "kigen login"
"""Who holds the account meanwhile, as another run is told."""


@dataclass(frozen=True)
class SignedInByHand:
    """How it ended: whether the site shows that the owner is signed in, and how it came about."""

    signed_in: bool
    message: str


async def sign_in_by_hand(
    account: Account, site: Site, tools: Tools, wait: timedelta, *, window: bool
) -> SignedInByHand:
    """Open the sign-in page and let a person do the rest: in the browser's own `window`, or on the
    live page. Raises Busy, Problem, BrowserError and NoPerson; the account is held meanwhile.
    """
    seconds = wait.total_seconds()
    with tools.ledger.leases.acquire(account.name, OWNER, seconds + GRACE):
        async with tools.open_session(account, site.flow, trace=False) as session:
            player = Player(
                session.page,
                site,
                {"account": {"name": account.name, **await _known(account, tools)}},
                evidence=Evidence(tools.evidence_folder, tools.redactor, tools.clock),
                codes=tools.codes(account),
                clock=tools.clock,
            )
            await player.arrive()
            if window:
                ended = await _in_window(session, player, seconds)
            else:
                ended = await _on_live_page(account, site, tools, session, player, wait)
            for cookie in await session.secrets():
                tools.redactor.add(cookie)
            if ended is not Ended.DONE or not await _signed_in(player):
                return SignedInByHand(False, _IN_VAIN[ended])
            session.keep()
            tools.refusals.forget(account.name)
    return SignedInByHand(True, "signed in; the session is kept")


async def _known(account: Account, tools: Tools) -> dict[str, object]:
    """The credentials, which an address may name. A person who types them may have none here."""
    try:
        return dict(await tools.credentials(account))
    except NeedsOwner:
        return {}


async def _in_window(session: Session, player: Player, seconds: float) -> Ended:
    """Wait until the window shows that its owner is signed in, or is closed."""
    try:
        async with asyncio.timeout(seconds):
            while not session.page.is_closed():
                if await _signed_in(player):
                    return Ended.DONE
                await asyncio.sleep(LOOKING_EVERY)
    except TimeoutError:
        return Ended.TOO_LATE
    return Ended.GIVEN_UP


async def _on_live_page(
    account: Account,
    site: Site,
    tools: Tools,
    session: Session,
    player: Player,
    wait: timedelta,
) -> Ended:
    from runner.challenge.handoff_live import LivePage

    assert tools.ask_person is not None  # noqa: S101  the command line always gives one
    asked = Asked(
        account=account.name,
        title=site.flow.title,
        need="login",
        message="",
        run_id=OWNER,
        until=tools.clock() + wait,
        solved=lambda: _signed_in(player),
    )
    return await tools.ask_person(account, asked, LivePage(session.page, player.stage.owns))


async def _signed_in(player: Player) -> bool:
    try:
        return await player.stage.signed_in()
    except (PlaywrightError, Gone):  # the page is being replaced, or is gone
        return False


_IN_VAIN = {
    Ended.DONE: "the site does not show that you are signed in; nothing has changed",
    Ended.GIVEN_UP: "not signed in: it was given up",
    Ended.TOO_LATE: "not signed in: the time is over",
}
