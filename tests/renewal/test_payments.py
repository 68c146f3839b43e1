"""What mails tell of payments, and what they can't."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from runner.challenge.codes import Unusable
from runner.challenge.mail import Mail
from runner.flow.model import Flow, PlanFacts
from runner.renewal.payments import last_mailed, mailed
from runner.renewal.verify import Bought, prove
from runner.values.money import Money

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)  # the 22nd in Tokyo
YEN = Money.parse("390 JPY")
FLOW = Flow.model_validate(
    {
        "flow": "practice",
        "title": "Practice",
        "hosts": ["practice.example.jp"],
        "timezone": "Asia/Tokyo",
        "locale": "ja-JP",
        "currency": "JPY",
        "keep": {"paid_every": "180 days"},
        "mails": [
            {
                "from": "info@practice.example.jp",
                "subject": "購入完了",
                "amount": "/金額[^0-9]{0,4}([0-9,]+円)/",
                "reference": "/番号:(P[0-9]+)/",
            }
        ],
        "parts": {"any": [{"goto": "https://practice.example.jp/"}]},
    }
)


def mail(text: str, subject: str = "【練習】購入完了のお知らせ", came: datetime = NOW) -> Mail:
    return Mail("info@practice.example.jp", subject, (f"{subject}\n{text}",), came)


def told(*mails: Mail) -> list[dict[str, Any]]:
    async def look(sender: str, since: datetime) -> list[Mail]:
        assert sender == "info@practice.example.jp"
        return [one for one in mails if one.came >= since]

    return asyncio.run(mailed(FLOW, look, NOW - timedelta(days=200)))


def test_amount_number_and_moment_are_read_in_the_site_s_own_writing() -> None:
    (row,) = told(mail("注文番号：Ｐ１２３\nお支払い金額：３９０円（税込）"))
    assert (row["amount"], row["reference"]) == (YEN, "P123")
    assert (row["on"], row["on"].date()) == (NOW, date(2026, 11, 22))


@pytest.mark.parametrize(
    "other",
    [
        mail("お支払い金額：390円", "【練習】購入のおすすめ"),
        mail("金額のお知らせです"),
        mail("お支払い金額：390円", came=NOW - timedelta(days=201)),
    ],
)
def test_mails_of_another_kind_tell_nothing(other: Mail) -> None:
    assert told(other) == []


def test_a_mail_proves_a_charge_that_the_history_does_not_show() -> None:
    rows = told(mail("番号：P1 金額：390円"))
    bought = Bought(YEN, date(2026, 11, 22), at=NOW)
    before, after = {"balance": YEN}, {"balance": YEN}
    plan = PlanFacts.model_validate({"balance": "390 JPY"})
    proof = prove(plan, bought, before, after, [], rows)
    assert (proof.charged, proof.active, proof.reference) == (True, False, "P1")
    assert not proof.complete, "that it took effect is not for a mail to tell"
    assert prove(plan, bought, before, after, None, rows).charged
    assert "mail" in proof.text


def test_a_mail_of_another_amount_time_or_renewal_proves_nothing() -> None:
    rows = told(mail("番号：P1 金額：390円"))
    for bought in (
        Bought(Money.parse("990 JPY"), date(2026, 11, 22), at=NOW),
        Bought(YEN, date(2026, 11, 24), at=NOW + timedelta(days=2)),
        Bought(YEN, date(2026, 11, 22), at=NOW, reference="P2"),
        Bought(YEN, date(2026, 11, 22), at=NOW, others={"P1"}),
    ):
        assert prove(PlanFacts(), bought, None, {}, [], rows).charged is False


def test_no_mail_is_no_proof_that_nothing_was_charged() -> None:
    assert prove(PlanFacts(), Bought(YEN, date(2026, 11, 22)), None, {}, None, []).charged is None


def test_the_last_payment_is_the_newest_that_cost_something() -> None:
    async def look(_: str, __: datetime) -> list[Mail]:
        old = mail("金額：390円", came=NOW - timedelta(days=9))
        return [mail("金額：0円"), old, mail("金額：390円", came=NOW - timedelta(days=30))]

    assert asyncio.run(last_mailed(FLOW, look, NOW)) == date(2026, 11, 13)
    assert asyncio.run(last_mailed(FLOW, None, NOW)) is None


@pytest.mark.parametrize("error", [OSError("broke off"), Unusable("no folder"), LookupError("x")])
def test_a_mailbox_that_can_not_be_read_is_as_good_as_none(error: Exception) -> None:
    async def look(_: str, __: datetime) -> list[Mail]:
        raise error

    assert asyncio.run(mailed(FLOW, look, NOW)) == []
