"""Which of the daemon's processes is what, and what the system says of one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.soaking.processes import Process, below, holds, kind_of, running, use

SERVE = 10


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("/v/bin/python -m runner.cli.worker", "worker"),
        ("/v/bin/python -m runner --quiet run due --account docomo", "worker"),
        ("/v/bin/python -m runner sandbox sms docomo", "code source"),
        ("/v/playwright/driver/node /v/cli.js run-driver", "driver"),
        ("/usr/lib/chromium/chromium-headless-shell --headless", "browser"),
        ("/usr/lib/chromium/chromium-headless-shell --type=renderer --lang=ja", "page"),
        ("/usr/lib/chromium/chromium-headless-shell --type=zygote", "browser part"),
        ("/bin/sh -c read", "other"),
        ("", "other"),
    ],
)
def test_it_is_known_by_what_it_was_started_as(words: str, kind: str) -> None:
    assert kind_of(Process(11, SERVE, "S", 1, tuple(words.split())), SERVE) == kind


def test_the_daemon_is_known_by_its_number() -> None:
    assert kind_of(Process(SERVE, 1, "S", 1, ("python", "-m", "runner")), SERVE) == "serve"


@pytest.mark.skipif(sys.platform != "linux", reason="this is how Linux shows processes")
def test_a_child_is_found_and_measured() -> None:
    waiting = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(waiting, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        found = {one.pid: one for one in below(os.getpid(), running())}
        assert found[child.pid].words[1:] == tuple(waiting[1:])
        assert not found[child.pid].ended
        taken = use(child.pid)
        assert taken is not None
        assert 0 < taken.shared <= taken.resident <= taken.peak
        assert (taken.threads, taken.files >= 3) == (1, True)
        child.kill()
    assert use(child.pid) is None


@pytest.mark.skipif(sys.platform != "linux", reason="this is how Linux shows processes")
def test_folders_are_found_in_which_a_file_is_open(tmp_path: Path) -> None:
    for name in ("held", "other"):
        (tmp_path / name).mkdir()
    with (tmp_path / "held" / "lock").open("w"):
        assert holds(os.getpid(), tmp_path) == {tmp_path / "held"}
    assert holds(os.getpid(), tmp_path) == set()
