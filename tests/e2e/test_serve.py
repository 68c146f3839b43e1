"""`kigen serve` with real runs: it drains, and neither loses nor repeats anything when it is killed."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
import yaml

from runner.ledger.records import Run
from runner.ledger.states import State
from runner.sandbox import control
from tests.browser.processes import descendants, wait_until
from tests.e2e.world import World

ROOT = Path(__file__).parents[2]
SET_CHILD_SUBREAPER = 36
WELL = {"renewed", "nothing_due", "read_only"}
ACCOUNTS = ("docomo", "softbank-prepaid", "linemo", "ymobile")
TOLD = re.compile(r"^\w+: (\S+): (?:played by process (\d+)|.*\(exit code|no outcome)", re.M)
"""That a run begins, with its process, and that it has ended."""
LONG = 150.0
"""Seconds that a loaded machine may take for all of them, a second try after a minute included."""


class Served:
    """A daemon with several accounts, killed and begun again."""

    def __init__(self, world: World, chance: Random, names: tuple[str, ...] = ACCOUNTS[:3]) -> None:
        self.world, self.chance, self.names = world, chance, names
        demonstration = yaml.safe_load((ROOT / "config.yaml").read_text())
        accounts = {name: demonstration["accounts"][name] for name in names}
        settings = {
            "timezone": "Asia/Tokyo",
            "browser": {"parallel": 2},
            "accounts": {
                name: {**one, "schedule": "every 24 hours"} for name, one in accounts.items()
            },
        }
        world.folder.mkdir(mode=0o700)
        (world.folder / "config.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True))
        self.killed: set[str] = set()
        self.begin()

    def begin(self) -> None:
        self.log = (self.world.folder / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "runner", "serve"],
            cwd=self.world.folder,
            env=self.world.environment,
            stderr=self.log,
        )

    def runs(self) -> list[Run]:
        with self.world.ledger() as ledger:
            return ledger.runs.list(limit=1000)

    def all_done(self) -> bool:
        return {run.account for run in self.runs() if run.outcome in WELL} == set(self.names)

    def kill(self) -> None:
        """Kill the daemon while something is played, or when all is done; at times with its runs."""
        assert self.wait(lambda: self.playing() or self.all_done()), self.told()
        time.sleep(self.chance.uniform(0, 2))
        playing = self.playing()
        self.process.kill()
        self.process.wait()
        self.log.close()
        for account, pid in playing.items():
            if account not in self.killed and self.chance.random() < 0.5:
                self.killed.add(account)
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)

    def playing(self) -> dict[str, int]:
        """The processes of runs, also of those whose daemon is gone, by their accounts."""
        found: dict[str, int] = {}
        for account, pid in TOLD.findall(self.told()):
            if pid:
                found[account] = int(pid)
            else:
                found.pop(account, None)
        alive = descendants(os.getpid())
        return {account: pid for account, pid in found.items() if pid in alive}

    def wait(self, what: object) -> bool:
        return wait_until(what, LONG)  # type: ignore[arg-type]

    def told(self) -> str:
        return (self.world.folder / "serve.log").read_text()

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(LONG)
        self.log.close()
        return code

    def check(self) -> None:
        """Every account was played well exactly once; every charge is a renewal, and the only one."""
        runs = self.runs()
        assert all(run.outcome is not None or run.account in self.killed for run in runs)
        unknown = {run.account for run in runs if run.outcome == "payment_unknown"}
        well = Counter(run.account for run in runs if run.outcome in WELL)
        assert set(well) | unknown == set(self.names), self.told()
        assert unknown <= self.killed
        assert max(well.values()) == 1, well
        with self.world.ledger() as ledger:
            renewals = ledger.renewals.list()
        paid = [one for one in renewals if one.state is State.VERIFIED]
        charges = control.charges(self.world.home)
        assert Counter(one.line for one in paid) == Counter({one.line: 1 for one in paid})
        assert len(paid) <= len(charges) <= len(paid) + len(unknown)
        assert len(paid) >= 2, "nothing was due: this proves nothing"


@pytest.fixture
def all_below(world: World) -> Iterator[World]:
    """Orphans become children of this process, so that none is overlooked."""
    if sys.platform != "linux":
        pytest.skip("this looks at processes as Linux shows them")
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    yield world
    for pid in descendants(os.getpid()) - world.before:  # where a test has failed
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def killed(served: Served, times: int) -> None:
    for _ in range(times):
        served.kill()
        served.begin()
    settled = served.wait(
        lambda: (
            not served.playing()
            and {run.account for run in served.runs() if run.outcome in {*WELL, "payment_unknown"}}
            == set(served.names)
        )
    )
    assert settled, served.told()
    assert served.stop() == 0
    served.check()
    served.world.nothing_runs()


@pytest.mark.nightly
def test_killed_five_times_under_load(all_below: World) -> None:
    killed(Served(all_below, Random(1)), times=5)  # noqa: S311  the same attack each time


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(10))
def test_killed_fifty_times_under_load(all_below: World, seed: int) -> None:
    chance = Random(100 + seed)  # noqa: S311  the same attack each time
    killed(Served(all_below, chance, ACCOUNTS), times=5)


def test_told_to_stop_it_lets_runs_end_and_a_second_one_does_not_begin(all_below: World) -> None:
    served = Served(all_below, Random(3), ("docomo",))  # noqa: S311  nothing is drawn
    begun: set[str] = set()
    assert served.wait(lambda: begun.update(served.playing()) or begun), served.told()
    second = subprocess.run(
        [sys.executable, "-m", "runner", "serve"],
        cwd=all_below.folder,
        env=all_below.environment,
        capture_output=True,
        text=True,
    )
    assert (second.returncode, "already" in second.stderr) == (2, True)
    assert served.stop() == 0
    ended = {run.account: run.outcome for run in served.runs()}
    assert begun <= set(ended)
    assert set(ended.values()) <= WELL
    assert "stopped in good order" in served.told()
    all_below.nothing_runs()
