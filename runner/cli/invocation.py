"""One call of `kigen`: where its files are, and how it may speak. Opens things when first asked."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from runner.cli.redaction import REDACTOR
from runner.config.home import Home, home
from runner.values.secret import Redactor

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from runner.config.workspace import Workspace
    from runner.ledger.ledger import Ledger


@dataclass
class Invocation:
    """What every command may use. `level`: from which gravity on logs are shown on standard error."""

    named_workspace: Path | None
    environment: Mapping[str, str]
    level: str = "warning"
    color: bool = False
    redactor: Redactor = REDACTOR

    @property
    def quiet(self) -> bool:
        return self.level == "error"

    @cached_property
    def home(self) -> Home:
        return home(self.environment)

    @cached_property
    def folder(self) -> Path:
        """The workspace's folder. Raises NoWorkspace."""
        from runner.config.workspace import find_workspace

        return find_workspace(self.named_workspace, self.environment, Path.cwd())

    @cached_property
    def workspace(self) -> Workspace:
        """Raises NoWorkspace, or Mistakes with all that config.yaml gets wrong by itself."""
        from runner.config.workspace import Workspace

        return Workspace.open(self.folder)

    @property
    def zone(self) -> ZoneInfo:
        """The owner's time zone."""
        from runner.config.zone import local_zone

        return self.workspace.config.timezone or local_zone()

    def ledger(self) -> Ledger:
        """Opened anew; to be closed by the caller. Raises LedgerError."""
        from runner.ledger.ledger import Ledger

        return Ledger.open(self.home.ledger)

    def now(self) -> datetime:
        return datetime.now(UTC)


def invocation(context: typer.Context) -> Invocation:
    """The call that a command belongs to."""
    found = context.obj
    if not isinstance(found, Invocation):
        raise TypeError("commands are started through runner.cli.main")
    return found


def wants_color(environment: Mapping[str, str], terminal: bool, *, refused: bool) -> bool:
    """Whether to use colours: see no-color.org; FORCE_COLOR asks for them without a terminal."""
    if refused or environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    return terminal or bool(environment.get("FORCE_COLOR"))


def print_json(value: Any) -> None:
    """One JSON document on standard output, readable in every encoding that a terminal may have."""
    import json

    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not unicode, indent=2))
