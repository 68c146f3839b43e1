"""While a step waits, the page is watched: signals end the wait, interrupts are dealt with."""

from __future__ import annotations

import time

import pytest

from runner.page.problems import Ambiguous, NeedsOwner, Seen, Unreachable, WrongHost
from tests.page.conftest import Practice

SIGNALS = """
signals:
  signed_in: {text: ログアウト}
  signed_out: {text: ログインしてください}
  wrong_secret: {text: /パスワード.*正しく/}
  maintenance: {text: メンテナンス中, title: 練習}
step_time: 8 seconds
"""


def test_a_signal_ends_the_wait_at_once_and_by_its_name(practice: Practice) -> None:
    practice.site.pages["/"] = "<p>ただいまメンテナンス中です</p>"
    signals = SIGNALS.replace("8 seconds", "2 minutes")
    practice.flow(signals + "read: [{click: go}]", "go: {role: button, name: 進む}")
    started = time.monotonic()
    with pytest.raises(Seen, match="ただいまメンテナンス中です") as caught:
        practice.play()
    assert caught.value.ends_as() == "maintenance"
    assert time.monotonic() - started < 60


def test_a_signal_that_comes_late_is_seen(practice: Practice) -> None:
    practice.site.pages["/"] = """<p id=p>お待ちください</p>
      <script>setTimeout(() => p.textContent = 'パスワードが正しくありません', 900)</script>"""
    practice.flow(SIGNALS + "read: [{click: go}]", "go: {role: button, name: 進む}")
    with pytest.raises(Seen) as caught:
        practice.play()
    assert caught.value.signal == "wrong_secret"
    assert caught.value.ends_as() == "rejected"


BANNER = """
interrupts:
  - name: banner
    when: {visible: reject}
    do: [{click: reject}]
"""


def test_a_banner_in_the_way_is_dealt_with_wherever_it_comes(practice: Practice) -> None:
    practice.site.pages["/"] = """
      <form method=post action=/went><button id=go>進む</button></form>
      <div id=banner style="position:fixed;inset:0;background:#fff">
        クッキー <button onclick="banner.remove()">拒否</button></div>"""
    practice.site.pages["/went"] = "<p>完了</p>"
    practice.flow(
        SIGNALS + BANNER + "read: [{click: go}, {wait_for: {text: 完了}}]",
        "{go: {css: '#go'}, reject: {role: button, name: 拒否}}",
    )
    practice.play()
    assert [path for path, _ in practice.site.posts] == ["/went"]


CODE_PAGE = """<form method=post action=/after>
  <p>確認コードの入力</p>%s<button id=b disabled>次へ</button></form>
  <script>
    const boxes = [...document.querySelectorAll('input')]
    const all = () => b.disabled = boxes.some(box => !box.value)
    boxes.forEach(box => box.addEventListener('input', all))
  </script>"""


def test_a_code_page_with_one_box_a_digit_and_a_button_of_the_same_name(practice: Practice) -> None:
    """The waiting step's own button has the interrupt's name: it must not be pressed for it."""
    boxes = "".join(f"<input name=d{i} maxlength=4>" for i in range(4))
    practice.site.pages |= {
        "/": CODE_PAGE % boxes,
        "/after": "<form method=post action=/end><button>次へ</button></form>",
        "/end": "<p>済</p>",
    }
    practice.flow(
        SIGNALS
        + """
interrupts:
  - name: code
    when: {visible: boxes}
    do: [{one_time_code: {into: boxes, digits: 4}}, {click: next}]
read:
  - click: next
  - wait_for: {text: 済}
""",
        "{boxes: {css: 'input[maxlength]', which: all}, next: {role: button, name: 次へ}}",
    )
    practice.phone.codes = ["１２３４"]
    practice.play()
    assert practice.site.posts == [
        ("/after", {"d0": "1", "d1": "2", "d2": "3", "d3": "4"}),
        ("/end", {}),
    ]


@pytest.mark.parametrize("code", ["123", "123456"])
def test_a_code_of_another_length_is_not_typed(practice: Practice, code: str) -> None:
    practice.site.pages["/"] = CODE_PAGE % "<input name=d maxlength=4>"
    practice.flow(
        "read: [{one_time_code: {into: box, digits: 4}}]", "box: {css: 'input[maxlength]'}"
    )
    practice.phone.codes = [code]
    with pytest.raises(NeedsOwner, match=f"has {len(code)} signs"):
        practice.play()


def test_an_interrupt_that_never_goes_away_ends_the_run(practice: Practice) -> None:
    practice.site.pages["/"] = "<p>アンケート</p><button>閉じる</button>"
    practice.flow(
        """
step_time: 500 ms
interrupts:
  - {name: survey, when: {text: アンケート}, do: [{click: close}], at_most: 2}
read: [{click: go}]
""",
        "{close: {role: button, name: 閉じる}, go: {css: '#go'}}",
    )
    with pytest.raises(Exception, match="survey"):
        practice.play()


