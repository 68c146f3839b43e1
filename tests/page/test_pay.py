"""`pay` clicks once, or not at all, and tells which."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from runner.page.problems import (
    Ambiguous,
    Missing,
    NeedsOwner,
    Problem,
    Seen,
    Stopped,
    Unexpected,
    Unread,
    Untaxed,
)
from runner.values.money import Money
from tests.page.conftest import Practice, Wallet

PAY = """
step_time: 1800 ms
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


NEVER_MADE = {
    "it left the page": ("document.querySelector('button').remove()", "left the page"),
    "it was replaced by its like": (
        "document.querySelector('button').replaceWith("
        "document.querySelector('button').cloneNode(true))",
        "left the page",
    ),
    "something came over it": (
        "document.body.insertAdjacentHTML('beforeend', "
        "'<div style=\"position:fixed;inset:0;background:#fff\">広告</div>')",
        "something else covers it",
    ),
    "it was disabled": ("document.querySelector('button').disabled = true", "disabled"),
    "it was hidden": ("document.querySelector('button').hidden = true", "can't be seen"),
    "the page went elsewhere": (
        "elsewhere",
        "left the page",
    ),
}


@pytest.mark.parametrize("what", NEVER_MADE)
def test_a_click_that_never_reached_the_page_is_aborted(practice: Practice, what: str) -> None:
    wallet = ready(practice)
    practice.site.pages["/elsewhere"] = ORDER
    script, why = NEVER_MADE[what]

    async def happens(page: Page) -> None:
        if script == "elsewhere":
            await page.goto("https://practice.example.jp/elsewhere")
        else:
            await page.evaluate(script)

    wallet.on_intent = happens
    with pytest.raises(Missing) as caught:
        practice.play("renew", till=wallet)
    assert wallet.events == ["intent", "aborted"]
    assert why in caught.value.message
    assert why in wallet.reasons[0]
    assert orders(practice) == 0


UNDER_THE_POINTER = """
<script>
const pay = document.querySelector('form button')
const dear = document.body.appendChild(document.createElement('button'))
dear.textContent = '三か月分を申し込む'
dear.onclick = () => fetch('/dear', {method: 'POST'})
;[pay, dear].forEach((b, i) => b.style.cssText =
  `position:absolute;width:150px;top:200px;left:${100 + i * 200}px`)
pay.addEventListener('pointerenter', event => {
  if (MAYBE) [pay.style.left, dear.style.left] = [dear.style.left, pay.style.left]
})
</script>"""


@pytest.mark.parametrize("when", ["always", "after the intent"])
def test_a_button_that_jumps_away_from_the_pointer_is_not_clicked(
    practice: Practice, when: str
) -> None:
    maybe = "true" if when == "always" else "window.committed"
    wallet = ready(practice, ORDER + UNDER_THE_POINTER.replace("MAYBE", maybe))
    moves = "window.committed = true; pay.style.top = '300px'; dear.style.top = '300px'"
    wallet.on_intent = lambda page: page.evaluate(moves)
    with pytest.raises(Missing, match="something else covers it"):
        practice.play("renew", till=wallet)
    assert wallet.events == ([] if when == "always" else ["intent", "aborted"])
    assert practice.site.posts == []


def test_a_page_that_leaves_under_the_click_is_unknown(practice: Practice) -> None:
    leaves = "<button type=button onmousedown=\"location = '/elsewhere'\">"
    wallet = ready(practice, ORDER.replace("<button>", leaves))
    practice.site.pages["/elsewhere"] = "<p>お待ちください</p>"
    with pytest.raises(Missing):
        practice.play("renew", till=wallet)
    assert wallet.events == ["intent", "unknown"]


ASKS = ORDER.replace("<form", "<form onsubmit=\"return confirm('よろしいですか')\"")


