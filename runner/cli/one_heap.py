"""Memory of processes that stay."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENAS = -8
"""M_ARENA_MAX of malloc.h, GNU C library: how many heaps threads may share."""


def one_heap() -> None:
    """Let all threads of this process take their memory from one heap.

    The GNU C library gives threads heaps of their own, and each keeps for good what its busiest moment
    took: a process that stays grows by a step whenever one more thread has much to do. One heap is a
    little slower where threads ask at the same time, and Python lets one go on at a time. Other C
    libraries have no such call, and are left as they are.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_ARENAS, 1)
