"""What the documents show can be typed: every command with its options, every piece of a file."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from runner.config.file import ConfigFile
from runner.flow.model import Flow
from tests.cli.test_docs import commands

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EVERYWHERE = {"--workspace", "--verbose", "--quiet", "--no-color", "--help"}
OF_OTHERS = {"alias", "scrape_configs", "type"}
"""How pieces begin that are Home Assistant's or Prometheus's."""
ELSEWHERE = {"new-provider.md"}
"""Its files are held by tests/flow/test_new_provider.py."""


def typed(page: Path) -> Iterator[str]:
    """The commands of a page: in its blocks, and in the middle of its sentences."""
    text = page.read_text(encoding="utf-8")
    for command in re.findall(r"^ *(?:\$ )?(?:\./run )?kigen (.+)$", text, re.MULTILINE):
        yield re.split(r"\s[#>|]", command)[0]
    for command in re.findall(r"`(?:\./run )?kigen ([a-z][^`]*)`", text):
        yield command.replace("\n", " ")


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, ...], set[str]]:
    """The options of every command."""
    return {
        words: {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        for words, command in commands().items()
    }


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_command_is_there_with_its_options(
    file: Path, known: dict[tuple[str, ...], set[str]]
) -> None:
    groups = {words[:1] for words in known} | {("run",)}
    for command in typed(file):
        words = tuple(word for word in shlex.split(command) if word != "…")
        name = max((one for one in known if words[: len(one)] == one), key=len, default=None)
        assert name or words[:1] in groups, f"kigen {command}"
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert options <= EVERYWHERE | known.get(name or (), set()), f"kigen {command}"


def pieces() -> Iterator[tuple[str, dict[str, Any]]]:
    for page in PAGES:
        if page.name not in ELSEWHERE:
            for block in re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
                piece = yaml.safe_load(textwrap.dedent(block))
                if not OF_OTHERS & set(piece):
                    yield page.name, piece


WHERE: tuple[Callable[[dict[str, Any]], object], ...] = (
    ConfigFile.model_validate,
    lambda piece: ConfigFile.model_validate({"accounts": piece}),
    lambda piece: ConfigFile.model_validate({"accounts": {"mine": piece}}),
    lambda piece: ConfigFile.model_validate(
        {"notify": {"targets": {"phone": {"url": "env:PHONE", **piece}}}}
    ),
    lambda piece: Flow.model_validate(
        {
            "flow": "mine",
            "title": "Mine",
            "hosts": ["my.example"],
            "login": [{"goto": "https://my.example/"}],
            "read": [{"goto": "https://my.example/"}],
            **piece,
        }
    ),
)
"""What a piece may be a part of: config.yaml, its accounts, an account, a target, a flow."""


def test_every_piece_of_a_file_can_stand_somewhere() -> None:
    found = list(pieces())
    assert len(found) > 15
    for page, piece in found:
        assert any(fits(piece, where) for where in WHERE), f"{page}: {piece}"


def fits(piece: dict[str, Any], where: Callable[[dict[str, Any]], object]) -> bool:
    try:
        where(piece)
    except ValidationError:
        return False
    return True
