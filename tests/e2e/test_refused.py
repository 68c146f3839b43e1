"""A password that the site refused: tried once, told once, until it changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.world import World
from tests.notify.servers import Web, web_server


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as running:
        yield running


@pytest.mark.nightly
def test_the_owner_is_told_once_of_each_password(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIGEN_CHAT", f"json://127.0.0.1:{web.port}")
    world.top["notify"] = {"targets": {"chat": {"url": "env:KIGEN_CHAT"}}}
    right = world.config["credentials"]["password"]
    for password, times in (("wrong-one", 3), ("wrong-two", 1)):
        world.config["credentials"]["password"] = {"command": ["printf", password]}
        for _ in range(times):
            told = world.run("rejected")
            assert "id.smt.docomo.ne.jp/cgi7/id/menu" in told.json["hint"]
    assert world.events("wrong_password") == 2
    assert len(web.bodies) == 2
    for body in web.bodies:
        assert "https://id.smt.docomo.ne.jp/cgi7/id/menu" in str(body["message"])

    world.config["credentials"]["password"] = right
    world.run("renewed")
    assert len(web.bodies) == 3
    world.config["credentials"]["password"] = {"command": ["printf", "wrong-two"]}
    world.set("sign_out")
    world.run("rejected")
    assert (world.events("wrong_password"), len(web.bodies)) == (3, 4)


@pytest.mark.nightly
def test_a_target_that_comes_later_is_told_then(
    world: World, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.config["credentials"]["password"] = {"command": ["printf", "wrong"]}
    world.run("rejected")
    monkeypatch.setenv("KIGEN_CHAT", f"json://127.0.0.1:{web.port}")
    world.top["notify"] = {"targets": {"chat": {"url": "env:KIGEN_CHAT"}}}
    world.run("rejected")
    world.run("rejected")
    assert (world.events("wrong_password"), len(web.bodies)) == (1, 1)
