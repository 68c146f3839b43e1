"""Options that several commands have, and say the same of."""

from __future__ import annotations

from typing import Annotated

import typer

OneAccount = Annotated[
    str | None, typer.Option("--account", metavar="NAME", help="Only this account.")
]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser's window.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
JsonAlone = Annotated[bool, typer.Option("--json", help="Print the whole outcome as JSON, alone.")]
