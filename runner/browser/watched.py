"""Running a slow program with patience: a word every few seconds, an end when nothing moves."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

Say = Callable[[str], None]

_POLL_SECONDS = 0.25
_FAREWELL_SECONDS = 5.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended. `code` is None when it was stopped because nothing moved."""

    code: int | None
    output: str

    def last_words(self) -> str:
        """The last line that was printed: usually the reason of a failure."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else "it said nothing"


def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    what: str,
    say: Say,
    growing: Sequence[Path] = (),
    output_moves: bool = True,
    stall_seconds: float,
    word_every: float = 10.0,
) -> Ended:
    """Run `command`; stop it when nothing has moved for `stall_seconds`.

    What moves is the size of the `growing` folders, and with `output_moves` what is printed.
    Without it, a program that prints a line at each useless retry still counts as stalled.
    """
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                command,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            return Ended(127, str(error))
        try:
            code = _wait(
                process,
                size=lambda: sum(map(_size, growing)) + (_length(output) if output_moves else 0),
                progress=_words(what, growing, word_every, say),
                stall_seconds=stall_seconds,
            )
        finally:
            _end(process)
        output.seek(0)
        return Ended(code, output.read().decode(errors="replace"))


def _wait(
    process: subprocess.Popen[bytes],
    *,
    size: Callable[[], int],
    progress: Callable[[], None],
    stall_seconds: float,
) -> int | None:
    last, moved = size(), time.monotonic()
    while True:
        try:
            return process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            before, last = last, size()
        if last > before:
            moved = time.monotonic()
        elif time.monotonic() - moved > stall_seconds:
            return None
        progress()


def _words(what: str, growing: Sequence[Path], every: float, say: Say) -> Callable[[], None]:
    start = last = time.monotonic()
    at_first = sum(map(_size, growing))

    def progress() -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < every:
            return
        last = now
        got = max(0, sum(map(_size, growing)) - at_first)
        amount = f", {got / _MEGABYTE:.0f} MB so far" if got else ""
        say(f"  still {what} ({now - start:.0f} s{amount})")

    return progress


def _length(output: IO[bytes]) -> int:
    return os.fstat(output.fileno()).st_size


def _size(folder: Path) -> int:
    total = 0
    for inside, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(inside, name).lstat().st_size
            except OSError:  # Moved or removed by the program meanwhile.
                continue
    return total


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program with all that it has started, if it still runs."""
    if process.poll() is not None:
        return
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except (ProcessLookupError, PermissionError):
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(_FAREWELL_SECONDS)
