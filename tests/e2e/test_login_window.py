"""`kigen login` in a window: it is watched until its owner is signed in, closes it, or takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from playwright.async_api import Page

from runner.browser.session import Session
from runner.cli.browsers import Browsers
from runner.cli.engine import Engine
from runner.cli.hand_off import live_pages_of
from runner.cli.main import main
from runner.cli.progress import Progress
from runner.cli.wiring import Wiring
from runner.config.home import Home
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.renewal.login import SignedInByHand, sign_in_by_hand
from runner.sandbox import control
from runner.values.secret import Redactor
from tests.e2e.world import World

Person = Callable[[Page], Awaitable[None]]


def login(world: World, person: Person, wait: float = 60) -> SignedInByHand:
    """The command's own way, with a browser whose window the test can reach into."""
    return asyncio.run(_login(world, person, wait))


async def _login(world: World, person: Person, wait: float) -> SignedInByHand:
    workspace, home, redactor = Workspace.open(world.write()), Home(world.home), Redactor()
    account, site = workspace.account(world.name)
    async with AsyncExitStack() as stack:
        engine = await Engine.begin(stack)
        browsers = Browsers(engine, workspace, home, headed=False)
        browsers.begin([(account, site.flow)])
        ledger = stack.enter_context(Ledger.open(home.ledger))
        progress = Progress(io.StringIO())
        wiring = Wiring(
            workspace,
            home,
            ledger,
            browsers.open_session,
            progress.step,
            redactor,
            live_pages_of(workspace, home, stack, redactor, progress),
        )
        wiring.begin_credentials(account)

        @asynccontextmanager
        async def open_session(*args: Any, **more: Any) -> AsyncIterator[Session]:
            async with browsers.open_session(*args, **more) as session:
                sitting = asyncio.ensure_future(person(session.page))
                try:
                    yield session
                finally:
                    sitting.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await sitting

        tools = replace(wiring.tools_of_login(), open_session=open_session)
        return await sign_in_by_hand(account, site, tools, timedelta(seconds=wait), window=True)


def test_who_signs_in_in_the_window_is_kept(world: World) -> None:
    secrets = control.secrets(world.home, "docomo")

    async def person(page: Page) -> None:
        await page.locator(".mydcm_login_normal").first.click()
        await page.locator("#Di_Uid").fill(secrets["id"])
        await page.locator("#Di_Uid").press("Enter")
        await page.locator("#Di_Pass").fill(secrets["password"])
        await page.locator("#Di_Pass").press("Enter")
        await page.locator(".input_code").first.wait_for()
        message = control.sms(world.home, "docomo")
        assert message is not None
        await page.locator(".input_code").first.press_sequentially(message.text.split("：")[1][:6])
        await page.keyboard.press("Enter")

    world.config["credentials"]["password"] = {"command": ["false"]}
    assert login(world, person).signed_in
    assert world.events("signed_in") == 1
    world.config["credentials"]["password"] = {"command": ["echo", "never-typed"]}
    told = world.run("renewed")
    assert told.json["notes"][0] == "the session still held"
    assert (world.events("signed_in"), world.events("wrong_password")) == (1, 0)


def test_a_window_that_is_closed_is_given_up(world: World) -> None:
    async def person(page: Page) -> None:
        await page.locator(".mydcm_login_normal").first.wait_for()
        await page.close()

    ended = login(world, person)
    assert (ended.signed_in, ended.message) == (False, "not signed in: it was given up")


def test_nobody_waits_for_ever(world: World) -> None:
    async def person(_: Page) -> None:
        return

    ended = login(world, person, wait=2)
    assert (ended.signed_in, ended.message) == (False, "not signed in: the time is over")


def test_an_account_that_is_in_use_is_left_alone(world: World) -> None:
    err = io.StringIO()
    folder = str(world.write())
    with (
        Ledger.open(Home(world.home).ledger) as ledger,
        ledger.leases.acquire("docomo", "another run", 60),
        contextlib.redirect_stderr(err),
    ):
        assert main(["login", "docomo", "--live", "--workspace", folder]) == 5
    assert "another run" in err.getvalue()
    assert main(["login", "dokomo", "--live", "--workspace", folder]) == 2
