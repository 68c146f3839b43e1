"""Opening: new files, old files, newer files, files that cannot be used."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from runner.ledger.errors import LedgerError, LedgerTooNew
from runner.ledger.ledger import Ledger
from runner.ledger.schema import HEAD

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def where(path: Path) -> str:
    """Always a file: that is what is opened here."""
    return str(path)


def test_a_new_ledger_is_for_its_owner_alone(path: Path, ledger: Ledger) -> None:
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    files = list(path.parent.iterdir())
    assert path in files
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_file_that_others_may_read_is_closed_to_them(path: Path) -> None:
    path.parent.mkdir()
    path.touch(mode=0o644)
    Ledger.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_written_is_there_after_reopening(path: Path, ledger: Ledger, run) -> None:
    ledger.close()
    with Ledger.open(str(path)) as again:
        assert again.runs.get(run.id) == run
    with Ledger.open(f"sqlite:///{path}") as again:
        assert again.runs.get(run.id) == run


def test_commits_are_synced_and_foreign_keys_hold(ledger: Ledger) -> None:
    with ledger._database.read() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


def test_an_up_to_date_ledger_is_opened_without_what_it_does_not_use(
    path: Path, ledger: Ledger
) -> None:
    code = (
        "import sys; from runner.ledger.ledger import Ledger; "
        f"Ledger.open({str(path)!r}).close(); "
        "heavy = 'alembic', 'sqlalchemy.orm', 'sqlalchemy.dialects.postgresql'; "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_room_itself_imports_nothing_heavy() -> None:
    code = (
        "import sys, runner.ledger, runner.ledger.errors, runner.ledger.states; "
        "print([name for name in ('sqlalchemy', 'alembic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_ledger_of_a_newer_version_is_left_alone(path: Path, ledger: Ledger) -> None:
    ledger.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerTooNew, match=f"schema 9999; this version knows up to {HEAD}"):
        Ledger.open(path)


def _open_all(folder: str, barrier, answers) -> None:
    for number in range(12):
        barrier.wait()
        try:
            Ledger.open(Path(folder) / f"{number}.db").close()
        except Exception as error:
            answers.put(repr(error))
        else:
            answers.put("open")


def test_processes_that_open_a_new_ledger_together_all_succeed(tmp_path: Path) -> None:
    barrier, answers = SPAWN.Barrier(4), SPAWN.Queue()
    children = [
        SPAWN.Process(target=_open_all, args=(str(tmp_path), barrier, answers)) for _ in range(4)
    ]
    for child in children:
        child.start()
    answered = [answers.get(timeout=60) for _ in range(12 * len(children))]
    for child in children:
        child.join()
    assert set(answered) == {"open"}


def test_a_file_of_another_kind_is_named_as_such(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database " * 100)
    with pytest.raises(LedgerError, match="It is not a ledger"):
        Ledger.open(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_folder_in_place_of_the_file(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(LedgerError, match="cannot be"):
        Ledger.open(path)


def test_a_place_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="Check that the folder exists"):
        Ledger.open(tmp_path / "file" / "kigen.db")


def test_an_address_that_is_not_understood_is_not_repeated() -> None:
    with pytest.raises(LedgerError) as caught:
        Ledger.open("nosuch://someone:pa55word@host/kigen")
    assert "pa55word" not in str(caught.value)
    assert "not understood" in str(caught.value)


def test_a_full_disk_is_said_in_plain_words(ledger: Ledger, run) -> None:
    with ledger._database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with ledger._database.write() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LedgerError, match=r"The disk is full\. Free some space"):
        ledger.readings.add(run.id, "docomo", "x", values={"page": "x" * 100_000})
    assert ledger.readings.latest() == {}


def test_a_locked_ledger_is_said_in_plain_words(path: Path, ledger: Ledger, run) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Ledger.open(path, busy_seconds=0.05) as impatient:
        assert impatient.runs.get(run.id) == run
        with pytest.raises(LedgerError, match=r"Another process keeps it locked\. Wait for"):
            impatient.runs.end(run.id, outcome="failed")
        other.rollback()
        assert impatient.runs.end(run.id, outcome="failed").outcome == "failed"
    other.close()


def _write_as_nobody(path: str, answers) -> None:
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        Ledger.open(path)
    except LedgerError as error:
        answers.put(str(error))
    except Exception as error:
        answers.put(repr(error))
    else:
        answers.put("open")


def test_a_folder_without_the_right_to_write_is_said_in_plain_words() -> None:
    # Not under tmp_path: another user may not even look into that.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        answers = SPAWN.Queue()
        child = SPAWN.Process(target=_write_as_nobody, args=(str(folder / "kigen.db"), answers))
        child.start()
        answer = answers.get(timeout=60)
        child.join()
        folder.chmod(0o755)
    assert "Permission denied. Check that the folder exists and that this user may write" in answer
