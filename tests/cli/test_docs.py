"""docs/cli.md names every command with an example that can be read, and the true exit codes."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from runner.cli.commands import COMMANDS
from runner.renewal.outcome import EXIT_CODES
from runner.views.danger import Danger

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `kigen ([^`]+)` \|", PAGE, re.MULTILINE)


def commands() -> dict[tuple[str, ...], Any]:
    """Every command by its words."""
    found: dict[tuple[str, ...], Any] = {}
    for name, (module, _) in COMMANDS.items():
        command: Any = typer.main.get_command(import_module(f"runner.cli.{module}").app)
        parts = getattr(command, "commands", None)
        if parts is None:
            found[(name,)] = command
        else:
            if command.invoke_without_command:
                found[(name,)] = command
            found |= {(name, part): one for part, one in parts.items()}
    return found


def test_every_command_has_an_example() -> None:
    shown = {tuple(shlex.split(example)) for example in EXAMPLES}
    missing = [words for words in commands() if not any(s[: len(words)] == words for s in shown)]
    assert missing == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_can_be_parsed(example: str) -> None:
    words = tuple(shlex.split(example))
    name, command = next((n, c) for n, c in commands().items() if words[: len(n)] == n)
    command.make_context("kigen", list(words[len(name) :]))


def test_exit_codes() -> None:
    rows = re.findall(r"^\| (\d) \| ([a-z_, ]+) \|", PAGE, re.MULTILINE)
    told = {outcome: int(code) for code, outcomes in rows for outcome in outcomes.split(", ")}
    assert told == EXIT_CODES


def test_words_of_status_in_their_order() -> None:
    section = PAGE.split("## Status")[1].split("## Exit codes")[0]
    words = re.findall(r"^\| ([a-z ]+) \|", section, re.MULTILINE)
    assert words[1:] == [danger.word for danger in Danger]
