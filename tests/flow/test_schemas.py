"""The JSON Schemas are those of the code, and every shipped file keeps to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from runner.config.file import ConfigFile
from runner.flow.model import Flow
from runner.flow.reference import reference
from runner.flow.schema import json_schema
from runner.flow.selectors import Selectors

ROOT = Path(__file__).parents[2]
MODELS = {"flow": Flow, "selectors": Selectors, "config": ConfigFile}
SHIPPED = [
    *((file, "flow") for file in sorted(ROOT.glob("flows/*.yaml"))),
    *((file, "selectors") for file in sorted(ROOT.glob("selectors/*.yaml"))),
    (ROOT / "config.yaml", "config"),
]


def schema(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / f"docs/schemas/{kind}.json").read_text())
    return found


@pytest.mark.parametrize("kind", MODELS)
def test_the_published_schema_is_the_codes_own(kind: str) -> None:
    Draft202012Validator.check_schema(schema(kind))
    assert schema(kind) == json.loads(json.dumps(json_schema(MODELS[kind], kind)))


@pytest.mark.parametrize("kind", MODELS)
def test_what_an_editor_puts_in_is_right(kind: str) -> None:
    """Defaults stand in the schema as they would in the file."""
    whole = schema(kind)

    def with_default(node: Any) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict) and node.get("default") is not None and "title" in node:
            yield node
        for part in node.values() if isinstance(node, dict) else node:
            if isinstance(part, dict | list):
                yield from with_default(part)

    wrong = [
        (node["title"], node["default"])
        for node in with_default(whole)
        if not Draft202012Validator({"$defs": whole.get("$defs", {}), **node}).is_valid(
            node["default"]
        )
    ]
    assert wrong == []


@pytest.mark.parametrize(("file", "kind"), SHIPPED, ids=lambda value: getattr(value, "name", value))
def test_a_shipped_file_keeps_to_its_schema_and_names_it(file: Path, kind: str) -> None:
    text = file.read_text()
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    named = (file.parent / first.split("=", 1)[1]).resolve()
    assert named == ROOT / f"docs/schemas/{kind}.json"
    data = yaml.load(text, yaml.SafeLoader)
    errors = [error.message for error in Draft202012Validator(schema(kind)).iter_errors(data)]
    assert errors == []


@pytest.mark.parametrize(
    ("kind", "path", "wrong"),
    [
        ("flow", ("login", 0), {"gto": "https://a.example.jp"}),
        ("flow", ("read", 0), {"click": "a", "hover": "b"}),
        ("flow", ("signals",), {"signedin": {"text": "x"}}),
        ("selectors", ("selectors", "next"), {"rol": "button"}),
        ("config", ("accounts", "docomo", "polici"), {}),
    ],
)
def test_the_schema_sees_what_is_misspelt(kind: str, path: tuple[Any, ...], wrong: Any) -> None:
    shipped = [yaml.safe_load(file.read_text()) for file, its in SHIPPED if its == kind]
    data = next(data for data in shipped if path[0] in data)
    at = data
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = wrong
    assert list(Draft202012Validator(schema(kind)).iter_errors(data))


def test_the_reference_of_steps_is_the_codes_own() -> None:
    assert (ROOT / "docs/steps.md").read_text() == reference()
