"""povo: a line that costs nothing, kept by a paid topping before its time is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from runner.sandbox import control
from tests.browser.processes import wait_until
from tests.challenge.mail_server import PASSWORD, USER, Post, mail_server
from tests.e2e.every_site import EverySite, trouble
from tests.e2e.world import World, secrets

NAME, NUMBER = "povo", "080-0000-8181"
NIGHTLY = pytest.mark.nightly
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def povo(world: World) -> World:
    world.name, world.line = NAME, NUMBER
    world.config = {
        "flow": NAME,
        "at": "sandbox",
        "credentials": secrets(NAME, "email"),
        "codes": [
            {"command": ["kigen", "sandbox", "mail", NAME]},
            {"command": ["kigen", "sandbox", "sms", "bank"]},
        ],
        "lines": {NUMBER: None},
        "policy": {"when": "days_left <= 14"},
        "plan": {"name": "1GB", "price": "390 JPY"},
        "caps": {"month": "1000 JPY"},
    }
    return world


def test_a_line_is_kept_by_one_paid_topping_in_time(povo: World) -> None:
    """172 days after the purchase there are 8 left: the gift that came later counts for nothing."""
    told = povo.run("read_only", read_only=True)
    assert told.line["reading"]["days_left"] == 8

    told = povo.run("renewed")
    today = datetime.now(TOKYO).date()
    reading = told.line["reading"]
    assert reading["last_paid_on"] == today.isoformat()
    assert reading["keep_until"] == (today + timedelta(days=180)).isoformat()
    assert reading["days_left"] == 180
    assert reading["data_left"]["text"] == "1 GB"
    povo.paid_once("390 JPY")
    povo.run("nothing_due")
    assert povo.charges == ["390 JPY"]


@NIGHTLY
def test_the_owner_s_date_counts_where_the_site_shows_no_payment(povo: World) -> None:
    povo.set("no_toppings")
    told = povo.run("needs_you")
    assert "days_left" in told.message
    paid = datetime.now(TOKYO).date() - timedelta(days=30)
    povo.config["lines"] = {NUMBER: {"last_paid_on": paid.isoformat()}}
    told = povo.run("nothing_due")
    assert told.line["reading"]["days_left"] == 150
    assert povo.charges == []


@NIGHTLY
def test_a_line_that_was_stopped_needs_its_owner(povo: World) -> None:
    povo.set("paid_days_ago", 300)
    told = povo.run("needs_you")
    assert "stopped this line" in told.message
    assert povo.charges == []


@NIGHTLY
def test_a_session_of_twenty_minutes(povo: World) -> None:
    povo.set("fresh")
    povo.run("nothing_due")
    povo.set("now", (datetime.now(TOKYO) + timedelta(minutes=21)).isoformat())
    told = povo.run("nothing_due")
    assert told.json["notes"] == ["signed in"]
    assert povo.events("signed_in") == 2


@NIGHTLY
def test_the_bank_s_no_is_final(povo: World) -> None:
    control.set_(povo.home, "bank", "asks", "refuses")
    povo.run("declined")
    assert povo.charges == []


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with mail_server(tmp_path_factory.mktemp("mail"), tls=False) as found:
        yield found


@pytest.fixture
def mailbox(povo: World, post: Post, monkeypatch: pytest.MonkeyPatch) -> Post:
    """The owner's mailbox, a real one: povo sends its codes and its confirmations there."""
    monkeypatch.setenv("MAIL_PASSWORD_OF_OWNER", PASSWORD)
    post.empty()
    povo.set("mail_server", f"127.0.0.1:{post.smtp}")
    povo.config["codes"][0] = {
        "mail": {
            "server": f"127.0.0.1:{post.imap}",
            "user": USER,
            "password": "env:MAIL_PASSWORD_OF_OWNER",
            "security": "none",
            "from": "povo.jp",
            "subject": "認証コード",
        }
    }
    return post


@NIGHTLY
def test_a_mail_tells_of_a_payment_that_no_page_shows(povo: World, mailbox: Post) -> None:
    """The receipt is lost, the history lags behind, the data has not come: the mail alone tells."""
    for key, value in (("history_hides", "yes"), ("activation", 3600)):
        povo.set(key, value)
    povo.fault("drop", path="/success", when="before")
    povo.run("payment_unknown")
    povo.clear()
    assert wait_until(lambda: len(mailbox.flags()) >= 2, 30), "a code, and the confirmation"
    told = povo.run("renewal_pending")
    assert told.line["renewal"]["state"] == "charged"
    (charge,) = control.charges(povo.home)
    (renewal,) = povo.renewals()
    assert renewal.reference == charge["reference"]
    with povo.ledger() as ledger:
        why = ledger.renewals.moves(renewal.id)[-1].reason
    assert "the provider's mail shows it" in why
    assert povo.charges == ["390 JPY"]


@NIGHTLY
def test_the_last_payment_is_known_by_mail_where_no_page_shows_one(
    povo: World, mailbox: Post
) -> None:
    povo.set("no_toppings")
    words = {
        "text": "お支払い金額：３９０円（税込）",
        "subject": "【povo】トッピング購入完了のお知らせ",
    }
    mailbox.send(sender="info@povo.jp.example", **words)
    mailbox.send(sender="povo2.0 <info@povo.jp>", text="金額：0円", subject=words["subject"])
    povo.run("needs_you")
    mailbox.send(sender="povo2.0 <info@povo.jp>", **words)
    assert wait_until(lambda: len(mailbox.flags()) >= 4, 30)
    told = povo.run("nothing_due")
    assert told.line["reading"]["last_paid_on"] == datetime.now(TOKYO).date().isoformat()
    assert povo.charges == []


class TestPovo(EverySite):
    charge = "390 JPY"
    lost = ("/success", "before")
    ends_at = ("/toppings/confirm",)
    troubles = (
        trouble("declined", "declined"),
        trouble("needs_you", "sold_out"),
        trouble("needs_you", "wrong_code"),
        trouble("maintenance", "maintenance"),
        trouble("too_expensive", "price", amount=490),
    )

    @pytest.fixture
    def site(self, povo: World) -> World:
        return povo
