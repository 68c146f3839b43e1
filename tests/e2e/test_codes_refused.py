"""Codes that come twice, late, wrong, or not at all."""

from __future__ import annotations

import time

import pytest

from tests.e2e.codes import code, inbox, meanwhile, run_waits, sms, steps
from tests.e2e.world import World, secrets

NIGHTLY = pytest.mark.nightly


@NIGHTLY
def test_a_code_asked_for_twice_in_one_run(world: World) -> None:
    """The session ends in the middle, the browser is trusted no more, on a page nobody expected."""
    world.fault("session_expiry", path="*/application/data/*", count=1)

    def owner() -> None:
        world.wait_for(lambda: world.events("signed_in") == 1)
        world.set("forget_terminals")

    with meanwhile(owner):
        told = world.run("renewed")
    assert len(steps(told, "one_time_code")) == 2
    assert (world.events("code_sent"), world.events("wrong_code")) == (2, 0)
    assert world.charges == ["1100 JPY"]


@pytest.mark.parametrize("seconds", [4, pytest.param(25, marks=NIGHTLY)])
@NIGHTLY
def test_a_code_that_comes_late(world: World, seconds: float) -> None:
    def phone() -> None:
        run_waits(world)
        time.sleep(seconds)  # it is the lateness that is tested
        inbox(world).give("docomo", sms(world))

    world.config["codes"] = [{"file": str(world.folder / "never")}]
    with meanwhile(phone):
        told = world.run("renewed")
    (step,) = steps(told, "one_time_code")
    assert step["seconds"] >= seconds - 1


def test_a_refused_code_is_not_sent_again_and_another_one_is_asked_for(world: World) -> None:
    world.fault("wrong_code", count=1)
    told = world.run("renewed")
    assert (world.events("wrong_code"), world.events("code_sent")) == (1, 2)
    assert world.charges == ["1100 JPY"]
    assert len(steps(told, "one_time_code")) == 2


@NIGHTLY
def test_a_second_refusal_ends_the_run(world: World) -> None:
    world.fault("wrong_code")
    told = world.run("needs_you")
    assert (
        told.message == "the site refused the one-time code: “セキュリティコードが間違っています。”"
    )
    assert (world.events("wrong_code"), world.events("code_sent")) == (2, 2)
    assert world.charges == []


@NIGHTLY
def test_a_wrong_code_of_the_owner_is_followed_by_a_right_one(world: World) -> None:
    world.config["codes"] = [{"ask": True}]

    def owner() -> None:
        run_waits(world)
        right = code(world)
        inbox(world).give("docomo", f"{(int(right) + 1) % 10**6:06d}")
        world.wait_for(lambda: world.events("code_sent") == 2)
        inbox(world).give("docomo", code(world))

    with meanwhile(owner):
        world.run("renewed")
    assert (world.events("wrong_code"), world.events("code_sent")) == (1, 2)


@NIGHTLY
def test_a_code_that_ran_out(world: World) -> None:
    """Another one is asked for; it runs out as well, and that is the end."""
    world.set("code_minutes", 0)
    told = world.run("needs_you")
    assert "有効期限が切れています" in told.message
    assert world.events("code_sent") == 2


@NIGHTLY
def test_an_authenticator_whose_code_is_refused_gives_the_next_one(world: World) -> None:
    world.set("code_by", "authenticator")
    world.fault("wrong_code", count=1)
    world.config["codes"] = [secrets("docomo", "totp")]
    world.hurry()  # without the link that authenticators' pages don't have
    flow = world.folder / "flows" / "docomo.yaml"
    flow.write_text(flow.read_text().replace(", resend: resend}", "}", 1))
    world.run("renewed")
    assert world.events("wrong_code") == 1


@NIGHTLY
def test_no_code_in_time(world: World) -> None:
    world.hurry()
    flow = world.folder / "flows" / "docomo.yaml"
    flow.write_text(flow.read_text().replace("resend: resend}", "resend: resend, within: 3 s}", 1))
    world.config["codes"] = [{"command": ["true"]}, {"ask": True}]
    told = world.run("needs_you")
    assert told.message == (
        "the site asks for a code: none came within 3 s from command true, you, by `kigen code`"
    )
    assert world.charges == []


@NIGHTLY
def test_a_code_of_the_wrong_length_is_not_typed(world: World) -> None:
    world.hurry()
    flow = world.folder / "flows" / "docomo.yaml"
    flow.write_text(flow.read_text().replace("resend: resend}", "resend: resend, within: 4 s}", 1))
    world.config["codes"] = [{"command": ["echo", "1234567"]}]
    told = world.run("needs_you")
    assert "a code of 7 digits came; the page takes 6" in told.message
    assert world.events("wrong_code") == 0


@NIGHTLY
def test_an_approval_that_does_not_come(world: World) -> None:
    world.set("code_by", "app")
    world.hurry()
    flow = world.folder / "flows" / "docomo.yaml"
    text = flow.read_text()
    told_so = "tell: Approve the sign-in in the dアカウント app."
    assert told_so in text
    flow.write_text(text.replace(told_so, f"{told_so}\n          within: 2 s", 1))
    told = world.run("needs_you")
    assert told.message == ("Approve the sign-in in the dアカウント app. Nobody did within 2 s.")
    assert world.charges == []
