"""`kigen session import`: a session comes from the owner's own browser, or nothing changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.browser.saved import Saved, SavedSessions
from runner.browser.vault import Vault
from runner.ledger.ledger import Ledger
from tests.cli.conftest import Kigen

NOW = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
DEVICE = {"name": "dc_device", "value": "device-canary", "domain": "cfg.smt.docomo.ne.jp"}
FLOW = Path(__file__).parents[2] / "flows" / "docomo.yaml"


@pytest.fixture
def sessions(home: Path, workspace: Path) -> SavedSessions:
    return SavedSessions(Vault(home, {}), lambda: NOW)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "cookies.json"
    cookie = {"name": "s", "value": "session-canary", "domain": "www.docomo.ne.jp", "path": "/"}
    file.write_text(json.dumps([cookie, {**cookie, "domain": ".example.com"}]))
    return file


def test_a_session_is_taken_over(
    kigen: Kigen, sessions: SavedSessions, export: Path, home: Path
) -> None:
    said = kigen("session", "import", "first", str(export))
    assert said.code == 0, said.err
    assert "one cookie is kept, encrypted; left out: 1 of other sites" in said.out
    assert f"Delete {export} now" in said.out
    assert "canary" not in said.out + said.err
    saved = sessions.load("first")
    assert [cookie["domain"] for cookie in saved.state["cookies"]] == ["www.docomo.ne.jp"]
    assert saved.signed_in_at is not None, "the next run looks whether it holds"
    (file,) = (home / "sessions").iterdir()
    assert b"canary" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_trusted_device_stays_trusted(
    kigen: Kigen, sessions: SavedSessions, export: Path
) -> None:
    name = device_name()
    device = {**DEVICE, "name": name, "path": "/", "expires": -1}
    sessions.save("first", Saved({"cookies": [device], "origins": []}), [name])
    assert kigen("session", "import", "first", str(export)).code == 0
    assert {cookie["name"] for cookie in sessions.load("first").state["cookies"]} == {"s", name}


def test_what_is_no_session_changes_nothing(
    kigen: Kigen, sessions: SavedSessions, tmp_path: Path
) -> None:
    kept = {"name": "old", "value": "x", "domain": "www.docomo.ne.jp", "path": "/", "expires": -1}
    sessions.save("first", Saved({"cookies": [kept], "origins": []}, {}, NOW), [])
    wrong = tmp_path / "notes.txt"
    wrong.write_text("these are no cookies\n")
    said = kigen("session", "import", "first", str(wrong))
    assert said.code == 2
    assert "line 1 has 1 fields" in said.err
    assert "nothing has changed" in said.err
    assert "Traceback" not in said.err
    missing = kigen("session", "import", "first", str(tmp_path / "none.txt"))
    assert (missing.code, "can't be read" in missing.err) == (2, True)
    assert kigen("session", "import", "frist", str(wrong)).code == 2
    assert sessions.load("first").state["cookies"] == [kept]


def test_no_import_during_a_run(
    kigen: Kigen, sessions: SavedSessions, export: Path, ledger: Ledger
) -> None:
    with ledger.leases.acquire("first", "a run", 60):
        said = kigen("session", "import", "first", str(export))
    assert said.code == 2
    assert "wait for its end" in said.err
    assert sessions.load("first").state["cookies"] == []


def device_name() -> str:
    """A cookie by which docomo knows a device."""
    found = FLOW.read_text().split("trusted_device: [")[1].split("]")[0]
    return found.split(",")[0].strip()
