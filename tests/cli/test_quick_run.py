"""The quick way to `kigen run` asks for the same as the command line library would, or steps aside."""

from __future__ import annotations

from typing import Any

import pytest
from typer.main import get_command

from runner.cli.quick_run import FLAGS, understood
from runner.cli.run_command import app


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("run flow docomo", {"flows": ("docomo",), "due": False}),
        ("run flow a b --dry-run", {"flows": ("a", "b"), "due": False, "dry_run": True}),
        (
            "run all --json --read-only",
            {"flows": (), "due": False, "as_json": True, "read_only": True},
        ),
        ("run due", {"flows": (), "due": True}),
    ],
)
def test_what_is_called_day_by_day_is_understood(line: str, asked: dict[str, Any]) -> None:
    assert understood(line.split()) == asked


@pytest.mark.parametrize(
    "line",
    [
        "run",
        "run flow",
        "run all docomo",
        "run flow docomo --help",
        "run flow docomo --account x",
        "run flow docomo --dryrun",
        "--workspace x run flow docomo",
        "-v run all",
        "run everything",
        "status",
    ],
)
def test_anything_else_is_left_to_the_library(line: str) -> None:
    assert understood(line.split()) is None


def test_its_flags_are_those_of_the_command() -> None:
    command: Any = get_command(app)
    for name in ("flow", "all", "due"):
        options = {
            option: parameter.name
            for parameter in command.commands[name].params
            for option in parameter.opts
            if getattr(parameter, "is_flag", False)
        }
        options.pop("--help", None)
        assert options == FLAGS
