"""A page that shows what is waited for and an interrupt at once, and what an interrupt's end changes."""

from __future__ import annotations

import time

import pytest

from tests.page.conftest import Practice, Wallet

LOOKED_AT = """<script>
  const shown = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'innerText').get
  Object.defineProperty(document.body, 'innerText', {get() {
    const text = shown.call(this)
    changes()
    return text
  }})
</script>"""
"""The page changes right after its text was read. Only the watch over a waiting step reads it here, for
the signal, and looks for interrupts after that: so it finds one that the step has not seen come."""
SIGNALS = """
step_time: 1500 ms
signals:
  signed_in: {visible: log_out}
  maintenance: {text: メンテナンス中}
"""
NAMES = """
log_out: {role: link, name: ログアウト}
total: {css: "#total"}
order: {role: button, name: 注文する}
receipt: {css: "#receipt"}
code: {role: img, name: QR}
fresh: {role: button, name: 新しいコード}
close: {role: button, name: 閉じる}
"""


def test_a_receipt_that_comes_with_a_nag_is_seen_before_the_nag_is_dealt_with(
    practice: Practice,
) -> None:
    """The nag's button leads away: what was paid would be told as unknown."""
    practice.site.pages |= {
        "/": "<p id=total>550円</p><form method=post action=/order><button>注文する</button></form>",
        "/order": """<p id=p>お待ちください</p>
          <script>const changes = () => p.outerHTML = `<b id=receipt>A-1</b>
            <button onclick="location='/survey'">閉じる</button>`</script>"""
        + LOOKED_AT,
        "/survey": "<p>アンケート</p>",
    }
    practice.flow(
        SIGNALS
        + """
interrupts: [{name: nag, when: {visible: close}, do: [{click: close}]}]
renew:
  - extract: {price: {from: total, as: money}}
  - pay: {click: order, price: price, done: {visible: receipt}, within: 2 seconds}
""",
        NAMES,
    )
    wallet = Wallet()
    practice.play("renew", till=wallet)
    assert wallet.events == ["intent", "done"]


QR = (
    SIGNALS
    + """
interrupts:
  - name: qr_code
    when: {visible: code}
    do: [{wait_for_owner: {until: {hidden: code}, tell: Scan it., within: 20 s}}]
  - {name: ran_out, when: {visible: fresh}, do: [{click: fresh}]}
read: [{wait_for: {visible: log_out, within: 20 s}}]
"""
)
CODE = "<div id=d><img alt=QR src=/code width=9 height=9></div>"
FRESH = "<form method=post action=/again><button>新しいコード</button></form>"
WHEN = """<script>
  const when = async (word, act) => (await (await fetch('/told')).text()).includes(word)
    ? act() : setTimeout(when, 50, word, act)
</script>"""
"""What a page does by itself when the owner was told once or twice."""
PAID = CODE + WHEN + "<script>when('twice', () => location = '/end')</script>"


def ready(practice: Practice, first: str) -> None:
    practice.site.pages |= {
        "/": first,
        "/told": lambda _: ("never", "once", "twice")[len(practice.calls)],
        "/again": PAID,
        "/end": "<a href=/>ログアウト</a>",
    }
    practice.flow(QR, NAMES)


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(
            f"""<script>let looks = 0
              const changes = () => ++looks == 2 && (d.innerHTML = `{FRESH}`)</script>{LOOKED_AT}""",
            id="and makes room for the button",
        ),
        pytest.param(
            f"{WHEN}<script>when('once', () => d.innerHTML += `{FRESH}`)</script>",
            id="and stays behind the button",
        ),
    ],
)
def test_the_owner_is_told_of_the_code_that_follows_one_that_ran_out(
    practice: Practice, ends: str
) -> None:
    ready(practice, CODE + ends)
    practice.play()
    assert [path for path, _ in practice.site.posts] == ["/again"]
    assert [message for message, _, _ in practice.calls] == ["Scan it."] * 2


def test_a_fresh_code_that_takes_its_time_may_run_out_as_well(practice: Practice) -> None:
    """The end of the first is still waited for when the second is there."""
    ready(
        practice,
        f"""<div id=d><button onclick="asked = true">新しいコード</button></div>{WHEN}
          <script>let asked = false
            const changes = () => {{
              if (!asked) return
              asked = false
              d.outerHTML = `{CODE}`
              when('once', () => d.innerHTML = `{FRESH}`)
            }}</script>{LOOKED_AT}""",
    )
    practice.play()
    assert [path for path, _ in practice.site.posts] == ["/again"]
    assert len(practice.calls) == 2


def test_a_page_that_reloads_itself_is_still_waited_for(practice: Practice) -> None:
    """While it loads it shows nothing, so nothing of it has gone yet: the owner is asked once."""
    reloads = f"""<script src=/slow></script>{CODE}{WHEN}
      <script>when('once', () => setTimeout(() => location.reload(), 500))</script>"""
    loaded: list[int] = []

    def page(_: dict[str, str]) -> str:
        loaded.append(len(practice.calls))
        return reloads if loaded.count(1) < 2 else "<a href=/>ログアウト</a>"

    def slow(_: dict[str, str]) -> str:
        time.sleep(0.2)
        return ""

    ready(practice, "")
    practice.site.pages |= {"/": page, "/slow": slow}
    practice.play()
    assert len(practice.calls) == 1
