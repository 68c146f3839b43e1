"""Between the paying click and its answer, a bank may ask: its hosts are known then, and only then."""

from __future__ import annotations

import pytest

from runner.page.problems import Missing, Problem, Seen, WrongHost
from tests.page.conftest import Practice, Wallet

PAY = """
step_time: 2 seconds
renew:
  - extract: {price: {from: total, as: money}}
  - pay: {click: order, price: price, through: [bank], done: {text: 受付番号}, within: 3 seconds}
"""
NAMES = """
total: {css: "#total"}
order: {role: button, name: 注文する}
code: {css: "#code"}
"""
BANK = """\
flow: bank
title: Bank
hosts: [bank.example.jp]
locale: ja-JP
currency: JPY
signals:
  declined: {text: 承認されませんでした}
interrupts:
  - name: code
    when: {visible: code}
    do:
      - extract: {asked: {from: amount, as: money}}
      - expect: {that: asked == payment.price, visible: code, message: The bank asks another amount.}
      - one_time_code: {into: code, digits: 6}
      - click: send
"""
BANK_NAMES = """\
site: bank
selectors:
  amount: {css: "#amount"}
  code: {css: "#code"}
  send: {role: button, name: 送信}
"""
FRAME = '<p>お待ちください</p><iframe src="https://{host}/3ds" width=400 height=300></iframe>'
ASKS = (
    "<p id=amount>550円</p><form method=post action=/answer><input name=code id=code>"
    "<button>送信</button></form>"
)
BACK = "<script>top.location = 'https://practice.example.jp/thanks'</script>"


def ready(practice: Practice, host: str = "bank.example.jp", asks: str = ASKS) -> Wallet:
    order = "<p id=total>550円</p><form method=post action=/order><button>注文する</button></form>"
    practice.site.pages |= {
        "/": order,
        "/order": FRAME.format(host=host),
        "/3ds": asks,
        "/answer": BACK,
        "/thanks": "受付番号 A-1",
    }
    practice.flow(PAY, NAMES)
    (practice.folder / "flows/bank.yaml").write_text(BANK)
    (practice.folder / "selectors/bank.yaml").write_text(BANK_NAMES)
    practice.phone.codes.append("123456")
    return Wallet()


def typed(practice: Practice) -> list[str]:
    return [form["code"] for path, form in practice.site.posts if path == "/answer"]


def test_a_code_is_typed_into_the_banks_frame(practice: Practice) -> None:
    wallet = ready(practice)
    practice.play("renew", till=wallet)
    assert wallet.events == ["intent", "done"]
    assert typed(practice) == ["123456"]
    paths = [step.path for step in practice.evidence.steps] if practice.evidence else []
    assert "interrupts[0].do[2]" in paths, "the bank's steps are in the report"


def test_a_frame_of_another_host_gets_nothing(practice: Practice) -> None:
    wallet = ready(practice, host="evil.example.com")
    with pytest.raises(Missing):
        practice.play("renew", till=wallet)
    assert (wallet.events, typed(practice)) == (["intent", "unknown"], [])


def test_the_bank_asks_for_more_than_was_agreed(practice: Practice) -> None:
    wallet = ready(practice, asks=ASKS.replace("550円", "5,500円"))
    with pytest.raises(Problem, match="another amount"):
        practice.play("renew", till=wallet)
    assert (wallet.events, typed(practice)) == (["intent", "unknown"], [])


def test_what_can_not_be_completed_is_called_off_at_the_bank(practice: Practice) -> None:
    """No code comes: the owner is needed, and nobody is left in doubt whether it was paid."""
    cancel = "<form method=post action=/cancel><button>キャンセル</button></form>"
    wallet = ready(practice, asks=ASKS + cancel)
    practice.site.pages["/cancel"] = BACK.replace("thanks", "stopped")
    practice.site.pages["/stopped"] = "お支払いは中止されました"
    practice.flow(PAY.replace("through:", "declined: {text: 中止されました}, through:"), NAMES)
    with (practice.folder / "flows/bank.yaml").open("a") as flow:
        flow.write("parts: {call_off: [{click: cancel}]}\n")
    with (practice.folder / "selectors/bank.yaml").open("a") as names:
        names.write("  cancel: {role: button, name: キャンセル}\n")
    practice.phone.codes.clear()
    with pytest.raises(Problem) as caught:
        practice.play("renew", till=wallet)
    assert caught.value.ends_as() == "needs_you"
    assert (wallet.events, typed(practice)) == (["intent", "declined"], [])


def test_a_refusal_in_the_banks_frame_is_declined(practice: Practice) -> None:
    wallet = ready(practice, asks="<p>お取引は承認されませんでした。</p>")
    with pytest.raises(Seen) as caught:
        practice.play("renew", till=wallet)
    assert caught.value.ends_as() == "declined"
    assert wallet.events == ["intent", "declined"]


def test_nothing_asked_nothing_done(practice: Practice) -> None:
    wallet = ready(practice, asks=BACK)
    practice.play("renew", till=wallet)
    assert (wallet.events, typed(practice)) == (["intent", "done"], [])


def test_the_banks_hosts_are_no_ones_outside_a_payment(practice: Practice) -> None:
    ready(practice)
    practice.site.pages["/"] = FRAME.format(host="bank.example.jp")
    practice.flow(
        PAY + "read: [{one_time_code: {into: code_in_frame, digits: 6}}]\n",
        NAMES + 'code_in_frame: {css: "#code", frame: iframe}\n',
    )
    with pytest.raises(WrongHost):
        practice.play("read")
    assert typed(practice) == []


def test_what_lies_over_the_shops_page_meanwhile_is_put_away(practice: Practice) -> None:
    """It comes as the code is typed, and covers the bank's button."""
    typing = "<script>code.oninput = () => parent.postMessage('typed', '*')</script>"
    wallet = ready(practice, asks=ASKS + typing)
    practice.site.pages["/order"] += """<script>
      onmessage = () => document.body.insertAdjacentHTML('beforeend',
        `<div style="position:fixed;inset:0;background:#fff">
         <button onclick="fetch('/closed', {method: 'POST', keepalive: true}); parentElement.remove()">
           閉じる</button></div>`)
    </script>"""
    nag = "interrupts: [{name: nag, when: {visible: close}, do: [{click: close}]}]\n"
    practice.flow(nag + PAY, NAMES + "close: {role: button, name: 閉じる}\n")
    practice.play("renew", till=wallet)
    assert wallet.events == ["intent", "done"]
    assert typed(practice) == ["123456"]
    assert "/closed" in [path for path, _ in practice.site.posts]


@pytest.mark.parametrize("window", [False, True], ids=["in a frame", "in a window of its own"])
def test_a_bank_that_leaves_while_its_page_is_read(practice: Practice, window: bool) -> None:
    """What its steps look for has gone with its page; what came of it stands on the shop's."""
    shop, end = ("opener", "close()") if window else ("top", "0")
    wallet = ready(
        practice,
        asks=f"""<input id=code><script>setTimeout(() => {{
          {shop}.location = 'https://practice.example.jp/thanks'
          {end}
        }}, 500)</script>""",
    )
    if window:
        practice.site.pages["/order"] = "<script>open('https://bank.example.jp/3ds')</script>"
    flow = practice.folder / "flows/bank.yaml"
    flow.write_text(flow.read_text() + "step_time: 1 second\n")
    practice.play("renew", till=wallet)
    assert (wallet.events, typed(practice)) == (["intent", "done"], [])
