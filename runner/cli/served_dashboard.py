"""The dashboard of `kigen serve`: served meanwhile, and never in the way of the runs."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from loguru import logger

from runner.browser.files import write_private
from runner.browser.keys import Keys, NoKey
from runner.cli.targets import secrets_of
from runner.config.dashboard import Dashboard
from runner.config.home import Home
from runner.config.workspace import Workspace
from runner.flow.mistakes import Mistakes
from runner.values.secret import Redactor

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from starlette.types import ASGIApp

    from runner.config.live import Settings
    from runner.ledger.ledger import Ledger
    from runner.web.desk import Runs
    from runner.web.door import Door

AGAIN = 60.0
"""Seconds until an address that was taken is tried again."""


def wanted(workspace: Workspace) -> Dashboard | None:
    """The dashboard as config.yaml wants it; None where it wants none."""
    given = workspace.config.dashboard
    return (Dashboard() if given else None) if isinstance(given, bool) else given


def door_of(
    config: Dashboard,
    workspace: Workspace,
    home: Home,
    redactor: Redactor,
    key: bytes,
    clock: Callable[[], datetime],
) -> Door:
    """Who is let in. Raises Unresolved where the password that config.yaml names can't be had."""
    from runner.web.door import Door
    from runner.web.links import key_for
    from runner.web.password import Password
    from runner.web.proxy import Proxy
    from runner.web.sessions import Sessions
    from runner.web.tokens import Tokens

    given = None
    if config.password is not None:
        given = partial(secrets_of(workspace, home, redactor).fetch, config.password)
        given()
    proxy, named = None, config.proxy
    if named is not None:
        proxy = Proxy(named.header, tuple(named.networks), frozenset(named.users))
    return Door(
        Sessions(home.folder, clock),
        Tokens(home.folder, clock),
        Password(home.folder, key_for("dashboard password", key), given),
        proxy,
        secure=(config.url or "").startswith("https://"),
    )


def check(workspace: Workspace, home: Home) -> None:
    """Raises Mistakes where a dashboard that others reach asks for neither password nor proxy."""
    config = wanted(workspace)
    if config is None or config.for_this_machine or config.password:
        return
    from runner.web.password import Password

    if not config.signed_in_elsewhere and not Password(home.folder, b"").is_set:
        raise Mistakes(
            [
                workspace.source.mistake(
                    ("dashboard", "listen"),
                    "others reach this address, and nothing keeps them out",
                    "set a password first (`kigen dashboard password`, or `dashboard: password:`), "
                    "or name whom a `proxy:` signs in",
                )
            ]
        )


@asynccontextmanager
async def dashboard_served(
    settings: Settings,
    ledger: Ledger,
    home: Home,
    redactor: Redactor,
    runs: Runs,
    clock: Callable[[], datetime],
    again: float = AGAIN,
) -> AsyncIterator[None]:
    """Serve the pages meanwhile, unless config.yaml wants none. Where the address is taken, it is
    tried `again` after so many seconds. Raises Unresolved."""
    config = wanted(settings.workspace)
    if config is None:
        yield
        return
    keys = Keys(home.folder, os.environ)
    door = partial(door_of, config, settings.workspace, home, redactor, clock=clock)
    try:
        door(key=keys.all()[0])
    except NoKey as error:  # the runs matter more
        logger.error("the dashboard is not served: {}", error)
        yield
        return

    def app(port: int) -> tuple[ASGIApp, str]:
        from runner.cli.rekeyed import Rekeyed
        from runner.web.dashboard import dashboard
        from runner.web.desk import Desk
        from runner.web.pages import Pages

        pages = Pages(config.base(port), settings.workspace.config.language, settings)

        def made(key: bytes) -> ASGIApp:
            return dashboard(Desk(settings, ledger, home, clock, runs, key), pages, door(key=key))

        return Rekeyed(keys, made), pages.base

    serving_it = asyncio.ensure_future(_serve(config, app, _note(home), again))
    try:
        yield
    finally:
        serving_it.cancel()
        with suppress(asyncio.CancelledError):
            await serving_it


async def _serve(
    config: Dashboard, app: Callable[[int], tuple[ASGIApp, str]], note: Path, again: float
) -> None:
    """Until it is cancelled. `note` holds the address meanwhile."""
    from runner.web.serve import serving

    try:
        listener = await _listener(config, again)
        served, base = app(listener.getsockname()[1])
        async with serving(served, listener):
            with _noted(note, base):
                await asyncio.Event().wait()
    except Exception:  # the runs go on, whatever is wrong with a page
        logger.exception("the dashboard is no longer served")


@contextmanager
def _noted(note: Path, base: str) -> Iterator[None]:
    """Say where it is served, in a file that is locked while that is so."""
    write_private(note, base.encode())
    with note.open() as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        logger.info("the dashboard is at {}; `kigen dashboard` gives a link that signs in", base)
        try:
            yield
        finally:
            note.unlink(missing_ok=True)


async def _listener(config: Dashboard, again: float) -> socket.socket:
    """A socket on the address, as soon as nobody else has it."""
    from runner.web.serve import NotServed, listening

    told = False
    while True:
        try:
            return listening(config.host, config.port)
        except NotServed as error:
            if not told:
                logger.error("the dashboard is not served yet, and is tried again: {}", error)
            told = True
            await asyncio.sleep(again)


def address_of(home: Home) -> str | None:
    """Where the dashboard of this home is served just now; None where it is not."""
    try:
        with _note(home).open() as note:
            try:
                fcntl.flock(note, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return note.read()
    except FileNotFoundError:
        pass
    return None  # or it died before it could take its note away


def _note(home: Home) -> Path:
    return home.folder / "dashboard" / "address"
