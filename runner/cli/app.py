"""The command line itself: global options, and commands that are imported when they are called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from runner.cli import stopping
from runner.cli.commands import COMMANDS, OPTIONS, PURPOSE, top_help
from runner.cli.invocation import Invocation, wants_color

_FLAGS = ("-v", "--verbose", "-q", "--quiet", "--no-color")
_WITH_VALUE = "--workspace"
_INTERRUPTED = 130
"""What the library says of whichever signal has stopped a command."""


class Lazy(TyperGroup):
    """Knows its commands by name, and imports one when it is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name in COMMANDS:
            self.commands[name] = TyperGroup(name=name)  # a place; get_command fills it

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command; None where there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"runner.cli.{COMMANDS[cmd_name][0]}")
        return typer.main.get_command(module.app)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The same text that `kigen --help` prints without all of this."""
        formatter.write(top_help())


def group(text: str) -> typer.Typer:
    """An empty command of the common kind, with its one line of help."""
    return typer.Typer(
        help=text,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
    )


app = typer.Typer(
    cls=Lazy,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help=PURPOSE,
)


def _version(asked: bool) -> None:
    if asked:
        from runner.cli.version import text

        print(text())
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace", metavar="DIR", show_default=False, help=OPTIONS["--workspace DIR"]
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help=OPTIONS["-v, --verbose"])
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help=OPTIONS["-q, --quiet"])] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help=OPTIONS["--no-color"])] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=OPTIONS["--version"]),
    ] = False,
) -> None:
    """Take what holds for every command."""
    if verbose and quiet:
        raise typer.BadParameter("--verbose and --quiet contradict each other")
    context.obj = Invocation(
        named_workspace=workspace,
        environment=os.environ,
        level="info" if verbose else "error" if quiet else "warning",
        color=wants_color(os.environ, sys.stdout.isatty(), refused=no_color),
    )


def kigen(words: list[str], name: str) -> int:
    """Run one command line; gives its exit code. Mistakes on the line are shown here."""
    command = typer.main.get_command(app)
    try:
        code = command.main(args=hoisted(words), prog_name=name, standalone_mode=False)
    except typer.TyperException as mistake:
        # What parsing raises can show itself, with the usage; the base class can only be printed.
        show = getattr(mistake, "show", None)
        if show is None:
            raise
        show()
        return 2
    except typer.Abort:
        return stopping.exit_code()
    if code == _INTERRUPTED:
        return stopping.exit_code()
    return code if isinstance(code, int) else 0


def hoisted(words: list[str]) -> list[str]:
    """The words with the global options in front, wherever they stood."""
    front: list[str] = []
    rest: list[str] = []
    todo = list(words)
    while todo:
        word = todo.pop(0)
        if word == "--":
            rest += [word, *todo]
            break
        if word == _WITH_VALUE and todo:
            front += [word, todo.pop(0)]
        elif word in _FLAGS or word.startswith(f"{_WITH_VALUE}="):
            front.append(word)
        else:
            rest.append(word)
    return front + rest
