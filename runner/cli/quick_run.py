"""`kigen run …` as it is called day by day, understood without loading the command line library.

That library takes longer to load than the browser takes to start. Whatever is not understood here
is left to it: it knows every option, and explains mistakes.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import Any

from runner.cli import stopping

FLAGS = {
    "--dry-run": "dry_run",
    "--read-only": "read_only",
    "--headed": "headed",
    "--trace": "trace",
    "--json": "as_json",
}
"""Options without a value, and the names of what they ask for."""


def understood(words: list[str]) -> dict[str, Any] | None:
    """What `run …` asks for; None where that is not certain."""
    if len(words) < 2 or words[0] != "run" or words[1] not in ("flow", "all", "due"):
        return None
    asked: dict[str, Any] = {}
    names: list[str] = []
    for word in words[2:]:
        if word in FLAGS:
            asked[FLAGS[word]] = True
        elif word.startswith("-"):
            return None
        else:
            names.append(word)
    if (words[1] == "flow") != bool(names):
        return None
    return {**asked, "flows": tuple(names), "due": words[1] == "due"}


def play(asked: dict[str, Any]) -> int:
    """Play it; gives the exit code. Raises what `run_accounts` raises, and NoWorkspace."""
    # Until its event loop hears of them, signals are noted: nothing here takes long.
    with stopping.hearing(None), ExitStack() as stack:
        # The browser's driver takes the longest to come up. Only `due` looks first whether there is
        # anything to do.
        from runner.browser.early import begun

        early = None if asked["due"] else begun(stack, os.environ)
        from runner.cli.redaction import REDACTOR
        from runner.cli.run import Request, run_accounts
        from runner.config.home import home

        return run_accounts(Request(None, home(os.environ), REDACTOR, **asked), early)
