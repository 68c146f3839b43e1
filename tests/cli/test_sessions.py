"""`kigen session` and `kigen keys`: what is shown, what goes, and what stays unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.browser.keys import new_key
from runner.browser.saved import Saved, SavedSessions
from runner.browser.vault import Vault
from runner.ledger.ledger import Ledger
from tests.cli.conftest import Kigen

NOW = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
UNTIL = NOW + timedelta(days=365)


@pytest.fixture
def kept(home: Path, workspace: Path) -> SavedSessions:
    cookies = [
        {"name": "session", "value": "token-canary", "expires": -1},
        {"name": "trusted", "value": "device-canary", "expires": UNTIL.timestamp()},
    ]
    sessions = SavedSessions(Vault(home, {}), lambda: NOW)
    state = {"cookies": cookies, "origins": []}
    sessions.save("first", Saved(state, {}, NOW), ["trusted"])
    return sessions


def test_the_list(kigen: Kigen, kept: SavedSessions) -> None:
    said = kigen("session", "list")
    assert said.out.splitlines()[1].split() == (
        ["first", "kept", "2026-11-21", "09:30", "2026-11-21", "09:30", "2027-11-21", "09:30"]
    )
    (one,) = kigen("session", "list", "--json").json()
    assert one == {
        "account": "first",
        "readable": True,
        "signed_in_at": NOW.isoformat(),
        "saved_at": NOW.isoformat(),
        "trusted_until": UNTIL.isoformat(),
    }


def test_an_empty_list(kigen: Kigen, workspace: Path) -> None:
    assert kigen("session", "list").out == "No session is kept.\n"


def test_a_reset_keeps_the_device_unless_told(kigen: Kigen, kept: SavedSessions) -> None:
    assert kigen("session", "reset", "first").code == 0
    assert [cookie["name"] for cookie in kept.load("first").state["cookies"]] == ["trusted"]
    assert kigen("session", "reset", "first", "--forget-device").code == 0
    said = kigen("session", "reset", "first", "--forget-device")
    assert said.code == 2
    assert "no session of `first` is kept" in said.err


def test_no_reset_during_a_run(kigen: Kigen, kept: SavedSessions, ledger: Ledger) -> None:
    with ledger.leases.acquire("first", "a run", 60):
        said = kigen("session", "reset", "first")
    assert said.code == 2
    assert "wait for its end" in said.err
    assert len(kept.load("first").state["cookies"]) == 2


def test_the_key_is_changed_and_never_shown(kigen: Kigen, kept: SavedSessions, home: Path) -> None:
    old = (home / "key").read_text()
    shown = kigen("keys", "show")
    assert str(home / "key") in shown.out
    assert "saved sessions: 1, trusted devices: 1" in shown.out
    rotated = kigen("keys", "rotate")
    assert (rotated.code, rotated.out.split(".")[0]) == (0, "Sealed anew: 2")
    new = (home / "key").read_text()
    assert new != old
    assert not any(key in said.out + said.err for key in (old, new) for said in (shown, rotated))
    assert len(kept.load("first").state["cookies"]) == 2


def test_a_key_in_the_environment_needs_a_second_one(
    kigen: Kigen, kept: SavedSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIGEN_KEY", "nonsense")
    said = kigen("keys", "rotate")
    assert (said.code, "is no key" in said.err) == (2, True)
    monkeypatch.setenv("KIGEN_KEY", kigen("keys", "new").out.strip())
    assert "in the variable KIGEN_KEY" in kigen("keys", "rotate").out
    said = kigen("keys", "rotate")
    assert said.code == 2
    assert "put a new key before the old one" in said.err


def test_what_can_not_be_opened_is_told(kigen: Kigen, kept: SavedSessions, home: Path) -> None:
    (home / "key").write_bytes(new_key())
    assert "can't be opened" in kigen("session", "list").out
    said = kigen("keys", "rotate")
    assert said.code == 1
    assert said.out.count("left as it was") == 2
