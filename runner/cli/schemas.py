"""`kigen schema`: JSON Schemas, so that an editor completes and checks while one types."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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


@app.command(help=COMMANDS["schema"][1])
def schema(
    kind: Annotated[
        Kind | None, typer.Argument(help="The kind of file.", show_default=False)
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="DIR", help="Write DIR/KIND.json instead; all without KIND."
        ),
    ] = None,
) -> int:
    from runner.flow.schema import json_schema

    if write is not None:
        write_schemas(write, [kind] if kind else list(Kind))
    elif kind is None:
        raise WrongCall(
            "which schema?", f"one of {', '.join(Kind)}; or all of them with --write DIR"
        )
    else:
        print_json(json_schema(model_of(kind), kind))
    return 0


def write_schemas(folder: Path, kinds: list[Kind]) -> None:
    """Write schemas as files that editors can be pointed at."""
    from runner.flow.schema import json_schema

    folder.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        text = json.dumps(json_schema(model_of(kind), kind), ensure_ascii=False, indent=2)
        (folder / f"{kind}.json").write_text(f"{text}\n", encoding="utf-8")


def model_of(kind: Kind) -> type[BaseModel]:
    """The model that a kind of file is read with."""
    if kind is Kind.FLOW:
        from runner.flow.model import Flow

        return Flow
    if kind is Kind.SELECTORS:
        from runner.flow.selectors import Selectors

        return Selectors
    from runner.config.file import ConfigFile

    return ConfigFile
