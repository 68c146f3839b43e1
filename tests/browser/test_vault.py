"""Sessions are sealed; one that can't be read is set aside; a refused password is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from runner.browser.refusals import Refusals
from runner.browser.vault import Vault
from runner.values.secret import Secret

STATE = {"cookies": [{"name": "session", "value": "token-4711-canary"}], "origins": []}


def vault(folder: Path, **environment: str) -> Vault:
    return Vault(folder / "sessions", folder / "key", environment)


def test_what_was_saved_comes_back_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    assert vault(tmp_path).load("docomo") is None
    vault(tmp_path).save("docomo", STATE)
    assert vault(tmp_path).load("docomo") == STATE
    for file in (tmp_path / "key", tmp_path / "sessions/docomo.session"):
        assert file.stat().st_mode & 0o077 == 0
        assert b"canary" not in file.read_bytes()


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"nonsense", Fernet(Fernet.generate_key()).encrypt(b"{}")],
    ids=["empty", "nonsense", "other key"],
)
def test_an_unreadable_session_is_set_aside(tmp_path: Path, spoilt: bytes) -> None:
    vault(tmp_path).save("docomo", STATE)
    (tmp_path / "sessions/docomo.session").write_bytes(spoilt)
    assert vault(tmp_path).load("docomo") is None
    assert (tmp_path / "sessions/docomo.unreadable").exists()
    vault(tmp_path).save("docomo", STATE)
    assert vault(tmp_path).load("docomo") == STATE


def test_a_key_of_ones_own(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    vault(tmp_path, KIGEN_KEY=key).save("docomo", STATE)
    assert not (tmp_path / "key").exists()
    assert vault(tmp_path, KIGEN_KEY=key).load("docomo") == STATE


def test_account_names_do_not_leave_the_folder(tmp_path: Path) -> None:
    vault(tmp_path).save("../../etc/Docomo", STATE)
    assert [file.name for file in (tmp_path / "sessions").iterdir()] == ["-etc-docomo.session"]


def test_a_refused_password_is_known_until_it_changes(tmp_path: Path) -> None:
    refusals = Refusals(tmp_path / "sessions", vault(tmp_path).key)
    old = {"id": "taro", "password": Secret("hunter2-canary")}
    assert not refusals.has("docomo", old)
    refusals.add("docomo", old)
    assert refusals.has("docomo", old)
    assert not refusals.has("docomo", {**old, "password": Secret("hunter3")})
    assert not refusals.has("other", old)
    assert b"canary" not in (tmp_path / "sessions/docomo.refused").read_bytes()
    refusals.forget("docomo")
    assert not refusals.has("docomo", old)
