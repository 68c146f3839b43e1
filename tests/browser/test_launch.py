import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.browser.find import Browser, BrowserError
from runner.browser.launch import launch, start_driver

from .processes import alive, descendants, wait_until

pytestmark = pytest.mark.browser

# A page that never lets go of its renderer, and a process that does nothing more.
PLAYS = """
import asyncio, os, signal
from runner.browser.find import find
from runner.browser.launch import launch, start_driver

async def main():
    driver = await start_driver()
    browser = await launch(driver, find(None, False, os.environ), headed=False)
    page = await browser.new_page()
    asyncio.ensure_future(page.evaluate("() => { console.log('busy'); for (;;) {} }"))
    await page.wait_for_event("console")
    print("ready", flush=True)
    await asyncio.sleep(600)

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under `nohup` it is ignored
asyncio.run(main())
"""


@pytest.fixture
def player() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PLAYS],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_no_process_outlives_the_run_however_it_is_ended(
    player: subprocess.Popen[str], sign: signal.Signals
) -> None:
    below = descendants(player.pid)
    assert len(below) > 3
    os.kill(player.pid, sign)
    player.wait(20)
    assert wait_until(lambda: not alive(below))


def test_a_terminals_interrupt_reaches_the_whole_group_and_leaves_nothing(
    player: subprocess.Popen[str],
) -> None:
    below = descendants(player.pid)
    os.killpg(player.pid, signal.SIGINT)
    player.wait(20)
    assert wait_until(lambda: not alive(below))


def test_the_browser_ends_when_the_driver_is_killed(player: subprocess.Popen[str]) -> None:
    below = descendants(player.pid)
    driver = next(pid for pid in below if below - {pid} == descendants(pid))
    os.kill(driver, signal.SIGKILL)
    assert wait_until(lambda: not alive(below))


def test_the_environment_is_left_as_it_was(here: Browser) -> None:
    before = dict(os.environ)

    async def start() -> None:
        driver = await start_driver()
        await driver.stop()

    asyncio.run(start())
    assert dict(os.environ) == before


def test_a_program_that_is_no_browser_is_told_in_plain_words(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text(
        "#!/bin/sh\necho 'error while loading shared libraries: libnss3.so: no'>&2\n"
    )
    program.chmod(0o755)

    async def start() -> None:
        driver = await start_driver()
        try:
            await launch(driver, Browser(program, "chromium", "configured"), headed=False)
        finally:
            await driver.stop()

    with pytest.raises(BrowserError, match=r"library libnss3\.so is missing"):
        asyncio.run(start())


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's system may allow a sandbox")
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_root_runs_without_the_sandbox(player: subprocess.Popen[str]) -> None:
    """Chromium refuses to set it up as root."""
    below = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in descendants(player.pid)]
    assert any(b"--no-sandbox" in arguments.split(b"\0") for arguments in below)


@pytest.mark.skipif(os.geteuid() == 0, reason="root never has a sandbox")
def test_where_no_sandbox_is_allowed_the_browser_runs_without(
    here: Browser, tmp_path: Path
) -> None:
    strict = tmp_path / "chromium-headless-shell"
    strict.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *--no-sandbox*) exec {here.path} "$@" ;; esac\n'
        "echo 'No usable sandbox!' >&2; exit 1\n"
    )
    strict.chmod(0o755)

    async def start() -> str:
        driver = await start_driver()
        try:
            found = Browser(strict, "headless-shell", "configured")
            running = await launch(driver, found, headed=False)
            await running.close()
            return running.version
        finally:
            await driver.stop()

    assert asyncio.run(start())
