"""A process that stays has one heap for all its threads."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

BUSY = """
import ctypes, sys, threading
from runner.cli.one_heap import one_heap
if sys.argv[2] == "one":
    one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.fopen.restype, libc.fopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p] * 2
libc.malloc_info.argtypes, libc.fclose.argtypes = [ctypes.c_int, ctypes.c_void_p], [ctypes.c_void_p]
meeting = threading.Barrier(4)
def take():
    meeting.wait()
    libc.malloc(1000)
    meeting.wait()
threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
told = libc.fopen(sys.argv[1].encode(), b"w")
libc.malloc_info(0, told)
libc.fclose(told)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library has heaps")
def test_threads_share_one_heap(tmp_path: Path) -> None:
    assert heaps(tmp_path / "own.xml", "own") > 1
    assert heaps(tmp_path / "one.xml", "one") == 1


def heaps(told: Path, how: str) -> int:
    subprocess.run([sys.executable, "-c", BUSY, str(told), how], check=True, timeout=60)
    return told.read_text().count("<heap nr=")
