"""Kigen's own folder: the ledger, evidence, logs, sessions, and what the sandbox remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds state. Its folders are made when first asked for, for the owner only."""

    folder: Path

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return _made(self.folder) / "ledger.db"

    @property
    def evidence(self) -> Path:
        return _made(self.folder / "evidence")

    @property
    def receipts(self) -> Path:
        """Receipts of payments, which never make room."""
        return _made(self.folder / "receipts")

    @property
    def logs(self) -> Path:
        return _made(self.folder / "logs")

    @property
    def sandbox(self) -> Path:
        return _made(self.folder / "sandbox")

    @property
    def refusals(self) -> Path:
        """Hashes of passwords that sites have refused."""
        return _made(self.folder / "refusals")

    @property
    def cache(self) -> Path:
        return _made(self.folder / "cache")


def home(environment: Mapping[str, str]) -> Home:
    """KIGEN_HOME, else the system's place for a user's data."""
    if named := environment.get("KIGEN_HOME"):
        return Home(Path(named).expanduser().absolute())
    from platformdirs import user_data_path

    return Home(user_data_path("kigen", appauthor=False))


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
