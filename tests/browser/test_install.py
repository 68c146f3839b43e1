import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.browser.download import download
from runner.browser.find import Browser, BrowserError
from runner.browser.install import Means, ensure_browser

from .processes import alive, wait_until

Fake = Callable[[str], list[str]]


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    """A stand-in for Playwright's installer: a Python program of its own."""

    def make(source: str) -> list[str]:
        script = tmp_path / "installer.py"
        script.write_text("import os, subprocess, sys, time, pathlib\n" + source)
        return [sys.executable, str(script)]

    return make


def test_a_refused_download_fails_at_once_with_its_reason(fake: Fake) -> None:
    installer = fake("print('Error: getaddrinfo ENOTFOUND host\\n    at x.js:1'); sys.exit(1)")
    began = time.monotonic()
    with pytest.raises(BrowserError, match=r"^getaddrinfo ENOTFOUND host$"):
        download(os.environ, print, installer=installer)
    assert time.monotonic() - began < 40


def test_a_download_that_stands_still_is_ended_with_all_its_processes(
    fake: Fake, tmp_path: Path
) -> None:
    # It prints at each of its attempts, as the real one does: that is no progress.
    installer = fake(
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid))\n"
        "while True: print('Downloading', flush=True); time.sleep(0.1)"
    )
    with pytest.raises(BrowserError, match="stood still for 3 s"):
        download(os.environ, print, installer=installer, stall_seconds=3.0)
    child = int((tmp_path / "pid").read_text())
    assert wait_until(lambda: not alive({child}))


def test_a_slow_download_that_moves_is_left_to_finish(fake: Fake) -> None:
    installer = fake(
        "file = open(os.path.join(os.environ['TMPDIR'], 'part'), 'ab', buffering=0)\n"
        "for _ in range(12): file.write(b'x'); time.sleep(0.3)"
    )
    download(os.environ, print, installer=installer, stall_seconds=3.0)


def test_the_installer_is_asked_for_the_shell_alone(fake: Fake, tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    download(os.environ, print, installer=fake(f"open({str(noted)!r}, 'w').write(str(sys.argv))"))
    assert "'install', '--only-shell', 'chromium'" in noted.read_text()


def test_an_installer_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrowserError, match="No such file"):
        download(os.environ, print, installer=[str(tmp_path / "none")])


class Machine:
    """A machine on which a browser turns up once some means has worked."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "chromium"
        self.said: list[str] = []

    def look(self) -> Browser:
        if not self.program.exists():
            raise BrowserError("No browser was found.")
        return Browser(self.program, "chromium", "system")

    def appear(self, works: bool = True) -> None:
        self.program.write_text(f"#!/bin/sh\nexit {0 if works else 127}\n")
        self.program.chmod(0o755)

    def refuse(self) -> None:
        raise BrowserError("refused")

    def ensure(self, *ways: tuple[str, Callable[[], None]]) -> Browser:
        means = [Means(words, get) for words, get in ways]
        return ensure_browser({}, self.said.append, means=lambda *_: means, look=self.look)


def test_a_browser_that_works_is_taken_without_a_word(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.appear()
    assert machine.ensure(("Never", pytest.fail)).path == machine.program
    assert machine.said == []


def test_the_next_means_is_tried_when_one_fails(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    found = machine.ensure(("First", machine.refuse), ("Second", machine.appear))
    assert found.path == machine.program
    assert [re.sub(r"\W+$", "", said) for said in machine.said] == [
        "No browser was found",
        "First",
        "  That did not work: refused",
        "Second",
    ]


def test_a_browser_that_is_there_and_does_not_start_is_not_enough(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.appear(works=False)
    machine.ensure(("Mend", machine.appear))
    machine.program.unlink()
    with pytest.raises(BrowserError, match=r"Break: .* does not start"):
        machine.ensure(("Break", lambda: machine.appear(works=False)))


def test_when_nothing_helps_a_person_learns_what_would(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with pytest.raises(BrowserError) as failed:
        machine.ensure(("First", machine.refuse))
    message = str(failed.value)
    assert "First: refused" in message
    for help_offered in ("apt-get install", "playwright install", "config.yaml"):
        assert help_offered in message
