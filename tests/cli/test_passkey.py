"""`kigen passkey`: what is kept is listed and forgotten; no key is ever shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.browser.passkeys import KIND
from runner.browser.vault import Vault
from tests.cli.conftest import Kigen

ADDED = datetime(2026, 11, 21, 0, 30, tzinfo=UTC).isoformat()


def passkey(id: str) -> dict[str, object]:
    key = {"id": id, "rpId": "example.jp", "userHandle": "AQ", "publicKey": "p", "signCount": 3}
    return {"added_at": ADDED, "key": {**key, "privateKey": "private-canary"}}


@pytest.fixture
def vault(home: Path, workspace: Path) -> Vault:
    return Vault(home, {})


def test_the_list(kigen: Kigen, vault: Vault) -> None:
    assert kigen("passkey", "list").out == "No passkey is kept.\n"
    vault.write(KIND, "first", [passkey("one"), passkey("two")])
    shown = kigen("passkey", "list")
    assert shown.out.splitlines()[2].split() == ["first", "two", "example.jp", "2026-11-21"]
    told = kigen("passkey", "list", "--json")
    assert told.json()[0] == {
        "account": "first",
        "id": "one",
        "site": "example.jp",
        "added_at": ADDED,
    }
    assert "canary" not in shown.out + told.out


def test_one_is_forgotten(kigen: Kigen, vault: Vault) -> None:
    vault.write(KIND, "first", [passkey("one"), passkey("two")])
    which = kigen("passkey", "remove", "first")
    assert (which.code, "which passkey?" in which.err, "one, two" in which.err) == (2, True, True)
    assert kigen("passkey", "remove", "first", "three").code == 2
    assert "remove it at the site as well" in kigen("passkey", "remove", "first", "one").out
    assert kigen("passkey", "remove", "first").code == 0
    assert vault.names(KIND) == []


def test_what_can_not_be_opened_is_told(kigen: Kigen, vault: Vault) -> None:
    vault.write(KIND, "first", [passkey("one")])
    vault.file(KIND, "first").write_bytes(b"damaged")
    said = kigen("passkey", "list")
    assert (said.code, "can't be opened" in said.err) == (2, True)


def test_a_flow_that_knows_no_passkeys(kigen: Kigen, vault: Vault, workspace: Path) -> None:
    (workspace / "flows").mkdir()
    (workspace / "selectors").mkdir()
    (workspace / "flows/docomo.yaml").write_text(
        "flow: docomo\ntitle: x\nhosts: [a.example.jp]\nneeds: {id: text, password: secret}\n"
        "signals: {signed_in: {text: hello}}\nlogin: [{goto: https://a.example.jp/}]\nread: [{goto: https://a.example.jp/}]\n"
    )
    (workspace / "selectors/docomo.yaml").write_text("site: docomo\nselectors: {}\n")
    said = kigen("passkey", "add", "first")
    assert said.code == 2
    assert "does not know how to register" in said.err
