"""All commands at a glance: what `kigen --help` shows without importing a single one of them.

A test holds this table against the modules themselves.
"""

from __future__ import annotations

PURPOSE = "Keeps prepaid lines alive: signs in, reads, renews in time, and tells you."

COMMANDS = {
    "run": ("run_command", "Play flows: sign in, read, renew what is due."),
    "try": (
        "try_command",
        "Try a flow on its live portal: look only, and keep what can be shared.",
    ),
    "status": ("status", "Show every line: balance, days left, last and next run."),
    "plan": ("plan", "Show what will be done with every line, when, and what it costs."),
    "schedule": ("schedule", "Show the next runs, and have them started by themselves."),
    "serve": ("serve", "Run every account when its time has come, until told to stop."),
    "dashboard": ("dashboard", "Sign in to the dashboard that `kigen serve` serves."),
    "history": ("history", "Show what happened to an account, with curves."),
    "pause": ("pause", "Leave lines as they are for a while: not renewed, not told of."),
    "resume": ("resume", "Go on with lines that are paused."),
    "code": ("code", "Hand a one-time code to the run that waits for it."),
    "approve": ("approve", "Approve a renewal that waits for you, or refuse it."),
    "resolve": ("resolve", "Say how a payment ended that nobody else can tell."),
    "renewed": ("renewed", "Say until when a line lasts that you have renewed by hand."),
    "voucher": ("voucher", "Keep prepaid codes in stock, to pay renewals with."),
    "flows": ("flows", "List, show, check and update flows."),
    "schema": ("schemas", "Print the JSON Schemas for editors."),
    "export": ("export", "Hand records on to other programs."),
    "login": ("login", "Sign in by hand, and keep the session."),
    "session": ("session", "Show saved sessions, drop them, or bring one of your own browser."),
    "passkey": ("passkey", "Add passkeys that sign in without password or code."),
    "keys": ("keys", "Show where the key of saved sessions is, and change it."),
    "notify": ("notify", "Test targets; see messages that have not arrived."),
    "init": ("init", "Make a workspace of your own."),
    "setup": ("setup_command", "See to it that a browser and a Japanese font are there."),
    "doctor": ("doctor", "Check this machine, the settings and the ledger."),
    "sandbox": ("sandbox_command", "Serve and steer the practice portals."),
    "version": ("version_command", "Print the version."),
}
"""Name → module in this room, and one line of help."""

OPTIONS = {
    "--workspace DIR": "The folder with config.yaml; else KIGEN_WORKSPACE, or found from here.",
    "-v, --verbose": "Say more on standard error.",
    "-q, --quiet": "Say only what went wrong.",
    "--no-color": "No colours; NO_COLOR does the same.",
    "--version": "Print the version and exit.",
    "--help": "Show this message and exit.",
}
"""The options of `kigen` itself. They may stand anywhere on the line."""


def top_help() -> str:
    """The text of `kigen --help`."""
    rows = {name: text for name, (_, text) in COMMANDS.items()}
    return "\n".join(
        [
            "Usage: kigen [OPTIONS] COMMAND [ARGS]...",
            "",
            f"  {PURPOSE}",
            "",
            "Options:",
            *_listed(OPTIONS),
            "",
            "Commands:",
            *_listed(rows),
            "",
            "`kigen COMMAND --help` tells more of each.",
        ]
    )


def _listed(rows: dict[str, str]) -> list[str]:
    longest = max(len(name) for name in rows)
    return [f"  {name:{longest}}  {text}" for name, text in rows.items()]
