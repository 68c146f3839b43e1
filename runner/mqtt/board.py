"""What is to be said, kept at a broker: for as long as a daemon runs, or once after a run.

Nobody waits for the broker: it may be away for a second or for a week.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from loguru import logger

from runner.config.secrets import Unresolved
from runner.mqtt.address import Broker, WrongAddress
from runner.mqtt.connection import OFFLINE, Connection, Lost
from runner.mqtt.memory import Memory
from runner.values.secret import Secret

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 120.0
"""Seconds until a lost broker is tried again: doubled each time, up to the longest."""
TURN = 1.0
"""Seconds after which new messages go out at the latest."""
SETTLING = 5.0
"""Seconds that the broker has to confirm what it is told."""
TROUBLES = (Lost, WrongAddress, Unresolved)

Connect = Callable[[], Connection]
"""Makes a connection anew. Raises Lost, WrongAddress or Unresolved."""


def connecting(
    fetch: Callable[[], Secret], status: str, ca: Path | None, *, stays: bool = True
) -> Connect:
    """What connects with the address as it is at that moment: a password may have been put right."""
    return lambda: Connection(Broker.parse(fetch()), status, ca, stays=stays)


def put_once(connect: Connect, wanted: Mapping[str, str], memory: Memory) -> None:
    """Say all of it once, and leave. The status stays `online`: what was said is true.

    `connect` makes connections that do not stay: a command that is cut off says nothing of a daemon.
    Raises Lost, WrongAddress, Unresolved or OSError.
    """
    connection = connect()
    try:
        for topic, text in _with_the_gone(wanted, memory).items():
            connection.put(topic, text)
        connection.settle(SETTLING)
        memory.note(list(wanted))
    except BaseException:
        connection.drop()
        raise
    connection.close()


class Board:
    """Says what is wanted, again whenever the broker has come back, in a thread of its own."""

    def __init__(
        self,
        connect: Connect,
        status: str,
        memory: Memory,
        *,
        first_pause: float = FIRST_PAUSE,
        longest_pause: float = LONGEST_PAUSE,
        turn: float = TURN,
    ) -> None:
        self._connect, self._status, self._memory = connect, status, memory
        self._first, self._longest, self._turn = first_pause, longest_pause, turn
        self._wanted: Mapping[str, str] | None = None
        self._ending = threading.Event()
        self._told: str | None = ""  # the trouble that was logged last; None: all is well
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        self._thread.start()

    def show(self, wanted: Mapping[str, str]) -> None:
        """Have this said from now on, and nothing else."""
        self._wanted = dict(wanted)

    def end(self) -> None:
        """Say that nobody is there any more, and leave; a broker that is away is not waited for."""
        self._ending.set()
        self._thread.join(SETTLING + 2 * TURN)

    def _run(self) -> None:
        pause = self._first
        while not self._ending.is_set():
            began = time.monotonic()
            try:
                self._stay(self._connect())
            except TROUBLES as trouble:
                self._tell(str(trouble))
            except Exception as fault:  # the thread must outlive it; the runs know nothing of it
                self._tell(f"fault: {type(fault).__name__}")
                logger.opt(exception=fault).debug("what was wrong")
            if time.monotonic() - began > self._longest:
                pause = self._first
            self._ending.wait(pause)
            pause = min(pause * 2, self._longest)

    def _stay(self, connection: Connection) -> None:
        """Keep the broker up to date until the end. Raises Lost."""
        said: dict[str, str] = {}
        taken: Mapping[str, str] | None = None
        noted = False
        try:
            while not self._ending.is_set():
                if self._wanted is not None and self._wanted is not taken:
                    taken, noted = self._wanted, False
                    for topic, text in _with_the_gone(taken, self._memory).items():
                        if said.get(topic) != text:
                            connection.put(topic, text)
                            said[topic] = text
                if taken is not None and not noted and connection.settled:
                    self._memory.note(list(taken))
                    noted = True
                    self._tell(None)
                connection.turn(self._turn)
            connection.put(self._status, OFFLINE)
            connection.settle(SETTLING)
        except BaseException:
            connection.drop()
            raise
        connection.close()

    def _tell(self, trouble: str | None) -> None:
        """Log what is wrong, or that all is well, when it is news."""
        if trouble == self._told:
            return
        if trouble is None:
            logger.info("the lines are shown to Home Assistant, by MQTT")
        else:
            logger.warning("the lines are not shown to Home Assistant: {}", trouble)
        self._told = trouble


def _with_the_gone(wanted: Mapping[str, str], memory: Memory) -> dict[str, str]:
    """All of it, and an empty text for what was said before and is to vanish.

    The file knows of every topic before the broker does, so that none is forgotten there.
    """
    remembered = memory.topics()
    gone = dict.fromkeys((topic for topic in remembered if topic not in wanted), "")
    new = [topic for topic in wanted if topic not in remembered]
    if new:
        memory.note([*remembered, *new])
    return {**gone, **wanted}
