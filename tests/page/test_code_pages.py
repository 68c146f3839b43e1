"""Pages that ask for codes: what is typed, what is not, and what comes after a refusal."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from runner.page.problems import NeedsOwner, Problem, Seen
from runner.values.money import Money
from runner.values.secret import Secret
from tests.page.conftest import Phone, Practice, Wallet

WRONG = "コードが間違っています"
SIGNALS = f"""
signals:
  signed_in: {{text: ログアウト}}
  wrong_code: {{text: {WRONG}}}
  maintenance: {{text: メンテナンス中}}
"""
NAMES = """
box: {css: input}
send: {role: button, name: 送信, exact: true}
again: {role: button, name: 再送信}
"""
FORM = (
    "<p>%s</p><form method=post action=/check><input name=c><button>送信</button></form>"
    "<form method=post action=/again><button>再送信</button></form>"
)
STEPS = "[{one_time_code: {into: box, resend: again, within: 5 s}}, {click: send}]"


def asks(practice: Practice, *right: str) -> None:
    """A page that takes these codes alone, and sends no other than it is asked to."""

    def check(_: dict[str, str]) -> str:
        _, form = practice.site.posts[-1]
        return "<p>ログアウト</p>" if form["c"] in right else FORM % WRONG

    practice.site.pages |= {"/": FORM % "", "/again": FORM % "送りました", "/check": check}


def typed(practice: Practice) -> list[str]:
    return [form["c"] for path, form in practice.site.posts if path == "/check"]


def resent(practice: Practice) -> int:
    return sum(path == "/again" for path, _ in practice.site.posts)


@pytest.mark.parametrize(
    "flow",
    [
        f"interrupts: [{{when: {{visible: box}}, do: {STEPS}}}]\nread: [{{wait_for: {{text: ログアウト}}}}]",
        f"read:\n  - goto: https://practice.example.jp/\n  - {STEPS[1:-1].replace('}, {', '}' + chr(10) + '  - {')}"
        "\n  - wait_for: {text: ログアウト}",
        f"read:\n  - if: {{page: {{visible: box}}, then: {STEPS}}}\n  - wait_for: {{text: ログアウト}}",
    ],
    ids=["interrupt", "steps", "if"],
)
def test_after_a_refusal_another_code_is_asked_for_once(practice: Practice, flow: str) -> None:
    asks(practice, "222222")
    practice.flow(SIGNALS + flow, NAMES)
    practice.phone.codes = ["111111", "222222"]
    practice.play()
    assert (typed(practice), resent(practice)) == (["111111", "222222"], 1)
    first, second = practice.phone.asked
    assert second["since"] > first["since"], "what was sent before is void"

    practice.site.posts.clear()
    practice.phone.codes = ["111111", "333333", "222222"]
    with pytest.raises(Seen, match=WRONG) as seen:
        practice.play()
    assert seen.value.ends_as() == "needs_you"
    assert (typed(practice), resent(practice)) == (["111111", "333333"], 1)


def test_a_refusal_at_the_end_of_the_sign_in(practice: Practice) -> None:
    asks(practice, "222222")
    login = f"[{{goto: https://practice.example.jp/}}, {STEPS[1:]}"
    practice.flow(SIGNALS + f"login: {login}\nread: [{{hover: box}}]", NAMES)
    practice.phone.codes = ["111111", "222222"]
    practice.play("login")
    assert (typed(practice), resent(practice)) == (["111111", "222222"], 1)


def test_without_a_link_only_a_source_that_renews_itself_is_asked(practice: Practice) -> None:
    asks(practice, "222222")
    steps = STEPS.replace(", resend: again", "")
    practice.flow(
        SIGNALS + f"interrupts: [{{when: {{visible: box}}, do: {steps}}}]\n"
        "read: [{wait_for: {text: ログアウト}}]",
        NAMES,
    )
    practice.phone.codes = ["111111", "222222"]
    with pytest.raises(Seen, match=WRONG):
        practice.play()
    assert typed(practice) == ["111111"]

    practice.phone.codes, practice.phone.renews = ["111111", "222222"], True
    practice.play()
    assert typed(practice) == ["111111", "111111", "222222"]
    assert [asked["renewed"] for asked in practice.phone.asked] == [False, False, True]


def test_a_link_that_is_not_there_leaves_the_refusal(practice: Practice) -> None:
    asks(practice)
    practice.flow(
        "step_time: 1 s\n"
        + SIGNALS
        + f"interrupts: [{{when: {{visible: box}}, do: {STEPS}}}]\nread: [{{click: ok}}]",
        NAMES.replace("name: 再送信", "name: もう一度") + "ok: {text: ログアウト}",
    )
    practice.phone.codes = ["111111", "222222"]
    with pytest.raises(Seen, match=WRONG):
        practice.play()
    assert typed(practice) == ["111111"]


def test_a_page_that_keeps_its_refusal_shown(practice: Practice) -> None:
    """It is replaced by nothing but the right code: the old words are not taken for new ones."""
    practice.site.pages["/"] = f"""<p id=p></p><input name=c>
      <button onclick="check()">送信</button><button onclick="sent = 1">再送信</button>
      <script>let sent = 0
        function check() {{ p.textContent = sent ? 'ログアウト' : '{WRONG}'; }}</script>"""
    practice.flow(
        SIGNALS + "read:\n  - one_time_code: {into: box, resend: again}\n  - click: send\n"
        "  - wait_for: {text: ログアウト}",
        NAMES,
    )
    practice.phone.codes = ["111111", "222222"]
    practice.play()
    assert len(practice.phone.asked) == 2


def test_what_spends_money_is_not_played_again(practice: Practice) -> None:
    """A refusal that comes with the payment ends the run, whatever steps stand before it."""
    practice.site.pages["/"] = f"""<p>合計 550円</p><p id=p></p><input name=c>
      <button onclick="p.textContent = '{WRONG}'; clicks.textContent += 'x'">支払う</button>
      <button>再送信</button><p id=clicks></p>"""
    practice.flow(
        SIGNALS + "renew:\n  - one_time_code: {into: box, resend: again}\n"
        "  - extract: {price: {from: total, as: money}}\n"
        "  - pay: {click: pay, price: price, done: {text: 完了}, within: 2 s}",
        NAMES + "total: {text: 合計}\npay: {role: button, name: 支払う}",
    )
    practice.phone.codes = ["111111", "222222"]
    practice.keep_failures = True
    wallet = Wallet()
    with pytest.raises(Problem):
        practice.play("renew", {"plan": {"price": Money.parse("550 JPY")}}, wallet)
    assert wallet.events == ["intent", "unknown"]
    assert len(practice.phone.asked) == 1


@pytest.mark.parametrize(
    ("boxes", "told"),
    [
        ("<input name=a maxlength=4>", "takes 4 signs; the code has 6"),
        ("<input name=a><input name=b><input name=c>", "3 boxes for a code of 6 digits"),
    ],
)
def test_nobody_is_asked_for_a_code_that_has_no_place(
    practice: Practice, boxes: str, told: str
) -> None:
    practice.site.pages["/"] = boxes
    practice.flow("read: [{one_time_code: boxes}]", "boxes: {css: input, which: all}")
    practice.phone.codes = ["123456"]
    with pytest.raises(NeedsOwner, match=told):
        practice.play()
    assert practice.phone.asked == []


class Slow(Phone):
    """A phone on which nothing comes."""

    async def get(self, **how: Any) -> Secret:
        self.asked.append(how)
        await asyncio.sleep(3600)
        raise LookupError


def test_the_page_is_watched_while_the_code_is_waited_for(practice: Practice) -> None:
    practice.site.pages["/"] = """<p id=p></p><input>
      <script>setTimeout(() => p.textContent = 'メンテナンス中', 600)</script>"""
    practice.flow(SIGNALS + "read: [{one_time_code: box}]", NAMES)
    practice.phone = Slow()
    with pytest.raises(Seen) as seen:
        practice.play()
    assert seen.value.signal == "maintenance"
    assert len(practice.phone.asked) == 1


def test_the_owner_is_told_and_the_page_moves_on_by_itself(practice: Practice) -> None:
    practice.site.pages["/"] = """<p id=p>アプリで承認してください</p>
      <script>setTimeout(() => p.textContent = 'ログアウト', 700)</script>"""
    practice.flow(
        SIGNALS + "read: [{wait_for_owner: {until: {text: ログアウト}, tell: Approve it.}}]"
    )
    practice.play()
    ((message, until, picture),) = practice.calls
    assert message == "Approve it."
    assert until.utcoffset() is not None
    assert picture is not None
    assert picture.is_file()


def test_an_owner_who_does_not_come(practice: Practice) -> None:
    practice.site.pages["/"] = "<p>アプリで承認してください</p>"
    practice.flow(
        SIGNALS
        + "read: [{wait_for_owner: {until: {text: ログアウト}, tell: Approve it., within: 1 s}}]"
    )
    with pytest.raises(NeedsOwner, match=r"Approve it\. Nobody did within 1 s"):
        practice.play()
    assert len(practice.calls) == 1
