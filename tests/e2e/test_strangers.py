"""Hosts that look like the provider's get nothing, by the practice portal's own record of requests."""

from __future__ import annotations

import urllib.parse

import pytest

from runner.browser.saved import SESSIONS
from runner.browser.vault import Vault
from runner.config.workspace import shipped
from runner.sandbox import control, record
from runner.sandbox.docomo.lookalike import HOSTS
from tests.e2e.world import World

NIGHTLY = pytest.mark.nightly
STEPS = {
    "id": {"path": "*/anidlogin"},
    "password": {"path": "*/idauth"},
    "code": {"path": "*/idauth", "after": 1},
}


def nothing_was_taken(world: World) -> None:
    """No request to a stranger carries anything that its owner knows."""
    known = control.secrets(world.home, "docomo")
    codes = [event for event in control.events(world.home) if event["kind"] == "taken_in"]
    assert codes == []
    for request in record.read(world.home):
        if request["host"] not in HOSTS.values():
            continue
        carried = urllib.parse.unquote_plus(str(request))
        for name in ("id", "password"):
            assert known[name] not in carried, request
        assert "rotpwd" not in carried
        assert "authpass" not in carried


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", ["example", pytest.param("punycode", marks=NIGHTLY)])
def test_a_sign_in_that_leads_to_a_stranger(world: World, step: str, kind: str) -> None:
    record.begin(world.home)
    world.fault("look_alike", kind=kind, **STEPS[step])
    told = world.run("needs_you")
    assert world.hits() == 1
    assert f"https://{HOSTS[kind]}/auth/cgi/anidlogin" in told.message
    assert "nothing was typed" in told.message
    assert world.events("look_alike") == 1
    nothing_was_taken(world)
    assert len(record.read(world.home)) > 2
    assert Vault(world.home, {}).names(SESSIONS) == []
    assert len(list(told.evidence.glob("*-failure.png"))) == 1


def test_a_stranger_in_a_frame(world: World) -> None:
    """Also where the selectors look into it."""
    record.begin(world.home)
    names = (shipped() / "selectors" / "docomo.yaml").read_text()
    own = 'password_box: {css: "#Di_Pass", evidence: code}'
    assert names.count(own) == 1
    folder = world.write() / "selectors"
    folder.mkdir()
    (folder / "docomo.yaml").write_text(
        names.replace(own, 'password_box: {css: "#Di_Pass", frame: "#login_frame"}')
    )
    world.fault("foreign_frame", path="*/idauth")
    told = world.run("needs_you")
    assert f"https://{HOSTS['example']}/" in told.message
    assert world.events("look_alike") == 1
    nothing_was_taken(world)


def test_a_form_that_is_sent_on_reaches_only_hosts_that_the_flow_allows(world: World) -> None:
    """A redirect that repeats the form (307): no page shows, so only the network can stop it."""
    record.begin(world.home)
    flow = (shipped() / "flows" / "docomo.yaml").read_text()
    folder = world.write() / "flows"
    folder.mkdir()
    (folder / "docomo.yaml").write_text(
        flow.replace("\nprovider:", "\nnetwork: {only: [hosts]}\nprovider:", 1)
    )
    world.fault("look_alike", status=307, path="*/idauth", after=1)
    told = world.run("unreachable")
    assert world.hits() == 1
    assert "can't be reached" in told.message
    assert {request["host"] for request in record.read(world.home)} == {
        "www.docomo.ne.jp",
        "cfg.smt.docomo.ne.jp",
    }
    world.clear()
    world.run("renewed")


@NIGHTLY
def test_the_record_would_show_it(world: World) -> None:
    """Or its silence would mean nothing: without the rule, the form is sent on."""
    record.begin(world.home)
    world.fault("look_alike", status=307, path="*/idauth", after=1)
    world.run("needs_you")
    taken = [one for one in record.read(world.home) if one["host"] == HOSTS["example"]]
    assert any("authpass" in one["body"] for one in taken)
