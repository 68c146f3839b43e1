"""What went wrong, in words for the person at the terminal, and the exit code for the program.

A user's mistake, a name that does not exist, a machine that lacks something: a message, never a
traceback. Whatever is not known here is a fault of the program: its traceback goes into the log.
"""

from __future__ import annotations

import sys

MISTAKE, FAULT = 2, 1

# By name, so that telling an error apart imports nothing.
KNOWN = {
    "runner.flow.mistakes.Mistakes": MISTAKE,
    "runner.flow.library.NoSuchFlow": MISTAKE,
    "runner.config.workspace.NoSuchAccount": MISTAKE,
    "runner.config.workspace.NoWorkspace": MISTAKE,
    "runner.config.secrets.Unresolved": MISTAKE,
    "runner.config.zone.NoZone": MISTAKE,
    "runner.cli.mistake.WrongCall": MISTAKE,
    "runner.views.past.NothingRead": MISTAKE,
    "runner.ledger.errors.NoSuchEntry": MISTAKE,
    "runner.ledger.errors.LedgerError": FAULT,
    "runner.sandbox.errors.NotStarted": FAULT,
    "runner.sandbox.errors.SandboxError": MISTAKE,
    "runner.browser.find.BrowserError": FAULT,
    "runner.browser.keys.NoKey": MISTAKE,
    "runner.challenge.handoff.NoPerson": FAULT,
    "runner.page.problems.Problem": FAULT,
}
"""Exit codes of the errors that a person may meet. The nearest class of an error decides."""


def known(error: BaseException) -> int | None:
    """The exit code of an error that a person may meet; None for a fault of the program."""
    for kind in type(error).__mro__:
        code = KNOWN.get(f"{kind.__module__}.{kind.__qualname__}")
        if code is not None:
            return code
    if isinstance(error, OSError) and error.filename is not None:
        return FAULT
    if isinstance(error, BaseExceptionGroup):  # noqa: SIM102  the two questions differ
        if codes := [known(one) for one in error.exceptions]:
            return None if None in codes else max(code or 0 for code in codes)
    return None


def message(error: BaseException) -> str:
    """What to say of a known error."""
    if isinstance(error, BaseExceptionGroup):
        return "\n".join(dict.fromkeys(message(one) for one in error.exceptions))
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror or error}"
    text = str(error)
    hint = getattr(error, "hint", None)
    return f"{text}\n    {hint}" if hint and hint not in text else text


def report(error: Exception, words: list[str]) -> int:
    """Show an error on standard error; gives the exit code."""
    code = known(error)
    if code is not None:
        print(message(error), file=sys.stderr)
        return code
    from runner.cli.logs import write_fault

    place = write_fault(error, words)
    print(
        f"This should not happen: {type(error).__name__}. The details are in {place}.",
        file=sys.stderr,
    )
    return FAULT
