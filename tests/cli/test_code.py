"""`kigen code`: the owner's code reaches the run that waits, and no other place."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.browser.vault import Vault
from runner.challenge.codes import Asked
from runner.challenge.inbox import Inbox
from tests.cli.conftest import Kigen


@pytest.fixture
def inbox(home: Path) -> Inbox:
    return Inbox(Vault(home, {}), lambda: datetime.now(UTC))


def taken(inbox: Inbox, account: str) -> list[str]:
    since = datetime.now(UTC) - timedelta(minutes=1)
    return [given.text for given in inbox.take(account, since)]


def waits(inbox: Inbox, digits: int) -> None:
    now = datetime.now(UTC)
    inbox.wait("first", Asked(digits, now, now + timedelta(minutes=2)))


@pytest.mark.parametrize("word", ["123456", "１２３４５６", "123 456", "123-456"])
def test_a_code_is_handed_over(kigen: Kigen, workspace: Path, inbox: Inbox, word: str) -> None:
    waits(inbox, 6)
    said = kigen("code", "first", word)
    assert (said.code, said.out) == (0, "Handed over to the run of first that waits.\n")
    assert taken(inbox, "first") == ["123456"]
    assert taken(inbox, "second") == []


def test_where_no_run_waits_it_is_kept_for_a_while(
    kigen: Kigen, workspace: Path, inbox: Inbox
) -> None:
    said = kigen("code", "first", "1234")
    assert (said.code, said.out) == (
        0,
        "No run of first waits for a code now; it is kept for ten minutes.\n",
    )
    assert taken(inbox, "first") == ["1234"]


def test_it_can_come_unseen(
    kigen: Kigen, workspace: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("123456\n"))
    assert kigen("code", "first").code == 0
    assert taken(inbox, "first") == ["123456"]


@pytest.mark.parametrize("word", ["12", "123456789", "abc", "", "12a4"])
def test_what_is_no_code(kigen: Kigen, workspace: Path, inbox: Inbox, word: str) -> None:
    said = kigen("code", "first", word)
    assert said.code == 2
    assert "3 to 8 digits" in said.err
    assert taken(inbox, "first") == []


def test_a_code_of_another_length_than_the_site_wants(
    kigen: Kigen, workspace: Path, inbox: Inbox
) -> None:
    waits(inbox, 6)
    said = kigen("code", "first", "12345")
    assert (said.code, said.out) == (2, "")
    assert "the site wants 6 digits; this code has 5" in said.err
    assert taken(inbox, "first") == []


def test_an_account_that_there_is_not(kigen: Kigen, workspace: Path) -> None:
    said = kigen("code", "fisrt", "123456")
    assert said.code == 2
    assert "did you mean `first`?" in said.err


def test_a_run_that_waits_gets_its_code_though_config_yaml_is_wrong(
    kigen: Kigen, workspace: Path, inbox: Inbox
) -> None:
    (workspace / "config.yaml").write_text("accounts: [")
    waits(inbox, 6)
    assert kigen("code", "second", "123456").code == 2
    assert kigen("code", "first", "123456").code == 0
    assert taken(inbox, "first") == ["123456"]
