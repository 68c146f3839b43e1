"""What is answered without the command line library is what the library would say."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest
import typer

from runner.cli.app import app, hoisted
from runner.cli.commands import COMMANDS, OPTIONS, top_help
from tests.cli.conftest import Kigen


def command(name: str) -> Any:
    return typer.main.get_command(import_module(f"runner.cli.{COMMANDS[name][0]}").app)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    assert command(name).help.startswith(COMMANDS[name][1])


def test_the_table_names_every_option() -> None:
    group: Any = typer.main.get_command(app)
    context = group.make_context("kigen", ["version"])
    records = [p.get_help_record(context) for p in group.get_params(context)]
    assert {names.replace(" / ", ", "): text for names, text in records} == OPTIONS


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_the_quick_answer_is_the_library_s(kigen: Kigen, words: list[str]) -> None:
    quick = kigen(*words)
    slow = kigen("--no-color", "--help")
    assert (quick.code, slow.code) == (0, 0)
    assert quick.out == slow.out == f"{top_help()}\n"


def test_the_quick_answers_import_no_library(home: object) -> None:
    program = (
        "import sys; from runner.cli.main import main\n"
        "main(['--help']); main(['sandbox', 'secrets', 'docomo', 'id'])\n"
        "print([m for m in ('typer', 'pydantic', 'rich', 'loguru', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "version"])
def test_every_command_has_its_own_help(kigen: Kigen, name: str) -> None:
    said = kigen(name, "--help")
    assert said.code == 0
    assert said.out.startswith(f"Usage: kigen {name}")
    assert COMMANDS[name][1] in " ".join(said.out.split())


def test_version(kigen: Kigen) -> None:
    said = {kigen(*words).out for words in (["version"], ["--version"], ["-q", "version"])}
    assert len(said) == 1
    assert said.pop().startswith("kigen 0.")


def test_global_options_may_stand_anywhere_but_behind_a_double_dash() -> None:
    assert hoisted(["status", "--json", "--workspace", "x", "-q"]) == [
        "--workspace", "x", "-q", "status", "--json",
    ]  # fmt: skip
    assert hoisted(["a", "--", "-q"]) == ["a", "--", "-q"]
    assert hoisted(["a", "--workspace=x"]) == ["--workspace=x", "a"]