def test_two_matches_are_an_error_unless_the_selector_says_which(practice: Practice) -> None:
    practice.site.pages["/"] = "<button>選ぶ</button><button>選ぶ</button>"
    practice.flow("read: [{click: choose}]", "choose: {role: button, name: 選ぶ}")
    with pytest.raises(Ambiguous, match="more than one"):
        practice.play()
    practice.flow("read: [{click: choose}]", "choose: {role: button, name: 選ぶ, which: last}")
    practice.play()


def test_candidates_are_tried_in_their_order(practice: Practice) -> None:
    practice.site.pages["/"] = "<p id=second>二</p>"
    practice.flow("read: [{extract: {it: it}}]", "it: [{css: '#first'}, {css: '#second'}]")
    assert practice.play()["it"] == "二"
    practice.site.pages["/"] = "<p id=second>二</p><p id=first>一</p>"
    assert practice.play()["it"] == "一"


PASSWORD = "read: [{fill: {password: '{{ account.password }}'}}]"


def test_a_secret_is_not_typed_on_a_look_alike_host(practice: Practice) -> None:
    practice.site.pages |= {
        "/": "<a href=https://evil.example.com/form>次へ</a>",
        "/form": "<input type=password id=pw>",
    }
    practice.flow(
        "read: [{click: next}, {fill: {password: '{{ account.password }}'}}]",
        "{next: {role: link, name: 次へ}, password: {css: '#pw'}}",
    )
    with pytest.raises(WrongHost, match=r"https://evil\.example\.com/form") as caught:
        practice.play()
    assert caught.value.ends_as() == "needs_you"


def test_a_secret_is_not_typed_into_a_frame_of_another_host(practice: Practice) -> None:
    practice.site.pages |= {
        "/": "<iframe id=f src=https://bank.example.jp/form></iframe>",
        "/form": "<input type=password id=pw>",
    }
    practice.flow(PASSWORD, "password: {css: '#pw', frame: '#f'}")
    with pytest.raises(WrongHost, match="bank"):
        practice.play()


def test_a_secret_is_not_typed_where_a_foreign_page_frames_ours(practice: Practice) -> None:
    practice.site.pages |= {
        "/": "<a href=https://evil.example.com/outer>次へ</a>",
        "/outer": "<iframe id=f src=https://practice.example.jp/form></iframe>",
        "/form": "<input type=password id=pw>",
    }
    practice.flow(
        "read: [{click: next}, {fill: {password: '{{ account.password }}'}}]",
        "{next: {role: link, name: 次へ}, password: {css: '#pw', frame: '#f'}}",
    )
    with pytest.raises(WrongHost, match="evil"):
        practice.play()


def test_a_server_error_is_named_unreachable(practice: Practice) -> None:
    practice.site.pages |= {"/": "<a href=/down>次へ</a>", "/down": "<p>Bad Gateway</p>"}
    practice.site.status["/down"] = 502
    practice.flow("read: [{click: next}, {click: go}]", "{next: {role: link}, go: {css: '#go'}}")
    with pytest.raises(Unreachable, match="HTTP 502"):
        practice.play()


def test_sign_in_is_skipped_while_the_session_holds(practice: Practice) -> None:
    practice.site.pages["/"] = "<a href=/out>ログアウト</a>"
    flow = SIGNALS + "login: [{goto: 'https://practice.example.jp/'}, {click: log_in}]"
    practice.flow(flow, "log_in: {role: button, name: ログイン}")
    assert practice.play("login", {"resumed": True}) == {"resumed": True}
    practice.site.pages["/"] = """<button onclick="location='/in'">ログイン</button>"""
    practice.site.pages["/in"] = "<a href=/out>ログアウト</a>"
    assert practice.play("login", {"resumed": True}) == {"resumed": False}


def test_a_page_that_does_not_show_the_owner_signed_in_is_no_success(practice: Practice) -> None:
    practice.site.pages["/"] = "<p>何か</p>"
    practice.flow("step_time: 500 ms\nlogin: [{goto: 'https://practice.example.jp/'}]")
    with pytest.raises(Exception, match="signed_in"):
        practice.play("login")


def test_an_unexpected_signal_while_an_interrupt_is_played(practice: Practice) -> None:
    practice.site.pages |= {
        "/": "<p>アンケート</p><button onclick=\"location='/closed'\">閉じる</button>",
        "/closed": "<p>ログインしてください</p>",
    }
    practice.flow(
        SIGNALS
        + """
interrupts: [{when: {text: アンケート}, do: [{click: close}, {click: go}]}]
read: [{click: go}]
""",
        "{close: {role: button, name: 閉じる}, go: {css: '#go'}}",
    )
    with pytest.raises(Seen) as caught:
        practice.play()
    assert caught.value.signal == "signed_out"
