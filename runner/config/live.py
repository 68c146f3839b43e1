"""config.yaml and flows as a daemon has them: read again when they change, and kept while they are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loguru import logger

from runner.config.workspace import NoWorkspace, Workspace
from runner.config.zone import local_zone
from runner.flow.library import NoSuchFlow
from runner.flow.mistakes import Mistakes

if TYPE_CHECKING:
    from runner.config.model import Account
    from runner.flow.library import Site

_Stamp = frozenset[tuple[str, int, int]]


class Settings:
    """The last good version of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        """Raises Mistakes."""
        self._stamp = _stamp(workspace.folder)
        self._take(workspace)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The owner's time zone."""
        return self.workspace.config.timezone or local_zone()

    def refresh(self) -> None:
        """Read the files again if they have changed; mistakes in them are logged, and change nothing."""
        folder = self.workspace.folder
        try:
            stamp = _stamp(folder)
            if stamp == self._stamp:
                return
            self._stamp = stamp
            self._take(Workspace.open(folder))
        except (Mistakes, NoSuchFlow, NoWorkspace, OSError) as error:
            logger.error(
                "the settings have changed and can't be used; the last ones hold: {}", error
            )
            return
        logger.info("the settings have changed: {} accounts", len(self.accounts))

    def _take(self, workspace: Workspace) -> None:
        accounts = [workspace.account(name) for name in workspace.account_names]
        self.workspace: Workspace = workspace
        self.accounts: list[tuple[Account, Site]] = accounts
        self.__dict__.pop("zone", None)


def _stamp(folder: Path) -> _Stamp:
    """What tells two versions of the files apart."""
    found = ((str(file), file.stat()) for file in _files(folder))
    return frozenset((name, seen.st_mtime_ns, seen.st_size) for name, seen in found)


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.glob("config.yaml")
    for part in ("flows", "selectors"):
        yield from (folder / part).glob("*.yaml")
