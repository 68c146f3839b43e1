"""`pay` clicks once, or not at all, and tells which."""

from __future__ import annotations

import pytest

from runner.page.problems import Ambiguous, Missing, Seen, Stopped, Unread
from runner.values.money import Money
from tests.page.conftest import Practice, Wallet

PAY = """
signals:
  signed_in: {text: ログアウト}
  maintenance: {text: メンテナンス中}
renew:
  - extract: {price: {from: total, as: money}}
  - pay: {click: order, price: price, done: {text: 受付番号}, declined: {text: /承認.*ません/}, within: 2 seconds}
  - extract: {reference: {from: receipt}}
"""
NAMES = """
total: {css: "#total"}
order: {role: button, name: 注文する}
receipt: {css: "#receipt"}
"""
ORDER = "<p id=total>550円</p><form method=post action=/order><button>注文する</button></form>"


def ready(practice: Practice, page: str = ORDER, answer: str = "") -> Wallet:
    practice.site.pages |= {"/": page, "/order": answer or "受付番号 <b id=receipt>A-1</b>"}
    practice.flow(PAY, NAMES)
    return Wallet()


def orders(practice: Practice) -> int:
    return sum(path == "/order" for path, _ in practice.site.posts)


def test_it_asks_stores_the_intent_clicks_once_and_tells(practice: Practice) -> None:
    wallet = ready(practice)
    found = practice.play("renew", till=wallet)
    assert wallet.asked == [Money.parse("550 JPY")]
    assert wallet.events == ["intent", "done"]
    assert orders(practice) == 1
    assert found["reference"] == "A-1"


def test_a_refused_price_is_not_paid(practice: Practice) -> None:
    wallet = ready(practice)
    wallet.refuse = Stopped("too much", "too_expensive")
    with pytest.raises(Stopped):
        practice.play("renew", till=wallet)
    assert wallet.events == []
    assert orders(practice) == 0


def test_without_a_till_nothing_is_paid(practice: Practice) -> None:
    ready(practice)
    with pytest.raises(Stopped):
        practice.play("renew")
    assert orders(practice) == 0


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (ORDER.replace("<button>", "<button disabled>"), Missing),
        (ORDER + '<div style="position:fixed;inset:0;background:#fff">広告</div>', Missing),
        (ORDER + "<button>注文する</button>", Ambiguous),
        (ORDER.replace("550円", "お問い合わせください"), Unread),
    ],
)
def test_a_button_that_is_not_surely_right_is_not_clicked(
    practice: Practice, page: str, problem: type[Exception]
) -> None:
    wallet = ready(practice, page)
    with pytest.raises(problem):
        practice.play("renew", till=wallet)
    assert wallet.events == []
    assert orders(practice) == 0


def test_a_second_candidate_never_pays(practice: Practice) -> None:
    wallet = ready(practice)
    practice.flow(
        PAY,
        NAMES.replace(
            "{role: button, name: 注文する}", "[{css: '#gone'}, {role: button, name: 注文する}]"
        ),
    )
    with pytest.raises(Missing):
        practice.play("renew", till=wallet)
    assert orders(practice) == 0


def test_a_refusal_of_the_bank_is_told_as_declined(practice: Practice) -> None:
    wallet = ready(practice, answer="<p>カードが承認されませんでした</p>")
    with pytest.raises(Seen) as caught:
        practice.play("renew", till=wallet)
    assert caught.value.ends_as() == "declined"
    assert wallet.events == ["intent", "declined"]


@pytest.mark.parametrize("answer", ["<p>お待ちください</p>", "<p>メンテナンス中です</p>"])
def test_without_a_clear_answer_it_is_unknown_and_not_clicked_again(
    practice: Practice, answer: str
) -> None:
    wallet = ready(practice, answer=answer)
    with pytest.raises((Missing, Seen)):
        practice.play("renew", till=wallet)
    assert wallet.events == ["intent", "unknown"]
    assert orders(practice) == 1
