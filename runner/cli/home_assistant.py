"""The lines as Home Assistant sees them: kept at the broker while a daemon runs, or put there after a run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runner.cli.targets import secrets_of
from runner.config.live import Settings
from runner.config.zone import local_zone

if TYPE_CHECKING:
    from runner.config.home import Home
    from runner.config.monitoring import MqttEntry
    from runner.config.workspace import Workspace
    from runner.ledger.ledger import Ledger
    from runner.mqtt.board import Board, Connect
    from runner.mqtt.memory import Memory
    from runner.values.secret import Redactor

FILE = "mqtt.json"


class LinesShown:
    """The lines at the broker that the settings name, for as long as they name it. Threads may share it."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        home: Home,
        redactor: Redactor,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings, self._ledger, self._clock = settings, ledger, clock
        self._home, self._redactor = home, redactor
        self._lock, self._ended = threading.Lock(), False
        self._entry: MqttEntry | None = None
        self._board: Board | None = None
        self._said: Mapping[str, str] = {}

    def refresh(self) -> None:
        """Have the broker told what has changed. Raises LedgerError."""
        with self._lock:
            workspace = self._settings.workspace
            entry = workspace.config.mqtt
            if self._ended or (entry is None and self._board is None):
                return
            if entry != self._entry:
                self._leave()
                self._entry = entry
            if entry is None:
                return
            if self._board is None:
                self._board = self._begin(workspace, entry)
            self._said = _said(workspace, entry, self._ledger, self._clock(), self._said)
            self._board.show(self._said)

    def end(self) -> None:
        """Leave the broker."""
        with self._lock:
            self._ended = True
            self._leave()

    def _begin(self, workspace: Workspace, entry: MqttEntry) -> Board:
        from runner.mqtt.board import Board
        from runner.mqtt.names import Topics

        connect, memory = _ways(workspace, entry, self._home, self._redactor, stays=True)
        return Board(connect, Topics.of(entry).status, memory)

    def _leave(self) -> None:
        if self._board is not None:
            self._board.end()
        self._board, self._said = None, {}


def put_lines(
    workspace: Workspace, entry: MqttEntry, home: Home, redactor: Redactor, now: datetime
) -> str | None:
    """Put the lines at the broker once; gives the reason where that does not work."""
    from runner.ledger.errors import LedgerError
    from runner.ledger.ledger import Ledger
    from runner.mqtt.board import TROUBLES, put_once

    connect, memory = _ways(workspace, entry, home, redactor, stays=False)
    try:
        with Ledger.open(home.ledger) as ledger:
            said = _said(workspace, entry, ledger, now)
        put_once(connect, said, memory)
    except (*TROUBLES, LedgerError, OSError) as trouble:
        return str(trouble)
    return None


def _said(
    workspace: Workspace,
    entry: MqttEntry,
    ledger: Ledger,
    now: datetime,
    before: Mapping[str, str] | None = None,
) -> dict[str, str]:
    import importlib.metadata

    from runner.mqtt.messages import messages
    from runner.mqtt.names import Topics
    from runner.views.lines import lines_now

    zone = workspace.config.timezone or local_zone()
    lines = lines_now(workspace, ledger, now, zone)
    version = importlib.metadata.version("kigen")
    return messages(lines, Topics.of(entry), now, zone, version, before)


def _ways(
    workspace: Workspace, entry: MqttEntry, home: Home, redactor: Redactor, *, stays: bool
) -> tuple[Connect, Memory]:
    """The way to the broker, and what stands there already. The address is fetched when it is needed."""
    from runner.mqtt.board import connecting
    from runner.mqtt.memory import Memory
    from runner.mqtt.names import Topics

    secrets = secrets_of(workspace, home, redactor)
    ca: Path | None = None if entry.ca is None else secrets.path(str(entry.ca))
    connect = connecting(
        lambda: secrets_of(workspace, home, redactor).fetch(entry.url),
        Topics.of(entry).status,
        ca,
        stays=stays,
    )
    return connect, Memory(home.folder / FILE)
