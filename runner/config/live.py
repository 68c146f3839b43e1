"""config.yaml and flows as a daemon has them: read again when they change, and kept while they are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loguru import logger

from runner.config.workspace import NoWorkspace, Workspace
from runner.config.zone import local_zone
from runner.flow.library import NoSuchFlow
from runner.flow.mistakes import Mistake, Mistakes

if TYPE_CHECKING:
    from runner.config.model import Account
    from runner.flow.library import Site

_Stamp = frozenset[tuple[str, int, int]]


@dataclass(frozen=True)
class Trouble:
    """What is wrong with the files as they are now, `since` when; those that hold were read at
    `taken`.

    `mistakes` have their places; `message` is told where there is none.
    """

    since: datetime
    taken: datetime
    mistakes: tuple[Mistake, ...]
    message: str


class Settings:
    """The last good version of a workspace, read at `taken`. `trouble`: why it is not the present one;
    None: it is.
    """

    def __init__(
        self, workspace: Workspace, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Raises Mistakes."""
        self._clock = clock
        self.trouble: Trouble | None = None
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
            self.trouble = self._told(error)
            return
        logger.info("the settings have changed: {} accounts", len(self.accounts))

    def _told(self, error: Exception) -> Trouble:
        """What is wrong, from the first version on that was."""
        since = self.trouble.since if self.trouble is not None else self._clock()
        mistakes = error.mistakes if isinstance(error, Mistakes) else ()
        return Trouble(since, self.taken, mistakes, "" if mistakes else str(error))

    def _take(self, workspace: Workspace) -> None:
        accounts = [workspace.account(name) for name in workspace.account_names]
        self.workspace: Workspace = workspace
        self.accounts: list[tuple[Account, Site]] = accounts
        self.taken, self.trouble = self._clock(), None
        self.__dict__.pop("zone", None)


def _stamp(folder: Path) -> _Stamp:
    """What tells two versions of the files apart."""
    found = ((str(file), file.stat()) for file in _files(folder))
    return frozenset((name, seen.st_mtime_ns, seen.st_size) for name, seen in found)


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.glob("config.yaml")
    for part in ("flows", "selectors"):
        yield from (folder / part).glob("*.yaml")
