"""What the person at the terminal sees while a run is going on."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from runner.page.evidence import StepRecord


class Progress:
    """Tells on standard error what a run is doing: one changing line on a terminal, phases elsewhere."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._live = self._stream.isatty()
        self._started = time.monotonic()
        self._phase = ""

    def say(self, text: str) -> None:
        """One thing that takes a moment."""
        if not self._quiet:
            self._write(text)

    def step(self, account: str, step: StepRecord) -> None:
        """A step has begun or ended."""
        if self._quiet or step.status not in ("running", "failed"):
            return
        phase = step.path.split("[")[0].split(".")[0]
        if self._live:
            self._write(f"{account}: {step.path} {step.kind}")
        elif phase != self._phase:
            self._write(f"{account}: {phase}")
        self._phase = phase

    def link(self, text: str, *, told: bool) -> None:
        """A link that a person needs now. Where nobody looks on, it stays out of what may be kept,
        unless they were `told` in no other way."""
        if self._live or not told:
            self.clear()
            self._print(f"{text}\n")

    def clear(self) -> None:
        """Take the changing line away."""
        if self._live and not self._quiet:
            self._print("\r\x1b[K")

    def _write(self, text: str) -> None:
        line = f"{time.monotonic() - self._started:5.1f} s  {text}"
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._print(f"\r\x1b[K{line[:width]}")
        else:
            self._print(f"{line}\n")

    def _print(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:  # whoever looked on has left, or the log's disk is full; the run goes on
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
