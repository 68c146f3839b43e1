"""`kigen dashboard`: links, the password, tokens."""

from __future__ import annotations

import fcntl
import io
import json
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.browser.keys import Keys
from runner.web.links import Links, key_for
from runner.web.password import Password
from runner.web.sessions import Sessions
from runner.web.tokens import Tokens
from runner.web.who import Scope
from tests.cli.conftest import Kigen

BASE = "http://127.0.0.1:8751"


def now() -> datetime:
    return datetime.now(UTC)


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """What a person types, unseen."""
    left = list(words)
    monkeypatch.setattr("getpass.getpass", lambda _: left.pop(0))


@pytest.fixture
def serving(home: Path, workspace: Path) -> Iterator[None]:
    """What `kigen serve` leaves behind while it serves the dashboard."""
    (home / "dashboard").mkdir(parents=True)
    note = home / "dashboard" / "address"
    note.write_text(BASE)
    with note.open() as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        yield


@pytest.mark.usefixtures("serving")
def test_a_link_is_signed_and_ends_by_itself(kigen: Kigen, home: Path) -> None:
    said = kigen("dashboard")
    assert said.code == 0
    token = said.out.strip().removeprefix(f"{BASE}/login/")
    Links(key_for("sign-in link", Keys(home, {}).all()[0]), now).check(token, "")
    assert kigen("dashboard").out != said.out


def test_no_link_where_nothing_is_served(kigen: Kigen, home: Path, workspace: Path) -> None:
    assert "not served now" in kigen("dashboard").err
    (home / "dashboard").mkdir(parents=True, exist_ok=True)
    (home / "dashboard" / "address").write_text(BASE)  # of a process that was killed
    assert "not served now" in kigen("dashboard").err


def test_the_password_is_kept_as_a_hash_and_ends_all_sessions(
    kigen: Kigen, home: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = Sessions(home, now)
    id = sessions.begin("owner", "")
    typed(monkeypatch, "correct horse", "correct horse")
    assert kigen("dashboard", "password").code == 0
    assert sessions.who(id, "") is None
    file = home / "dashboard" / "password.json"
    assert json.loads(file.read_text())["hash"].startswith("$argon2id$")
    assert "correct" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert Password(home, b"").check("correct horse")


def test_a_password_that_is_no_good_is_not_taken(
    kigen: Kigen, home: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "correct horse", "correct house")
    assert "not the same" in kigen("dashboard", "password").err
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert "8 characters" in kigen("dashboard", "password", "--stdin").err
    assert not Password(home, b"").is_set


def test_one_that_config_yaml_names_is_not_changed_here(
    kigen: Kigen, home: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHBOARD", "correct horse")
    with (workspace / "config.yaml").open("a") as config:
        config.write("dashboard: {password: env:DASHBOARD}\n")
    said = kigen("dashboard", "password")
    assert said.code == 2
    assert "env:DASHBOARD" in said.err
    monkeypatch.delenv("DASHBOARD")
    assert "env:DASHBOARD" in kigen("dashboard", "tokens").err


def test_tokens_are_shown_once(kigen: Kigen, home: Path, workspace: Path) -> None:
    made = kigen("dashboard", "token", "watch").out.strip()
    address = kigen("dashboard", "token", "phone", "--for", "calendar").out.strip()
    assert re.fullmatch(rf"{BASE}/calendar/kigen_[\w-]{{43}}\.ics", address)
    found = Tokens(home, now)
    token = found.check(made)
    assert token is not None
    assert (token.name, token.scope) == ("watch", Scope.READ)
    assert made not in (home / "dashboard" / "tokens.json").read_text()
    listed = kigen("dashboard", "tokens", "--json").json()
    assert [(one["name"], one["for"]) for one in listed] == [
        ("phone", "calendar"),
        ("watch", "read"),
    ]
    assert made not in kigen("dashboard", "tokens").out
    assert "there is a token `watch`" in kigen("dashboard", "token", "watch").err
    assert kigen("dashboard", "drop", "watch").code == 0
    assert found.check(made) is None
    assert kigen("dashboard", "drop", "watch").code == 2


def test_everybody_can_be_signed_out(kigen: Kigen, home: Path, workspace: Path) -> None:
    sessions = Sessions(home, now)
    id = sessions.begin("owner", "")
    assert sessions.who(id, "") is not None
    assert kigen("dashboard", "sign-out").code == 0
    assert sessions.who(id, "") is None
