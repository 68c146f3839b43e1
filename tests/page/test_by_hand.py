"""What needs a person is shown to one, and goes on where it was; what must not be shown is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

import pytest
from playwright.async_api import Page

from runner.page.by_hand import Need, Wish, need_of
from runner.page.problems import (
    Ambiguous,
    Gone,
    Missing,
    NeedsOwner,
    Problem,
    Seen,
    Unexpected,
    Unreachable,
    Unread,
    WrongHost,
)
from tests.page.conftest import Practice
from tests.page.test_through_a_bank import PAY, ready, typed

Word = Literal["done", "given_up", "too_late"] | None


@dataclass
class Someone:
    """A person who does something on the page, and says how it ended."""

    does: Callable[[Page], Awaitable[object]] | None = None
    says: list[Word] = field(default_factory=lambda: ["done"])
    wishes: list[Wish] = field(default_factory=list)
    still: list[bool] = field(default_factory=list)

    async def help(self, wish: Wish) -> Word:
        self.wishes.append(wish)
        if self.does is not None:
            await self.does(wish.page)
        if wish.solved is not None:
            self.still.append(not await wish.solved())
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]

    @property
    def needs(self) -> list[Need]:
        return [wish.need for wish in self.wishes]


async def _go_on(page: Page) -> None:
    await page.get_by_role("button").click()


LOGIN = """
step_time: 1 second
signals:
  signed_in: {text: ログアウト}
  human_check: {text: ロボットではない}
  wrong_secret: {text: 誤りがあります}
login:
  - click: enter
  - fill: {name_box: "{{ account.id }}"}
  - click: enter
read:
  - extract: {left: {from: left, as: data}}
"""
NAMES = """
enter: {role: button, name: ログイン}
name_box: {css: "#name"}
left: {css: "#left"}
"""
CHECK = (
    "<p>ロボットではないことの確認</p><form method=post action=/name><button>はい</button></form>"
)
NAME = "<form method=post action=/in><input id=name name=name><button>ログイン</button></form>"
START = "<form method=post action=/check><button>ログイン</button></form>"
INSIDE = "ログアウト <p id=left>3 GB</p>"


def signing_in(practice: Practice) -> None:
    practice.flow(LOGIN, NAMES)
    practice.site.pages |= {"/": START, "/check": CHECK, "/name": NAME, "/in": INSIDE}


def test_a_human_check_is_answered_and_the_step_is_played_again(practice: Practice) -> None:
    signing_in(practice)
    practice.helper = someone = Someone(_go_on)
    assert practice.play("login") == {"resumed": False}
    assert someone.needs == ["human_check"]
    assert someone.still == [False]
    assert [form["name"] for path, form in practice.site.posts if path == "/in"] == ["taro"]


def test_who_says_done_too_early_is_asked_again(practice: Practice) -> None:
    signing_in(practice)
    clicks = iter([None, _go_on])

    async def late(page: Page) -> None:
        if (act := next(clicks)) is not None:
            await act(page)

    practice.helper = someone = Someone(late)
    practice.play("login")
    assert someone.still == [True, False]


def test_a_person_who_signs_in_altogether_ends_the_phase(practice: Practice) -> None:
    signing_in(practice)

    async def all_of_it(page: Page) -> None:
        await page.goto("https://practice.example.jp/in")

    practice.helper = Someone(all_of_it)
    practice.play("login")
    assert not [path for path, _ in practice.site.posts if path == "/in"]


def test_a_page_that_changed_is_put_right(practice: Practice) -> None:
    signing_in(practice)
    practice.site.pages["/check"] = (
        "<p>お知らせ</p><form method=post action=/name><button>閉じる</button>"
    )
    practice.helper = someone = Someone(_go_on)
    practice.play("login")
    assert someone.needs == ["changed"]


def test_a_code_that_nobody_but_the_person_has(practice: Practice) -> None:
    """It is asked for in an interrupt: the step in which that came up is played again."""
    signing_in(practice)
    practice.flow(LOGIN + CODE, NAMES + "code: {css: '#code'}\n")
    practice.site.pages["/check"] = (
        "<form method=post action=/name><input id=code name=code><button>送信</button></form>"
    )

    async def types(page: Page) -> None:
        await page.locator("#code").fill("123456")
        await page.get_by_role("button").click()
        await page.locator("#name").wait_for()

    practice.helper = someone = Someone(types)
    practice.play("login")
    assert someone.needs == ["code"]
    assert ("/name", "123456") in [(path, form.get("code")) for path, form in practice.site.posts]


CODE = """
interrupts:
  - when: {visible: code}
    do: [{one_time_code: {into: code, digits: 6}}]
