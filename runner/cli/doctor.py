"""`kigen doctor`: whether this machine, the settings and the ledger are fit for runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from runner.cli import stopping
from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.options import Json

if TYPE_CHECKING:
    from pathlib import Path

    from runner.browser.check import Fact
    from runner.config.workspace import Workspace
    from runner.flow.mistakes import Mistake

app = group(COMMANDS["doctor"][1])

ESSENTIAL = frozenset(
    {"driver", "browser", "page", "state folder", "config", "ledger", "clock", "time zone"}
)
"""Without these no run can end well; the others are warnings."""


@app.command(help=COMMANDS["doctor"][1])
def doctor(context: typer.Context, as_json: Json = False) -> int:
    """Check, and draw one small page to be sure."""
    call = invocation(context)
    found = list(_facts(call))
    fit = all(fact.ok for fact in found if fact.name in ESSENTIAL)
    if as_json:
        facts = [
            {
                "name": fact.name,
                "value": fact.value,
                "ok": fact.ok,
                "essential": fact.name in ESSENTIAL,
                "hint": fact.hint if not fact.ok else None,
            }
            for fact in found
        ]
        print_json({"fit": fit, "facts": facts})
    else:
        print(_table(found, call))
    return 0 if fit else 1


def _facts(call: Invocation) -> Iterator[Fact]:
    from runner.browser.check import Fact, facts

    config, workspace = _config(call)
    configured = workspace.config.browser.path if workspace else None
    machine = facts(call.environment, call.home.folder, call.now, configured)
    yield from machine
    if all(fact.ok for fact in machine if fact.name in ("driver", "browser")):
        yield _page(call, configured)
    yield config
    if workspace is not None:
        from runner.cli.doctor_around import around

        yield from _no_zone(call)
        yield from around(workspace, call.home, call.redactor)
    yield (
        _ledger(call)
        if all(f.ok for f in machine if f.name == "state folder")
        else Fact("ledger", "not looked at", False, "First make the state folder usable.")
    )


def _config(call: Invocation) -> tuple[Fact, Workspace | None]:
    """How the settings are, and they themselves where they can be read."""
    from runner.browser.check import Fact
    from runner.config.workspace import NoWorkspace
    from runner.flow.mistakes import Mistakes

    try:
        workspace = call.workspace
        wrong = [*workspace.mistakes(), *_authenticators(call)]
    except NoWorkspace as none:
        return Fact("config", "none", call.named_workspace is None, str(none)), None
    except Mistakes as mistakes:
        return Fact("config", str(call.folder), False, str(mistakes)), None
    value = f"{call.folder / 'config.yaml'}, accounts: {len(workspace.account_names)}"
    return Fact("config", value, not wrong, str(Mistakes(wrong))), workspace


def _authenticators(call: Invocation) -> Iterator[Mistake]:
    """Authenticators' secrets that can give no codes, wherever they are kept."""
    from runner.cli.targets import secrets_of
    from runner.config.authenticators import EVERYWHERE, check_authenticators

    secrets = secrets_of(call.workspace, call.home, call.redactor)
    for account in call.workspace.accounts.values():
        yield from check_authenticators(account, call.workspace.source, secrets, EVERYWHERE)


def _no_zone(call: Invocation) -> Iterator[Fact]:
    """That neither the settings nor the machine say by which clock days are counted."""
    from runner.browser.check import Fact
    from runner.config.zone import NoZone

    try:
        _ = call.zone
    except NoZone as none:
        yield Fact("time zone", "not known", False, f"{none}. {none.hint}")


def _page(call: Invocation, configured: Path | None) -> Fact:
    from runner.browser.check import Fact, try_page
    from runner.browser.find import BrowserError, find

    try:
        trial = stopping.run(try_page(find(configured, False, call.environment)))
    except BrowserError as error:
        return Fact("page", "could not be drawn", False, str(error))
    signs = "" if trial.glyphs else ", Japanese signs as empty boxes"
    return Fact("page", f"drawn in {trial.seconds:.1f} s{signs}", True)


def _ledger(call: Invocation) -> Fact:
    from runner.browser.check import Fact
    from runner.ledger.errors import LedgerError

    try:
        with call.ledger() as ledger:
            lost = len(ledger.outbox.list(("given_up",)))
    except LedgerError as error:
        return Fact("ledger", str(call.home.ledger), False, str(error))
    note = f", {lost} messages undelivered (`kigen notify outbox`)" if lost else ""
    return Fact("ledger", f"{call.home.ledger}{note}", True)


def _table(found: list[Fact], call: Invocation) -> str:
    from runner.cli.table import Cell, Column, room_of, table

    columns = [Column("what"), Column("state"), Column("found", least=20)]
    rows: list[list[str | Cell]] = []
    hints = []
    for fact in found:
        essential = fact.name in ESSENTIAL
        word, style = (
            ("ok", "good") if fact.ok else ("missing", "bad") if essential else ("look", "warn")
        )
        rows.append([fact.name, Cell(word, style), fact.value])
        if not fact.ok:
            hints.append(f"\n{fact.name}: {fact.hint}")
    return "\n".join([table(columns, rows, room=room_of(), color=call.color), *hints])
