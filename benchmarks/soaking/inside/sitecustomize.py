"""Python runs this at the start of each process of a soak. In `serve` it tells how much memory is in use inside.

What the system sees of a process holds what Python keeps for later as well, in pieces of a megabyte. The blocks
of memory that are in use grow only with what is kept in mind.
"""

import os
import sys
import threading
import time
from pathlib import Path

EVERY = 15.0
"""Seconds from one telling to the next."""


def tell(file: str) -> None:
    """Write the number of blocks that are in use, again and again: a line for each time."""
    with Path(file).open("a", buffering=1) as told:
        while True:
            told.write(f"{sys.getallocatedblocks()}\n")
            time.sleep(EVERY)


if sys.orig_argv[-2:] == ["runner", "serve"] and "KIGEN_SOAK_BLOCKS" in os.environ:
    threading.Thread(target=tell, args=(os.environ["KIGEN_SOAK_BLOCKS"],), daemon=True).start()
