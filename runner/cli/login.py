"""`kigen login ACCOUNT`: a person signs in by hand, and the session is kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli import stopping
from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation
from runner.cli.mistake import WrongCall

if TYPE_CHECKING:
    from runner.config.workspace import Workspace

app = group(COMMANDS["login"][1])

NEEDS_YOU = 3
"""The exit code for one who has not signed in: the same as that of a run that needs its owner."""


@app.command(help=f"{COMMANDS['login'][1]} Passwords and codes are typed by you, and kept nowhere.")
def login(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="As config.yaml names it.")],
    headed: Annotated[
        bool | None,
        typer.Option(
            "--headed/--live",
            help="In a window of the browser, or on a live page for another browser; else a window "
            "where there is a screen.",
            show_default=False,
        ),
    ] = None,
) -> int:
    call = invocation(context)
    window = _window_here(call.workspace) if headed is None else headed
    return stopping.run(_login(call, account, window))


async def _login(call: Invocation, name: str, window: bool) -> int:
    from runner.cli.browsers import Browsers
    from runner.cli.engine import Engine
    from runner.cli.hand_off import live_pages_of
    from runner.cli.logs import set_up
    from runner.cli.progress import Progress
    from runner.cli.wiring import Wiring
    from runner.config.hand_off import HandOff
    from runner.ledger.errors import Busy
    from runner.renewal.login import sign_in_by_hand

    workspace, logs = call.workspace, call.workspace.config.logs
    set_up(call.home.logs, call.redactor, shown=call.level, written=logs.level, keep=logs.keep)
    account, site = workspace.account(name)
    if site.flow.kept_by == "owner":
        raise WrongCall(f"`{name}` has no site to sign in to", "`kigen renewed` takes your word")
    progress = Progress(quiet=call.quiet)
    async with AsyncExitStack() as stack:
        engine = await Engine.begin(stack)
        browsers = Browsers(engine, workspace, call.home, headed=window)
        browsers.begin([(account, site.flow)])
        ledger = stack.enter_context(call.ledger())
        wiring = Wiring(
            workspace,
            call.home,
            ledger,
            browsers.open_session,
            progress.step,
            call.redactor,
            live_pages_of(workspace, call.home, stack, call.redactor, progress),
        )
        wiring.begin_credentials(account)
        if window:
            progress.say(f"{name}: sign in, in the window that opens; it closes by itself")
        wait = (account.hand_off or HandOff()).wait
        try:
            ended = await sign_in_by_hand(
                account, site, wiring.tools_of_login(), wait, window=window
            )
        except Busy as busy:
            progress.clear()
            print(f"{name}: {busy}", file=sys.stderr)
            return 5
    progress.clear()
    print(f"{name}: {ended.message}")
    return 0 if ended.signed_in else NEEDS_YOU


def _window_here(workspace: Workspace) -> bool:
    """Whether there is a screen, and a browser that can show a window on it."""
    from runner.browser.find import BrowserError, find

    if not _screen(os.environ, sys.platform):
        return False
    try:
        find(_configured(workspace), True, os.environ)
    except BrowserError:
        return False
    return True


def _screen(environment: Mapping[str, str], platform: str) -> bool:
    """Whether windows can be shown to the person who called."""
    if environment.get("SSH_CONNECTION") and platform != "linux":
        return False  # it would open on a desk where nobody may sit
    if platform in ("darwin", "win32"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _configured(workspace: Workspace) -> Path | None:
    return workspace.config.browser.path