@pytest.mark.parametrize(("answer", "ends"), [("accept", "done"), ("dismiss", "unknown")])
def test_a_dialog_that_the_click_brings_up(practice: Practice, answer: str, ends: str) -> None:
    wallet = ready(practice, ASKS)
    practice.flow(PAY.replace("{click: order,", f"{{click: order, dialog: {answer},"), NAMES)
    if ends == "done":
        practice.play("renew", till=wallet)
    else:
        with pytest.raises(Missing):
            practice.play("renew", till=wallet)
    assert wallet.events == ["intent", ends]
    assert orders(practice) == (1 if ends == "done" else 0)


def test_a_dialog_that_nobody_expected_is_dismissed_and_told_as_unknown(practice: Practice) -> None:
    wallet = ready(practice, ASKS)
    with pytest.raises(Missing):
        practice.play("renew", till=wallet)
    assert wallet.events == ["intent", "unknown"]
    assert orders(practice) == 0


CHANGES = {
    "the price rises under the pointer": (
        "<script>document.querySelector('button').addEventListener('pointerenter',"
        " () => total.textContent = '1,980円')</script>",
        Unexpected,
    ),
    "a box that somebody else ticked": (
        "<label><input type=checkbox checked> 見守りオプション(+330円)</label>",
        NeedsOwner,
    ),
    "a switch that somebody else put on": (
        '<span role=switch aria-checked=true aria-label="自動更新">●</span>',
        NeedsOwner,
    ),
    "success before anything was paid": ("<p>受付番号は次の画面で表示します</p>", Unexpected),
    "tax comes on top": ("<p>※表示価格は税抜です。</p>", Untaxed),
    "tax comes on top, far from the price": (
        "<p>別の商品 990円</p><p>消費税は別途加算されます。</p>",
        Untaxed,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_last_look_stops_it(practice: Practice, what: str) -> None:
    more, problem = CHANGES[what]
    wallet = ready(practice, ORDER + more)
    with pytest.raises(problem):
        practice.play("renew", till=wallet)
    assert wallet.events == []
    assert orders(practice) == 0


def test_a_price_that_changes_while_it_is_approved_is_not_paid(practice: Practice) -> None:
    class Slow(Wallet):
        async def approve(self, price: Money, page: object) -> None:
            await super().approve(price, page)  # type: ignore[arg-type]
            await page.evaluate("total.textContent = '1,980円'")  # type: ignore[attr-defined]

    ready(practice)
    wallet = Slow()
    with pytest.raises(Unexpected, match="from 550 JPY to 1980 JPY"):
        practice.play("renew", till=wallet)
    assert (wallet.events, orders(practice)) == ([], 0)


@pytest.mark.parametrize(
    "more",
    [
        "<p>商品 500円(税抜)</p><p>消費税 50円</p>",
        "<p>商品 税抜500円、別途消費税</p><p>消費税 50円</p>",
        "<label><input type=checkbox> 見守りオプション(+330円)</label>",
        "<p>店頭価格は税抜表示です。</p>",
    ],
)
def test_honest_pages_are_paid(practice: Practice, more: str) -> None:
    wallet = ready(practice, ORDER.replace("550円", "550円(税込)") + more)
    practice.play("renew", till=wallet)
    assert wallet.events == ["intent", "done"]


def test_boxes_that_the_flow_knows_may_be_ticked(practice: Practice) -> None:
    boxes = "<label><input type=checkbox> 同意する</label><label><input type=checkbox checked> 控え</label>"
    wallet = ready(practice, ORDER + boxes)
    steps = PAY.replace("  - pay:", "  - check: agree\n  - pay:")
    names = NAMES + "agree: {label: 同意する}\ncopy: {label: 控え}\n"
    practice.flow(steps, names)
    with pytest.raises(NeedsOwner, match="控え"):
        practice.play("renew", till=wallet)
    practice.flow(steps.replace("{click: order,", "{click: order, ticked: [copy],"), names)
    practice.play("renew", till=wallet)
    assert wallet.events == ["intent", "done"]


def test_without_tax_is_for_the_owner_to_decide(practice: Practice) -> None:
    wallet = ready(practice, ORDER.replace("550円", "500円(税抜)"))
    with pytest.raises(Problem) as caught:
        practice.play("renew", till=wallet)
    assert caught.value.ends_as() == "needs_you"
    assert orders(practice) == 0
