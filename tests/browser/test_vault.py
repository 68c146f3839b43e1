"""What is sealed can be opened by its key alone; what can't be opened is never fatal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from runner.browser.keys import NoKey
from runner.browser.saved import Saved, SavedSessions
from runner.browser.vault import PROTECTED, Unopened, Vault

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
IN_A_YEAR = (NOW + timedelta(days=365)).timestamp()
SESSION = {"name": "session", "value": "token-4711-canary", "expires": -1}
DEVICE = {"name": "trusted", "value": "device-0815-canary", "expires": IN_A_YEAR}


def sessions(home: Path, **environment: str) -> SavedSessions:
    return SavedSessions(Vault(home, environment), lambda: NOW)


def saved() -> Saved:
    state = {"cookies": [dict(SESSION), dict(DEVICE)], "origins": []}
    return Saved(state, {"https://a.example.jp": {"step": "2"}}, NOW)


def keep(home: Path, account: str = "docomo", **environment: str) -> None:
    sessions(home, **environment).save(account, saved(), ["trusted"])


def test_what_was_saved_comes_back_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    assert sessions(tmp_path).load("docomo") == Saved()
    keep(tmp_path)
    assert sessions(tmp_path).load("docomo") == saved()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.name for file in files} == {"key", "key.lock", "docomo.sealed"}
    for file in files:
        assert file.stat().st_mode & 0o077 == 0
        assert b"canary" not in file.read_bytes()
    assert (tmp_path / "sessions").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"nonsense", Fernet(Fernet.generate_key()).encrypt(b"{}")],
    ids=["empty", "nonsense", "other key"],
)
def test_an_unreadable_session_is_set_aside_and_told(tmp_path: Path, spoilt: bytes) -> None:
    keep(tmp_path)
    (tmp_path / "sessions/docomo.sealed").write_bytes(spoilt)
    assert [kept.readable for kept in sessions(tmp_path).all()] == [False]
    found = sessions(tmp_path).load("docomo")
    assert found.signed_in_at is None
    assert found.state["cookies"] == [DEVICE]
    (note,) = found.notes
    assert "session was set aside: docomo.sealed can't be opened" in note
    assert (tmp_path / "sessions/docomo.unreadable").read_bytes() == spoilt
    keep(tmp_path)
    assert sessions(tmp_path).load("docomo") == saved()


def test_without_the_keyring_that_has_the_key_there_is_no_session(tmp_path: Path) -> None:
    keep(tmp_path)
    (tmp_path / "key").write_text("keyring")
    found = SavedSessions(Vault(tmp_path, {}, _NoKeyring()), lambda: NOW).load("docomo")
    assert found.signed_in_at is None
    assert "the saved session can't be used: the keyring can't be used here" in found.notes[0]
    assert (tmp_path / "sessions/docomo.sealed").exists()


def test_a_key_of_ones_own(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    keep(tmp_path, KIGEN_KEY=key)
    assert not (tmp_path / "key").exists()
    assert sessions(tmp_path, KIGEN_KEY=key).load("docomo") == saved()


def test_what_is_no_key_is_named_but_not_shown(tmp_path: Path) -> None:
    with pytest.raises(NoKey, match="what is in KIGEN_KEY is no key") as caught:
        keep(tmp_path, KIGEN_KEY="canary")
    assert "canary" not in str(caught.value)


def test_a_reset_keeps_the_trusted_device(tmp_path: Path) -> None:
    keep(tmp_path)
    (kept,) = sessions(tmp_path).all()
    assert (kept.signed_in_at, kept.saved_at) == (NOW, NOW)
    assert kept.trusted_until == NOW + timedelta(days=365)
    assert sessions(tmp_path).reset("docomo", forget_device=False)
    found = sessions(tmp_path).load("docomo")
    assert (found.state["cookies"], found.signed_in_at) == ([DEVICE], None)
    assert sessions(tmp_path).reset("docomo", forget_device=True)
    assert sessions(tmp_path).load("docomo") == Saved()
    assert not sessions(tmp_path).reset("docomo", forget_device=True)


def test_a_device_that_is_trusted_no_more_goes(tmp_path: Path) -> None:
    keep(tmp_path)
    later = SavedSessions(Vault(tmp_path, {}), lambda: NOW + timedelta(days=366))
    assert later.load("docomo").state["cookies"] == [SESSION]
    sessions(tmp_path).save("docomo", Saved(signed_in_at=NOW), ["trusted"])
    assert not (tmp_path / "devices/docomo.sealed").exists()


@pytest.mark.parametrize(
    ("one", "other"), [("a.b", "a-b"), ("docomo", "Docomo"), ("a b", "a%20b"), ("..", "--")]
)
def test_every_account_has_a_file_of_its_own(tmp_path: Path, one: str, other: str) -> None:
    vault = Vault(tmp_path, {})
    for name in (one, other):
        vault.write("sessions", name, name)
    assert [vault.read("sessions", name) for name in (one, other)] == [one, other]
    assert vault.names("sessions") == sorted([one, other])
    files = [file.name for file in (tmp_path / "sessions").iterdir()]
    assert len({file.lower() for file in files}) == 2
    assert not (tmp_path.parent / ".sealed").exists()


def test_only_what_is_listed_is_sealed(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="the vault keeps no notes"):
        Vault(tmp_path, {}).write("notes", "docomo", 1)
    for kind in PROTECTED:
        Vault(tmp_path, {}).write(kind, "docomo", kind)
    assert len(Vault(tmp_path, {}).files()) == len(PROTECTED)


def test_one_changed_bit_is_seen(tmp_path: Path) -> None:
    Vault(tmp_path, {}).write("sessions", "a", 1)
    with pytest.raises(Unopened):
        Vault(tmp_path, {"KIGEN_KEY": ""}).read("sessions", _damaged(tmp_path))


def _damaged(home: Path) -> str:
    file = home / "sessions/a.sealed"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    return "a"


class _NoKeyring:
    """A keyring as on a machine without a desktop."""

    def get_password(self, service: str, name: str) -> str | None:
        from keyring.errors import NoKeyringError

        raise NoKeyringError

    def set_password(self, service: str, name: str, password: str) -> None:
        self.get_password(service, name)

    def delete_password(self, service: str, name: str) -> None:
        self.get_password(service, name)
