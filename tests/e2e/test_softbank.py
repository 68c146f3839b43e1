"""SoftBank: two lines under one number's sign-in; a number by text message, twice; nothing is sold."""

from __future__ import annotations

import pytest

from tests.e2e.world import Told, World

NIGHTLY = pytest.mark.nightly
PHONE, TABLET = "090-0000-2525", "080-0000-0031"


@pytest.fixture
def softbank(world: World) -> World:
    world.at("softbank", PHONE, TABLET)
    return world


def _read(told: Told) -> list[tuple[str, str, str]]:
    readings = [line["reading"] for line in told.json["lines"]]
    return [(one["plan"], one["data_left"]["text"], one["charges"]["amount"]) for one in readings]


def test_both_lines_are_read_and_the_number_is_asked_for_twice(softbank: World) -> None:
    told = softbank.run("read_only")
    assert _read(told) == [
        ("ペイトク無制限", "48.78 GB", "9625"),
        ("データシェアプラン", "153.6 MB", "1078"),
    ]
    bills = told.line["reading"]["bills"]
    assert [bill["amount"]["amount"] for bill in bills] == ["9625", "9839", "9592"]
    assert len({bill["month"] for bill in bills}) == 3
    assert softbank.events("code_sent") == 2, "at the sign-in, and where the bills are"
    told = softbank.run("read_only")
    assert told.json["notes"] == ["the session still held"]
    assert softbank.events("code_sent") == 2
    assert softbank.charges == []


@NIGHTLY
def test_nothing_left_is_written_as_an_empty_text(softbank: World) -> None:
    softbank.set("used", "50")
    softbank.config["lines"] = {PHONE: None}
    told = softbank.run("read_only")
    assert told.line["reading"]["data_left"]["bytes"] == 0


@NIGHTLY
def test_a_browser_that_is_known_is_asked_for_the_number_alone(softbank: World) -> None:
    """The portal's session has ended, that of the sign-in host has not."""
    softbank.set("two_step", "off")
    softbank.config["lines"] = {PHONE: None}
    softbank.run("read_only")
    softbank.set("two_step", "on")
    softbank.fault("session_expiry", host="my.softbank.jp", count=1)
    softbank.run("read_only")
    assert softbank.events("wrong_password") == 0
    assert softbank.events("code_sent") >= 1


@NIGHTLY
def test_a_line_of_somebody_else_is_not_read(softbank: World) -> None:
    softbank.config["lines"] = {"090-0000-9999": None}
    softbank.config["deadline"] = "45 seconds"
    told = softbank.run("changed")
    assert told.json["lines"][0]["reading"] is None
    assert told.json["lines"][0]["outcome"] == told.outcome


@NIGHTLY
def test_a_due_line_that_can_t_be_renewed_needs_the_owner(softbank: World) -> None:
    softbank.config["policy"] = {"when": "data_left < 100 GB"}
    told = softbank.run("needs_you")
    assert "can't renew" in told.message


@NIGHTLY
def test_a_wrong_password_is_tried_once(softbank: World) -> None:
    softbank.config["credentials"]["password"] = {"command": ["printf", "not-the-password"]}
    softbank.run("rejected")
    softbank.run("rejected")
    assert softbank.events("wrong_password") == 1


@NIGHTLY
def test_a_locked_account_needs_the_owner(softbank: World) -> None:
    softbank.set("locked", "yes")
    told = softbank.run("needs_you")
    assert "locked" in told.message
    assert softbank.events("code_sent") == 0


@NIGHTLY
def test_a_refused_number_is_not_tried_again(softbank: World) -> None:
    softbank.fault("wrong_code")
    softbank.run("needs_you")
    assert softbank.events("wrong_code") == 1


@NIGHTLY
def test_without_a_source_of_codes_the_owner_is_needed(softbank: World) -> None:
    softbank.config["codes"] = []
    told = softbank.run("needs_you")
    assert "code" in told.message


@pytest.mark.parametrize(
    "host",
    [pytest.param(one, marks=NIGHTLY) for one in ("bl11.my.softbank.jp", "id.my.softbank.jp")],
)
def test_maintenance_of_one_host(softbank: World, host: str) -> None:
    softbank.fault("maintenance", host=host)
    told = softbank.run("maintenance")
    assert "メンテナンス" in told.message


@NIGHTLY
def test_the_data_page_asks_for_its_hidden_tokens(softbank: World) -> None:
    """Without them (here: they are used up by a request that broke) there is only an error page."""
    softbank.fault("drop", host="re11.my.softbank.jp", when="after", count=1)
    softbank.run("unreachable")
