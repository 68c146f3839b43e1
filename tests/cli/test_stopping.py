"""A signal is heard once, by whoever has something to stop, and never ends in a traceback."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pytest

from runner.cli import stopping
from runner.cli.main import main
from tests.browser.processes import hears, wait_until


@pytest.fixture
def listening() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    with stopping.listening(to_the_end=False):
        yield
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before


pytestmark = pytest.mark.usefixtures("listening")


def test_nobody_hears_unless_somebody_listens() -> None:
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)
    assert (stopping.told(), stopping.exit_code()) == (signal.SIGTERM, 143)


def test_what_came_before_is_heard_at_once_and_what_comes_later_too() -> None:
    heard: list[int] = []
    signal.raise_signal(signal.SIGINT)
    with stopping.hearing(heard.append):
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)
    assert heard == [signal.SIGINT, signal.SIGTERM]


def test_it_is_raised_once_so_that_what_is_put_away_comes_to_its_end() -> None:
    put_away = False

    class Putting:
        def __enter__(self) -> None:
            pass

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            trace: TracebackType | None,
        ) -> None:
            nonlocal put_away
            signal.raise_signal(signal.SIGINT)
            put_away = True

    with pytest.raises(stopping.Stopped), stopping.hearing(stopping.give_up), Putting():
        signal.raise_signal(signal.SIGINT)
    assert put_away


def test_what_python_drops_is_raised_again(capsys: pytest.CaptureFixture[str]) -> None:
    class Dying:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    dying = Dying()
    with pytest.raises(stopping.Stopped), stopping.hearing(stopping.give_up):  # noqa: PT012  see del
        del dying
        time.sleep(10)
    assert stopping.exit_code() == 143
    assert capsys.readouterr().err == ""


def test_other_faults_that_python_drops_are_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(lost.exc_type))

    class Dying:
        def __del__(self) -> None:
            raise ValueError

    with stopping.listening(to_the_end=False):
        Dying()
    assert told == [ValueError]


def test_what_runs_in_a_loop_ends_in_order() -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(60)
        finally:
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(0)
            ended.append("in order")

    with pytest.raises(stopping.Stopped):
        stopping.run(waits())
    assert ended == ["in order"]


def test_a_loop_gives_back_what_it_has_found() -> None:
    async def finds() -> int:
        return 7

    assert stopping.run(finds()) == 7


@pytest.mark.parametrize("number", stopping.SIGNALS)
def test_a_command_that_is_stopped_ends_with_the_code_of_its_signal(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waits(_: object) -> None:
        signal.raise_signal(number)

    monkeypatch.setattr("runner.cli.invocation.Invocation.home", property(waits))
    assert main(["keys", "show"]) == 128 + number


@pytest.mark.skipif(sys.platform != "linux", reason="sees handlers as Linux shows them")
@pytest.mark.parametrize("moment", [0.0, 0.03, 0.1, 0.2, 0.4])
def test_a_storm_on_a_command_leaves_no_traceback(moment: float, tmp_path: Path) -> None:
    """From the moment on at which our first line was played, to the end of the process."""
    words = [sys.executable, "-m", "runner", "status"]
    (tmp_path / "config.yaml").write_text("accounts: {}\n")
    environment = {**os.environ, "KIGEN_HOME": str(tmp_path / "home")}
    process = subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    with process:
        assert wait_until(lambda: hears(process.pid))
        time.sleep(moment)  # any moment will do: the more there are, the more is tried
        for _ in range(300):
            process.send_signal(signal.SIGINT)
            if process.poll() is not None:
                break
            time.sleep(0.002)
        _, complaints = process.communicate(timeout=30)
    assert process.returncode in (0, 130), complaints
    assert b"Traceback" not in complaints
    assert b"ignored" not in complaints