"""


@pytest.mark.parametrize(
    ("says", "why"), [("given_up", "gave up"), ("too_late", "did not come in time")]
)
def test_in_vain(practice: Practice, says: Word, why: str) -> None:
    signing_in(practice)
    practice.helper = someone = Someone(says=[says])
    with pytest.raises(NeedsOwner, match=why) as caught:
        practice.play("login")
    assert caught.value.step == "login[1]"
    assert len(someone.wishes) == 1


def test_nobody_to_ask_is_as_it_was(practice: Practice) -> None:
    signing_in(practice)
    practice.helper = Someone(says=[None])
    with pytest.raises(Seen, match="human"):
        practice.play("login")


def test_nobody_is_asked_to_try_another_password(practice: Practice) -> None:
    signing_in(practice)
    practice.site.pages["/check"] = "パスワードに誤りがあります"
    practice.helper = someone = Someone()
    with pytest.raises(Seen, match="refused the password"):
        practice.play("login")
    assert someone.wishes == []


def test_a_bank_that_is_not_understood_is_answered_by_hand_and_paid_once(
    practice: Practice,
) -> None:
    """The page that came after the click is no flow's: a person finishes it, nothing is clicked."""
    wallet = ready(practice, host="unknown.example.jp")
    practice.site.pages["/order"] = (
        "<form method=post action=/answer><button>本人確認</button></form>"
    )
    practice.helper = someone = Someone(_go_on)
    practice.play("renew", till=wallet)
    assert someone.needs == ["paying"]
    assert wallet.events == ["intent", "done"]
    assert [path for path, _ in practice.site.posts] == ["/order", "/answer"]


def test_after_the_click_nothing_is_certain_that_the_page_does_not_say(practice: Practice) -> None:
    wallet = ready(practice)
    practice.site.pages["/order"] = "<p>混み合っています</p>"
    practice.helper = someone = Someone(says=["done", "given_up"])
    with pytest.raises(NeedsOwner, match="gave up"):
        practice.play("renew", till=wallet)
    assert someone.needs == ["paying", "paying"]
    assert wallet.events == ["intent", "unknown"]
    assert [path for path, _ in practice.site.posts] == ["/order"]


def test_a_bank_that_asks_for_a_code_is_called_off_only_when_no_person_has_it(
    practice: Practice,
) -> None:
    async def types(page: Page) -> None:
        frame = page.frame_locator("iframe")
        await frame.locator("#code").fill("654321")
        await frame.get_by_role("button").click()
        await page.wait_for_url("**/thanks")

    wallet = ready(practice)
    with (practice.folder / "flows/bank.yaml").open("a") as flow:
        flow.write("parts: {call_off: [{click: send}]}\n")
    practice.phone.codes.clear()
    practice.helper = someone = Someone(types)
    practice.play("renew", till=wallet)
    assert (someone.needs, typed(practice)) == (["paying"], ["654321"])
    assert wallet.events == ["intent", "done"]


def test_before_the_click_nobody_is_let_in(practice: Practice) -> None:
    """What a person bought there by hand, no one would know."""
    wallet = ready(practice)
    practice.flow(
        PAY.replace("click: order", "click: other"), "other: {css: '#none'}\n" + NAMES_PAY
    )
    practice.helper = someone = Someone()
    with pytest.raises(Missing):
        practice.play("renew", till=wallet)
    assert (someone.wishes, wallet.events) == ([], [])


NAMES_PAY = 'total: {css: "#total"}'


@pytest.mark.parametrize(
    ("problem", "login", "paying"),
    [
        (Seen("human_check"), "human_check", "paying"),
        (Seen("wrong_code"), "code", "paying"),
        (NeedsOwner("a code"), "code", "paying"),
        (Missing("it"), "changed", "paying"),
        (Ambiguous("it"), "changed", "paying"),
        (Unexpected("another page", "changed"), "changed", None),
        (Unexpected("no", "needs_you"), None, None),
        (Seen("wrong_secret"), None, None),
        (Seen("locked"), None, None),
        (Seen("maintenance"), None, None),
        (Seen("declined"), None, None),
        (WrongHost("elsewhere"), None, None),
        (Unreachable("it"), None, None),
        (Unread("it"), None, None),
        (Gone("it"), None, None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Problem) else str(value),
)
def test_what_a_person_is_wanted_for(
    problem: Problem, login: Need | None, paying: Need | None
) -> None:
    assert need_of(problem, "login", paying=False) == login
    assert need_of(problem, "read", paying=False) == login
    assert need_of(problem, "renew", paying=True) == paying
    for phase in ("renew", "history", "logout"):
        assert need_of(problem, phase, paying=False) is None
