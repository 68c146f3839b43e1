from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import update

from runner.ledger.errors import Busy, LeaseLost
from runner.ledger.ledger import Ledger
from runner.ledger.process import Process
from runner.ledger.tables import leases

SPAWN = multiprocessing.get_context("spawn")
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="tells the start of a process from /proc"
)


def test_one_holder_at_a_time(ledger: Ledger, clock) -> None:
    since = clock()
    with ledger.leases.acquire("docomo", "run 1 by hand", 60) as lease:
        clock.forward(seconds=1)
        assert lease.still_mine()
        with pytest.raises(Busy, match="held by run 1 by hand since 2026-11-21 06:00:00") as caught:
            ledger.leases.acquire("docomo", "run 2", 60)
        assert (caught.value.who, caught.value.since) == ("run 1 by hand", since)
        ledger.leases.acquire("softbank", "run 3", 60).release()
    assert not lease.still_mine()
    ledger.leases.acquire("docomo", "run 4", 60)
    lease.release()
    with pytest.raises(Busy, match="run 4"):
        ledger.leases.acquire("docomo", "run 5", 60)


def test_an_expired_lease_is_taken_over_and_its_holder_finds_out(ledger: Ledger, clock) -> None:
    old = ledger.leases.acquire("docomo", "old", 60)
    clock.forward(seconds=59)
    with pytest.raises(Busy):
        ledger.leases.acquire("docomo", "new", 60)
    clock.forward(seconds=1)
    assert not old.still_mine()
    new = ledger.leases.acquire("docomo", "new", 60)
    assert new.still_mine()
    assert not old.still_mine()
    with pytest.raises(LeaseLost, match="lease on account docomo is gone"):
        old.renew(60)
    old.release()
    assert new.still_mine()


def test_a_renewed_lease_lasts_longer(ledger: Ledger, clock) -> None:
    lease = ledger.leases.acquire("docomo", "run", 60)
    clock.forward(seconds=50)
    lease.renew(60)
    clock.forward(seconds=50)
    assert lease.still_mine()
    with pytest.raises(Busy):
        ledger.leases.acquire("docomo", "other", 60)


def test_the_token_is_not_shown(ledger: Ledger) -> None:
    lease = ledger.leases.acquire("docomo", "run", 60)
    assert lease.token not in repr(lease)


def _acquire_and_die(where: str, answers) -> None:
    ledger = Ledger.open(where)
    ledger.leases.acquire("docomo", "the dead one", 3600)
    answers.put("acquired")
    answers.close()
    answers.join_thread()
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_lease_of_a_dead_process_is_taken_over_at_once(where: str) -> None:
    with Ledger.open(where) as ledger:
        answers = SPAWN.Queue()
        child = SPAWN.Process(target=_acquire_and_die, args=(where, answers))
        child.start()
        assert answers.get(timeout=60) == "acquired"
        child.join()
        assert child.exitcode == -signal.SIGKILL
        assert ledger.leases.acquire("docomo", "new", 60).still_mine()


@pytest.mark.parametrize("column", ["host", "boot"])
def test_a_holder_on_another_machine_or_behind_a_wall_counts_as_alive(
    where: str, ledger: Ledger, column: str
) -> None:
    lease = ledger.leases.acquire("docomo", "elsewhere", 60)
    assert ledger.leases.held_here() == {"docomo"}
    with ledger._database.write() as connection:
        connection.execute(update(leases).values({"pid": 4194399, column: "elsewhere"}))
    with pytest.raises(Busy):
        ledger.leases.acquire("docomo", "new", 60)
    assert lease.still_mine()
    assert (ledger.leases.held(), ledger.leases.held_here()) == ({"docomo"}, set())


def _wait(go_on) -> None:
    go_on.wait()


def test_a_living_process_is_not_dead_and_an_ended_one_is() -> None:
    me = Process.this()
    assert not me.is_dead()
    go_on = SPAWN.Event()
    child = SPAWN.Process(target=_wait, args=(go_on,))
    child.start()
    other = Process(me.host, me.boot, child.pid, "")
    assert not other.is_dead()
    go_on.set()
    child.join()
    assert other.is_dead()


@needs_proc
def test_a_process_id_that_is_used_again_does_not_bring_its_first_holder_back() -> None:
    me = Process.this()
    assert Process(me.host, me.boot, me.pid, "1").is_dead()


@needs_proc
def test_a_process_that_was_not_yet_collected_has_ended() -> None:
    me = Process.this()
    go_on = SPAWN.Event()
    child = SPAWN.Process(target=_wait, args=(go_on,))
    child.start()
    stat = Path(f"/proc/{child.pid}/stat").read_text()
    start = stat.rpartition(")")[2].split()[19]
    assert not Process(me.host, me.boot, child.pid, start).is_dead()
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert Process(me.host, me.boot, child.pid, start).is_dead()
    child.join()


def _compete(where: str, barrier, answers, done) -> None:
    with Ledger.open(where) as ledger:
        barrier.wait()
        try:
            ledger.leases.acquire("docomo", f"process {os.getpid()}", 60)
            answers.put("mine")
        except Busy:
            answers.put("busy")
        # A holder that ended would be taken over.
        done.wait()


@pytest.mark.parametrize("left_over", [False, True])
def test_of_processes_that_compete_one_gets_the_account(
    where: str, ledger: Ledger, left_over: bool
) -> None:
    if left_over:
        ledger.leases.acquire("docomo", "long ago", 0)
    barrier, answers, done = SPAWN.Barrier(4), SPAWN.Queue(), SPAWN.Event()
    children = [
        SPAWN.Process(target=_compete, args=(where, barrier, answers, done)) for _ in range(4)
    ]
    for child in children:
        child.start()
    answered = sorted(answers.get(timeout=60) for _ in children)
    done.set()
    for child in children:
        child.join()
    assert answered == ["busy", "busy", "busy", "mine"]
