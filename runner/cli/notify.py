"""`kigen notify test [TARGET]` and `kigen notify outbox`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.mistake import WrongCall
from runner.cli.options import Json

if TYPE_CHECKING:
    from runner.ledger.ledger import Ledger
    from runner.ledger.records import Letter

app = group(COMMANDS["notify"][1])


@app.command("test")
def send_test(
    context: typer.Context,
    target: Annotated[str | None, typer.Argument(metavar="TARGET", show_default=False)] = None,
) -> int:
    """Send a test message to every target, or to one, and tell how it went."""
    from runner.cli.targets import SENDING_TIME, secrets_of, targets_of, templates_of
    from runner.config.secrets import Unresolved
    from runner.flow.mistakes import did_you_mean, listed
    from runner.notify.events import Event
    from runner.notify.messages import compose
    from runner.notify.send import AppriseSender, Delivered, Refused

    call = invocation(context)
    workspace = call.workspace
    targets = targets_of(workspace, secrets_of(workspace, call.home, call.redactor))
    if not targets:
        raise WrongCall("config.yaml names no target under `notify`", "see docs/notifications.md")
    if target is not None and target not in targets:
        hint = did_you_mean(target, targets) or f"targets: {listed(targets)}"
        raise WrongCall(f"there is no target `{target}`", hint)
    event = Event("test", account="kigen", title="Kigen", at=call.now().astimezone(call.zone))
    failed = 0
    for name in [target] if target else targets:
        message = compose(event, targets[name].language, templates_of(workspace))
        answer: Delivered | Refused
        try:
            answer = AppriseSender(time_limit=SENDING_TIME)(targets[name].url(), message, None)
        except Unresolved as error:
            answer = Refused(f"its address can't be fetched: {error}")
        failed += isinstance(answer, Refused)
        print(f"{name}: {answer.reason if isinstance(answer, Refused) else 'delivered'}")
    return 1 if failed else 0


@app.command()
def outbox(
    context: typer.Context,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try all of them again now, those given up too.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Show the messages that have not arrived: those that wait, and those that were given up."""
    call = invocation(context)
    with call.ledger() as ledger:
        if retry:
            _retry(call, ledger)
        letters = ledger.outbox.list(limit=1000)
    if as_json:
        print_json([_facts(letter) for letter in letters])
    elif letters:
        print(_table(letters, call))
    else:
        print("No message waits.")
    return 0


def _retry(call: Invocation, ledger: Ledger) -> None:
    """Send now what waits. A letter that was given up goes out as a new one; it stays on record."""
    from runner.cli.targets import deliver_now, secrets_of

    for letter in ledger.outbox.list(limit=1000):
        ledger.outbox.again(letter, by="kigen notify")
    workspace = call.workspace
    secrets = secrets_of(workspace, call.home, call.redactor)
    deliver_now(workspace, secrets, ledger, call.now)


def _facts(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "event": letter.event,
        "account": letter.account,
        "target": letter.target,
        "state": letter.state,
        "attempts": letter.attempts,
        "created_at": letter.created_at.isoformat(),
        "next_at": letter.next_at.isoformat() if letter.state == "waiting" else None,
        "last_error": letter.last_error,
    }


def _table(letters: list[Letter], call: Invocation) -> str:
    from runner.cli.table import Cell, Column, room_of, table

    columns = [
        Column("since"),
        Column("event"),
        Column("account", least=8, rank=2),
        Column("target", least=8),
        Column("state"),
        Column("tries", right=True, rank=3),
        Column("why", least=12, rank=1),
    ]
    zone = call.zone
    rows: list[list[str | Cell]] = [
        [
            f"{letter.created_at.astimezone(zone):%m-%d %H:%M}",
            letter.event,
            letter.account or "–",
            letter.target,
            Cell(letter.state.replace("_", " "), "bad" if letter.state == "given_up" else "warn"),
            str(letter.attempts),
            letter.last_error or _waits(letter, call),
        ]
        for letter in letters
    ]
    return table(columns, rows, room=room_of(), color=call.color)


def _waits(letter: Letter, call: Invocation) -> str:
    """Why it has not even been tried: quiet hours."""
    held = letter.state == "waiting" and letter.next_at > call.now()
    return f"kept until {letter.next_at.astimezone(call.zone):%H:%M}" if held else ""
