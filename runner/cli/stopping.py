"""Ctrl-C and SIGTERM, from the first moment of a command to its last.

Python raises KeyboardInterrupt wherever the program stands, as often as a signal comes: in the midst of
an import, of putting something away, of ending the interpreter. asyncio closes the pipe into which its
signals are written before it stops listening for them. Here one handler stays from beginning to end. It
notes the first signal, which decides the exit code, and hands it to whoever has something to stop.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

T = TypeVar("T")
Act = Callable[[int], object]

SIGNALS = (signal.SIGINT, signal.SIGTERM)
_AGAIN = 0.01
"""Seconds until a stop that got lost is raised again."""


class Stopped(KeyboardInterrupt):
    """Raised once, where a signal finds a command that has nothing to put in order."""


class _Ear:
    """What has been heard. There is one: signals are sent to a process."""

    first = 0
    act: Act | None = None

    def hear(self, number: int, _: FrameType | None) -> None:
        again, self.first = self.first, self.first or number
        if self.act is not None and not (again and self.act is give_up):
            self.act(number)


_EAR = _Ear()


def told() -> int:
    """The first signal that came; 0 where none did."""
    return _EAR.first


def exit_code() -> int:
    """The exit code of a command that was stopped."""
    return 128 + (_EAR.first or signal.SIGINT)


def give_up(_: int) -> None:
    """Raise Stopped here and now. A second signal does not raise it again: what is being put away
    meanwhile must come to its end."""
    raise Stopped


@contextmanager
def listening(*, to_the_end: bool) -> Iterator[None]:
    """Note signals from now on. `to_the_end`: the process ends after this block, and nothing that is
    sent to it any more changes its exit code. Else all is left as it was."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    usual = sys.unraisablehook
    _EAR.first, _EAR.act = 0, None
    for number in SIGNALS:
        signal.signal(number, _EAR.hear)
    sys.unraisablehook = partial(_lost, usual)
    try:
        yield
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN if to_the_end else before[number])
        sys.unraisablehook = usual


@contextmanager
def hearing(act: Act | None) -> Iterator[None]:
    """Meanwhile, `act` hears of every signal, and at once of one that came before. None: nobody does."""
    before, _EAR.act = _EAR.act, act
    try:
        if _EAR.first and act is not None:
            act(_EAR.first)
        yield
    finally:
        _EAR.act = before


@contextmanager
def hearing_in_loop(act: Act) -> Iterator[None]:
    """The same, where an event loop runs: `act` is called by it. Must be left before the loop closes."""
    import asyncio

    loop = asyncio.get_running_loop()
    with hearing(lambda number: loop.call_soon_threadsafe(act, number)):
        yield


def run(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run`, but the first signal has `main` end in order. Raises Stopped then."""
    import asyncio

    async def heard() -> T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a coroutine runs in a task
        with hearing_in_loop(lambda _: task.cancelling() or task.cancel()):
            return await main

    with hearing(None):
        try:
            return asyncio.run(heard())
        except asyncio.CancelledError:
            if not told():
                raise
            raise Stopped from None


def _lost(usual: Callable[[UnraisableHookArgs], Any], lost: UnraisableHookArgs, /) -> None:
    """Where Python calls back while it clears up, it drops what is raised: raise it again soon."""
    if lost.exc_type is not Stopped:
        usual(lost)
        return
    signal.signal(signal.SIGALRM, lambda *_: give_up(_EAR.first))
    signal.setitimer(signal.ITIMER_REAL, _AGAIN)
