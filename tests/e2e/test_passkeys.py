"""Passkeys from end to end: added once, used by later runs, refused by the site, forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from runner.browser.passkeys import KIND
from runner.browser.saved import DEVICES, SESSIONS
from runner.browser.vault import Vault
from tests.e2e.world import World

NIGHTLY = pytest.mark.nightly


def fresh(world: World) -> None:
    """Nothing is left of the browser that signed in before; the portal has ended its session."""
    world.set("sign_out")
    for kind in (SESSIONS, DEVICES):
        Vault(world.home, {}).remove(kind, "docomo")


def count(world: World) -> int:
    (one,) = Vault(world.home, {}).read(KIND, "docomo")
    return int(one["key"]["signCount"])


@pytest.fixture
def added(world: World) -> World:
    world.set("fresh")
    told = world.run("read_only", account="docomo", passkey=True)
    assert told.message.startswith("a passkey for smt.docomo.ne.jp was added")
    assert (world.events("passkey_added"), world.events("signed_in")) == (1, 1)
    fresh(world)
    return world


def test_a_fresh_browser_signs_in_without_password_or_code(added: World) -> None:
    added.config["credentials"]["password"] = {"command": ["printf", "never-typed"]}
    added.config["codes"] = []
    told = added.run("nothing_due")
    assert told.json["notes"] == ["signed in with the passkey"]
    assert added.events("passkey_used") == 1
    assert added.events("wrong_password") == 0
    assert added.events("code_sent") == 1  # for the run that added it
    assert count(added) == 1
    fresh(added)
    added.run("nothing_due")
    assert (added.events("passkey_used"), count(added)) == (2, 2)
    told = added.run("nothing_due")
    assert told.json["notes"] == ["the session still held"]
    assert (added.events("passkey_used"), count(added)) == (2, 2)


def test_a_passkey_that_the_site_has_removed_falls_back_to_the_password(added: World) -> None:
    added.set("forget_passkeys")
    told = added.run("nothing_due")
    assert told.json["notes"] == [
        "the site did not take the passkey: “パスキーでログインできませんでした。”; "
        "signed in with the password instead",
        "signed in",
    ]
    assert added.events("signed_in") == 2


def _older(world: World) -> None:
    """A copy of the vault from before: its counter is behind the site's."""
    vault = Vault(world.home, {})
    old: Any = vault.read(KIND, "docomo")
    world.run("nothing_due")
    fresh(world)
    vault.write(KIND, "docomo", old)


@NIGHTLY
def test_a_counter_that_is_behind_falls_back_to_the_password(added: World) -> None:
    _older(added)
    told = added.run("nothing_due")
    assert "the site did not take the passkey" in told.json["notes"][0]
    assert (added.events("passkey_used"), added.events("passkey_refused")) == (1, 1)


@NIGHTLY
def test_a_run_that_was_killed_leaves_a_counter_that_still_grows(added: World) -> None:
    vault = Vault(added.home, {})
    seen: list[int] = []
    remembering = vault.read(KIND, "docomo")
    added.run("nothing_due")
    seen.append(count(added))
    remembering[0]["key"]["signCount"] += 16  # what `reserve` wrote before the kill
    vault.write(KIND, "docomo", remembering)
    fresh(added)
    told = added.run("nothing_due")
    assert told.json["notes"] == ["signed in with the passkey"]
    assert count(added) > seen[0]


@NIGHTLY
def test_without_passkey_and_password_the_owner_is_needed_by_name(added: World) -> None:
    added.hurry()
    flow = added.folder / "flows" / "docomo.yaml"
    text = flow.read_text()
    assert text.count("password: {kind: secret,") == 1
    flow.write_text(
        text.replace("password: {kind: secret,", "password: {kind: secret, optional: true,")
    )
    del added.config["credentials"]["password"]
    added.set("forget_passkeys")
    told = added.run("needs_you")
    assert told.message.startswith("the site did not take the passkey")
    assert "kigen passkey add" in told.json["hint"]


@NIGHTLY
def test_a_refused_password_is_not_tried_where_the_passkey_fails_too(added: World) -> None:
    added.config["credentials"]["password"] = {"command": ["printf", "wrong-password"]}
    added.set("forget_passkeys")
    added.run("rejected")
    assert added.events("wrong_password") == 1
    fresh(added)
    told = added.run("rejected")
    assert "refused this password before" in told.message
    assert added.events("wrong_password") == 1


@NIGHTLY
def test_passkeys_that_can_not_be_opened_are_told_and_left(added: World) -> None:
    file = Vault(added.home, {}).file(KIND, "docomo")
    file.write_bytes(b"damaged")
    told = added.run("nothing_due")
    assert "the passkeys can't be used: docomo.sealed can't be opened" in told.json["notes"][0]
    assert file.read_bytes() == b"damaged"
