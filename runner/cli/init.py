"""`kigen init [DIR]`: a workspace of one's own, with a config.yaml that explains itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.mistake import WrongCall

app = group(COMMANDS["init"][1])

_TEMPLATE = Path(__file__).with_name("workspace")


@app.command(help=COMMANDS["init"][1])
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Made where it is not there.")
    ] = Path(),
) -> int:
    from runner.cli.schemas import FILES, write_schemas

    files = {
        folder / "config.yaml": "config.yaml",
        folder / ".gitignore": "gitignore",
        folder / "flows" / "README.md": "flows.md",
        folder / "selectors" / "README.md": "selectors.md",
    }
    schemas = folder / "schemas"
    for path in (*files, *(schemas / f"{kind}.json" for kind in FILES)):
        if path.exists() or path.is_symlink():
            raise WrongCall(
                f"{path} is there already; nothing was written",
                "name another folder: kigen init DIR",
            )
    for path, name in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write((_TEMPLATE / name).read_text(encoding="utf-8"))
    write_schemas(schemas, FILES)
    print(f"A workspace is in {folder.absolute()}. Next: fill in config.yaml, then `kigen doctor`.")
    return 0
