"""Whatever a person gets wrong is answered in plain words; faults go into the log, masked."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from runner.cli.errors import KNOWN, known, message
from tests.cli.conftest import Kigen


@pytest.mark.parametrize("name", KNOWN)
def test_every_known_error_exists(name: str) -> None:
    module, _, kind = name.rpartition(".")
    assert issubclass(getattr(import_module(module), kind), Exception)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["statsu"], "No such command 'statsu'. Did you mean 'status'?"),
        (["status", "--jsn"], "No such option: --jsn (Possible options: --json)"),
        (["run", "flow"], "Missing argument 'NAME…'"),
        (["run", "flow", "docmo"], "there is no flow `docmo`"),
        (["run", "flow", "docomo", "--account", "frist"], "did you mean `first`?"),
        (["run", "flow", "povo"], "config.yaml uses the flow `povo` its accounts use: `docomo`"),
        (["run", "flow", "second", "--account", "first"], "`first` uses the flow `docomo`"),
        (["history", "frist"], "did you mean `first`?"),
        (["flows", "show", "docmo"], "did you mean `docomo`?"),
        (["flows", "lint", "docmo"], "did you mean `docomo`?"),
        (["approve", "nothing"], "there is no renewal `nothing`"),
        (["export", "renewals"], "one of --json and --csv is wanted"),
        (["schema"], "flow, selectors, config"),
        (["sandbox", "secrets", "docmo"], "Did you mean docomo?"),
        (["sandbox", "secrets", "docomo", "pasword"], "Did you mean password?"),
        (["sandbox", "set", "docomo", "duw"], "Did you mean due?"),
        (["sandbox", "fault", "slwo"], "Did you mean slow?"),
        (["sandbox", "fault", "slow", "seconds"], "write it like `count=1`"),
        (["notify", "test"], "names no target"),
        (["-v", "-q", "status"], "contradict"),
        (["--workspace", "/nowhere", "status"], "--workspace names /nowhere"),
    ],
)
def test_a_mistake_on_the_line(kigen: Kigen, workspace: Path, words: list[str], said: str) -> None:
    found = kigen(*words)
    assert said in " ".join(found.err.split())
    assert (found.code, found.out) == (2, "")
    assert "Traceback" not in found.err


def test_a_target_with_an_event_that_is_none_stops_a_run_before_it_pays(
    kigen: Kigen, workspace: Path
) -> None:
    with (workspace / "config.yaml").open("a") as file:
        file.write("notify: {targets: {phone: {url: env:PHONE, events: [renewd]}}}\n")
    for words in (["run", "due"], ["run", "flow", "docomo"], ["serve"], ["notify", "test"]):
        found = kigen(*words)
        assert (found.code, found.out) == (2, ""), words
        assert "there is no event `renewd`" in found.err
        assert "did you mean `renewed`?" in found.err


def test_a_mistake_in_a_file_is_shown_with_its_place(kigen: Kigen, workspace: Path) -> None:
    file = workspace / "config.yaml"
    file.write_text("acounts: {}\n")
    for words in (["status"], ["status", "--json"], ["run", "all", "--json"], ["history", "x"]):
        found = kigen(*words)
        assert (found.code, found.out) == (2, "")
        assert f"{file}:1:1: " in found.err
        assert "    acounts: •••\n    ^^^^^^^" in found.err
        assert "did you mean `accounts`?" in found.err


def test_without_a_workspace(kigen: Kigen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    found = kigen("status")
    assert found.code == 2
    assert "`kigen init` makes one" in found.err


@pytest.mark.parametrize(("command", "code"), [("status", 2), ("doctor", 1)])
def test_a_machine_whose_zone_has_no_name(
    process: Kigen, workspace: Path, command: str, code: int
) -> None:
    """`JST-9` is a zone for the C library, which knows nothing of it but its distance from UTC."""
    config = workspace / "config.yaml"
    config.write_text(config.read_text().replace("timezone: Asia/Tokyo", "browser: {path: none}"))
    found = process(command, TZ="JST-9")
    assert found.code == code
    said = found.out + found.err
    assert "the time zone of this machine has no name that is known: TZ is `JST-9`" in said
    assert "`timezone: Asia/Tokyo`" in said


def test_a_ledger_that_cannot_be_read(kigen: Kigen, workspace: Path, home: Path) -> None:
    home.mkdir()
    (home / "ledger.db").write_text("this is no database, but long enough to be taken for one")
    found = kigen("status")
    assert (found.code, found.out) == (1, "")
    assert "ledger.db" in found.err
    assert "Traceback" not in found.err


def test_a_home_that_cannot_be_made(kigen: Kigen, workspace: Path, home: Path) -> None:
    home.write_text("a file stands here")
    found = kigen("status")
    assert (found.code, found.out) == (1, "")
    assert str(home) in found.err


def test_several_errors_at_once_are_known_when_each_is() -> None:
    one, other = FileNotFoundError(2, "gone", "a"), FileNotFoundError(2, "gone", "b")
    both = ExceptionGroup("two", [one, other])
    assert known(both) == 1
    assert message(both) == "a: gone\nb: gone"
    assert known(ExceptionGroup("two", [one, RuntimeError()])) is None


FAULT = """
from runner.cli.errors import report
from runner.cli.redaction import REDACTOR
REDACTOR.add("correct-horse-battery")
try:
    raise RuntimeError("it knew correct-horse-battery")
except RuntimeError as error:
    raise SystemExit(report(error, ["history", "my-private-account"]))
"""


def test_a_fault_goes_into_the_log_and_not_to_the_screen(home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FAULT], capture_output=True, text=True)
    log = home / "logs" / "kigen.jsonl"
    assert done.returncode == 1
    assert done.stderr == f"This should not happen: RuntimeError. The details are in {log}.\n"
    entry = json.loads(log.read_text())
    assert "RuntimeError: it knew •••" in entry["exception"]
    assert entry["message"] == "fault in `kigen history`"
    assert "correct-horse" not in log.read_text()
    assert "my-private-account" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_reader_that_leaves_ends_the_command_in_silence(home: Path) -> None:
    line = f"{sys.executable} -m runner sandbox fault | head -1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
