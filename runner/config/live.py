"""config.yaml and flows as a daemon has them: read again when they change, and kept while they are wrong.

They are kept in memory alone: whoever begins anew begins with the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loguru import logger

from runner.config.workspace import CONFIG, NoWorkspace, Workspace
from runner.config.zone import local_zone
from runner.flow.library import NoSuchFlow
from runner.flow.mistakes import Mistake, Mistakes
from runner.flow.source import text_of

if TYPE_CHECKING:
    from runner.config.model import Account
    from runner.flow.library import Site

_Stamp = frozenset[tuple[str, int, int]]

LASTING = timedelta(minutes=10)
"""For so long a file may be wrong while somebody edits it; after that it is news."""


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

    def lasts(self, now: datetime) -> bool:
        """Whether it has been so for longer than an edit takes."""
        return now - self.since >= LASTING


class Settings:
    """The last good version of a workspace, read at `taken`. `trouble`: why it is not the present one;
    None: it is.
    """

    def __init__(
        self, workspace: Workspace, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Raises Mistakes."""
        self._clock, self._reading = clock, Lock()
        self.trouble: Trouble | None = None
        folder = workspace.folder
        self._stamp = _stamp(folder)
        if text_of(folder / CONFIG) != workspace.source.text:  # it was saved since it was opened
            workspace = Workspace.open(folder)
        self._take(workspace)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The owner's time zone."""
        return self.workspace.config.timezone or local_zone()

    def refresh(self) -> None:
        """Read the files again if they have changed, or were wrong; mistakes in them change nothing, and
        are logged once."""
        with self._reading:
            self._refresh()

    def _refresh(self) -> None:
        folder = self.workspace.folder
        try:
            stamp = _stamp(folder)  # before they are read: what changes meanwhile is read once more
            if stamp == self._stamp and self.trouble is None:
                return
            self._take(Workspace.open(folder))
            self._stamp = stamp
        except Exception as error:  # the runs go on, whatever is wrong with the files
            self._hold(error)
            return
        logger.info("the settings have changed: {} accounts", len(self.accounts))

    def _hold(self, error: Exception) -> None:
        """Keep what there is, and say why."""
        before, trouble = self.trouble, self._told(error)
        self.trouble = trouble
        if before is None or (before.mistakes, before.message) != (
            trouble.mistakes, trouble.message,
        ):  # fmt: skip
            logger.error(
                "the settings have changed and can't be used; those of {:%Y-%m-%d %H:%M} hold, also "
                "for runs, until they are mended: {}",
                self.taken.astimezone(self.zone),
                trouble.message or error,
            )

    def _told(self, error: Exception) -> Trouble:
        """What is wrong, from the first version on that was."""
        since = self.trouble.since if self.trouble is not None else self._clock()
        if isinstance(error, Mistakes):
            return Trouble(since, self.taken, error.mistakes, "")
        known = isinstance(error, (NoSuchFlow, NoWorkspace, OSError))
        # Others may quote the file, with what nobody should see.
        message = str(error) if known else f"they can't be understood ({type(error).__name__})"
        return Trouble(since, self.taken, (), message)

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
    for kind in ("flows/*.yaml", "flows/*.py", "selectors/*.yaml"):
        yield from folder.glob(kind)
