"""`kigen schema`: JSON Schemas, so that an editor completes and checks while one types; the API's, too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import print_json
from runner.cli.mistake import WrongCall

if TYPE_CHECKING:
    from pydantic import BaseModel

app = group(COMMANDS["schema"][1])


class Kind(StrEnum):
    """The kinds of files that people write."""

    FLOW = "flow"
    SELECTORS = "selectors"
    CONFIG = "config"
    API = "api"


FILES = (Kind.FLOW, Kind.SELECTORS, Kind.CONFIG)
"""What people write in files."""


@app.command(help=COMMANDS["schema"][1])
def schema(
    kind: Annotated[
        Kind | None, typer.Argument(help="The kind of file.", show_default=False)
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write",
            metavar="DIR",
            help="Write DIR/KIND.json instead, DIR/openapi.json for api; those of all files without KIND.",
        ),
    ] = None,
) -> int:
    if write is not None:
        write_schemas(write, [kind] if kind else FILES)
    elif kind is None:
        raise WrongCall(
            "which schema?", f"one of {', '.join(Kind)}; or those of all files with --write DIR"
        )
    else:
        print_json(schema_of(kind))
    return 0


def write_schemas(folder: Path, kinds: Iterable[Kind]) -> None:
    """Write schemas as files that editors can be pointed at."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        text = json.dumps(schema_of(kind), ensure_ascii=False, indent=2)
        name = "openapi" if kind is Kind.API else kind
        (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def schema_of(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of a kind of file; the OpenAPI document of the API."""
    if kind is Kind.API:
        from runner.web.api import api_document

        return api_document()
    from runner.flow.schema import json_schema

    return json_schema(_model_of(kind), kind)


def _model_of(kind: Kind) -> type[BaseModel]:
    """The model that a kind of file is read with."""
    if kind is Kind.FLOW:
        from runner.flow.model import Flow

        return Flow
    if kind is Kind.SELECTORS:
        from runner.flow.selectors import Selectors

        return Selectors
    from runner.config.file import ConfigFile

    return ConfigFile
