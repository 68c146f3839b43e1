"""References: how they are written, and how their secrets are fetched."""

import os
import pickle
import sys
import time
from pathlib import Path

import pytest

from runner.config.references import NotAReference, Reference
from runner.config.secrets import Secrets, Unresolved
from runner.values.secret import Redactor


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets(
        environment={"PASSWORD": "hunter2", "NONE": "", "PATH": os.defpath, "HOME": str(tmp_path)},
        home=tmp_path / "home",
        folder=tmp_path,
        redactor=Redactor(),
        kigen=(sys.executable, "-c", "import sys; print('kigen', *sys.argv[1:])"),
        programs=tmp_path / "bin",
        command_time=5,
    )


def python(code: str) -> Reference:
    return Reference.parse({"command": [sys.executable, "-c", code]})


def reason(secrets: Secrets, value: object) -> str:
    with pytest.raises(Unresolved) as caught:
        secrets.fetch(Reference.parse(value))
    return f"{caught.value} / {caught.value.hint}"


@pytest.mark.parametrize(
    ("value", "kind", "words", "shown"),
    [
        ("env:PASSWORD", "env", ("PASSWORD",), "env:PASSWORD"),
        ("file:~/a b", "file", ("~/a b",), "file:~/a b"),
        ("keyring:my/site/taro", "keyring", ("my/site", "taro"), "keyring:my/site/taro"),
        ({"command": ["pass", "show", 7]}, "command", ("pass", "show", "7"), "command pass"),
    ],
)
def test_the_four_ways(value: object, kind: str, words: tuple[str, ...], shown: str) -> None:
    reference = Reference.parse(value)
    assert (reference.kind, reference.words, str(reference)) == (kind, words, shown)


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        "",
        12345678,
        None,
        True,
        ["hunter2"],
        "env:hun-ter2",
        "env:",
        "file:",
        "keyring:hunter2",
        "keyring:/a",
        {"command": "hunter2"},
        {"command": []},
        {"command": ["a"], "x": 1},
        {"cmd": ["hunter2"]},
        {"command": [["hunter2"]]},
    ],
)
def test_all_else_is_refused_without_being_repeated(value: object) -> None:
    with pytest.raises(NotAReference) as caught:
        Reference.parse(value)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.hint


def test_a_variable(secrets: Secrets) -> None:
    assert secrets.fetch(Reference.parse("env:PASSWORD")).reveal() == "hunter2"
    assert "env:MISSING: this variable is not set" in reason(secrets, "env:MISSING")
    assert "empty" in reason(secrets, "env:NONE")


def test_what_was_fetched_is_masked_from_then_on(secrets: Secrets) -> None:
    secrets.fetch(Reference.parse("env:PASSWORD"))
    assert "hunter2" not in secrets.redactor.mask("it is hunter2")
    assert "hunter2" not in repr(secrets).replace("'PASSWORD': 'hunter2'", "")


@pytest.mark.parametrize("path", ["pw", "~/pw", "$KIGEN_HOME/../pw", "${KIGEN_HOME}/../pw"])
def test_a_file(secrets: Secrets, tmp_path: Path, path: str) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "pw").write_text("pass word \r\n")
    (tmp_path / "pw").chmod(0o600)
    assert secrets.fetch(Reference.parse(f"file:{path}")).reveal() == "pass word "


def test_files_that_are_refused(secrets: Secrets, tmp_path: Path) -> None:
    file = tmp_path / "pw"
    file.write_text("hunter2")
    file.chmod(0o644)
    assert f"everybody may read this file / chmod 600 {file}" in reason(secrets, "file:pw")
    file.chmod(0o640)
    file.write_text("hunter2\nhunter3\n")
    assert "several lines" in reason(secrets, "file:pw")
    file.write_bytes(b"hunter2\xff")
    assert "UTF-8" in reason(secrets, "file:pw")
    file.write_text("x" * 100_000)
    assert "too large" in reason(secrets, "file:pw")
    assert "no such file" in reason(secrets, "file:none")
    (tmp_path / "folder").mkdir(mode=0o700)
    assert "can't be read" in reason(secrets, "file:folder")


def test_a_command_runs_without_a_shell_and_gives_its_first_line(secrets: Secrets) -> None:
    reference = Reference.parse({"command": ["echo", "$HOME; ls", "x\ny"]})
    assert secrets.fetch(reference).reveal() == "$HOME; ls x"


def test_kigen_is_this_very_program(secrets: Secrets) -> None:
    reference = Reference.parse({"command": ["kigen", "sandbox", "sms"]})
    assert secrets.fetch(reference).reveal() == "kigen sandbox sms"


def test_the_environment_s_own_programs_come_first(secrets: Secrets, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "echo"
    program.write_text("#!/bin/sh\necho mine\n")
    program.chmod(0o700)
    words = {"command": ["sh", "-c", "command echo x; exec echo"]}
    assert secrets.fetch(Reference.parse({"command": ["env", "echo"]})).reveal() == "mine"
    assert secrets.fetch(Reference.parse(words))


def test_commands_that_fail(secrets: Secrets) -> None:
    said = reason(
        secrets,
        {"command": [sys.executable, "-c", "import sys; print('hunter2'); sys.exit('hunter2')"]},
    )
    assert "ended with 1" in said
    assert "hunter2" not in said
    assert "does not start" in reason(secrets, {"command": ["no-such-program"]})
    assert "empty" in reason(secrets, {"command": ["true"]})


def test_a_command_that_hangs_is_ended_with_all_that_it_started(
    secrets: Secrets, tmp_path: Path
) -> None:
    secrets.command_time = 2.0
    began = time.monotonic()
    said = reason(secrets, {"command": ["sh", "-c", "sleep 60 & echo $! > pid; wait"]})
    assert "did not end within 2 s" in said
    assert time.monotonic() - began < 40
    child = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 60
    while _lives(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _lives(child)


def test_a_secret_is_fetched_once_in_a_run(secrets: Secrets, tmp_path: Path) -> None:
    reference = Reference.parse({"command": ["sh", "-c", "echo x >> count; echo abc"]})
    assert secrets.fetch(reference) == secrets.fetch(reference)
    assert (tmp_path / "count").read_text() == "x\n"


def test_a_keyring_without_the_entry(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    import keyring
    from keyring.backends import fail, null

    keyring.set_keyring(null.Keyring())
    assert "no such entry / keyring set site taro" in reason(secrets, "keyring:site/taro")
    keyring.set_keyring(fail.Keyring())
    assert "can't be used here (NoKeyringError)" in reason(secrets, "keyring:site/taro")


def test_references_may_be_stored_and_secrets_not(secrets: Secrets) -> None:
    reference = Reference.parse("env:PASSWORD")
    assert pickle.loads(pickle.dumps(reference)) == reference  # noqa: S301  made one line above
    with pytest.raises(TypeError):
        pickle.dumps(secrets.fetch(reference))


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
