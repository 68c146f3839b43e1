"""`kigen flows update SOURCE`: newer flows and selectors from a release, beside what is one's own."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.invocation import Invocation, invocation
from runner.cli.mistake import WrongCall

if TYPE_CHECKING:
    from runner.config.update.plan import Change, Does

_WORDS = {
    "replace": "new",
    "beside": "changed by you: the new one is put beside it, as NAME.yaml.new",
    "kept": "changed by you, and the release has nothing new for it",
    "same": "the same",
}


def update(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="A folder, a zip or tar.gz, or its https address."),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> int:
    """Take newer flows and selectors from a release. What you have changed yourself is left alone."""
    from runner.config.update.fetch import release
    from runner.config.update.plan import plan
    from runner.config.update.record import Record
    from runner.config.update.release import BadRelease
    from runner.config.update.replace import recover
    from runner.config.workspace import shipped

    call = invocation(context)
    try:
        if recover(call.folder):
            print("an update that was cut off was taken back first", file=sys.stderr)
        found = plan(release(source), call.folder, shipped(), Record.load(call.folder))
    except BadRelease as bad:
        raise WrongCall(f"the release is not used: {bad}", bad.hint) from None
    return _go_on(call, found, yes=yes)


def _go_on(call: Invocation, changes: list[Change], *, yes: bool) -> int:
    """Show what would be done, ask, do it."""
    from runner.config.update.check import check
    from runner.config.update.replace import replace
    from runner.config.workspace import shipped

    hosts = check(changes, call.folder, shipped())
    for change in changes:
        if change.does in ("replace", "beside"):
            print(change.diff())
            print(f"{change.place}: {_WORDS[change.does]}\n")
    for name, more in hosts.items():
        print(
            f"{name} types passwords and codes on these hosts, which it did not before: {', '.join(more)}"
        )
    counts = Counter(change.does for change in changes)
    if not counts["replace"] and not counts["beside"]:
        print(f"Nothing is newer: {len(changes)} files looked at, {counts['kept']} of them yours.")
        return 0
    if not yes:
        if not sys.stdin.isatty():
            raise WrongCall("nothing was replaced: nobody is here to say so", "say it with --yes")
        if not typer.confirm(_question(counts)):
            raise WrongCall("nothing was replaced: you said no")
    try:
        backup = replace(changes, call.folder, call.now)
    except OSError as error:
        raise WrongCall(f"nothing was replaced: {error}") from None
    print(
        f"{counts['replace']} files are new; {counts['beside']} are beside yours, as NAME.yaml.new."
        + (f" What was there before: {backup}" if backup else "")
    )
    return 0


def _question(counts: Counter[Does]) -> str:
    return f"Write {counts['replace']} new files, and {counts['beside']} beside yours?"
