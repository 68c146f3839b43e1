"""A session that ends between a page and what the page itself fetches: renewed once, and read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from runner.challenge.handoff import Asked, Ended
from runner.config.hand_off import HandOff
from runner.ledger.ledger import Ledger
from tests.page.conftest import Practice, loop_runner, practice, practice_browser, served
from tests.renewal.conftest import Clock
from tests.renewal.shop import FLOW, NAMES, Owner, owner_of

__all__ = ["loop_runner", "practice", "practice_browser", "served"]
NIGHTLY = pytest.mark.nightly
AGAIN = "the session ended in the middle; signed in again"
SIGN_IN = "<p>ログインしてください</p><form method=post action=/in><button>ログイン</button></form>"
SHELL = """<p>ログアウト</p><div id=here></div><script>
fetch('%s?figures=1').then(answer => answer.text()).then(html => {
  if (!html.includes('ログインしてください')) here.innerHTML = html
})</script>"""
SIGNS = "  signed_in: {text: ログアウト}\n"
LOGIN = f"""
step_time: 2 seconds
login:
  - goto: https://practice.example.jp/
  - click: enter
signals:
{SIGNS}  signed_out: {{text: ログインしてください}}
"""


@dataclass
class Door:
    """The shop's pages are shells; what is in them comes to visitors who are signed in. `ends`: how many
    more sessions end right before the figures of the page `at` are fetched.
    """

    owner: Owner
    at: str = "/"
    ends: int = 0
    open: bool = False
    sign_ins: int = 0

    def __post_init__(self) -> None:
        pages = self.owner.practice.site.pages
        for path in ("/", "/confirm", "/history"):
            page = pages[path]
            assert callable(page)
            pages[path] = self._guarded(path, page)
        pages |= {"/in": self._enter, "/welcome": "<p>ログアウト</p>"}

    def _guarded(self, path: str, page: Callable[[dict[str, str]], str]) -> Any:
        def shown(query: dict[str, str]) -> str:
            if "figures" in query and path == self.at and self.ends:
                self.ends, self.open = self.ends - 1, False
            if not self.open:
                return SIGN_IN
            return page(query) if "figures" in query else SHELL % path

        return shown

    def _enter(self, _: Mapping[str, str]) -> str:
        self.open, self.sign_ins = True, self.sign_ins + 1
        return "<script>location = '/welcome'</script>"


@pytest.fixture
def owner(practice: Practice, ledger: Ledger, clock: Clock) -> Owner:
    owner = owner_of(practice, ledger, clock)
    flow = FLOW.replace(f"signals:\n{SIGNS}", LOGIN[1:]).replace(
        "}], message", "}], within: 2 seconds, message"
    )
    assert flow.count("signed_out") == 1
    practice.flow(
        flow % {"type": "", "pay_with": ""}, NAMES + "enter: {role: button, name: ログイン}\n"
    )
    return owner


def test_a_session_that_ends_before_the_figures_come_is_renewed(owner: Owner) -> None:
    door = Door(owner, ends=1)
    owner.shop.shown = date(2027, 11, 21)
    result = owner.run("nothing_due")
    assert (door.sign_ins, result.lines[0].reading is None) == (2, False)
    assert result.notes == ["signed in", AGAIN]


@NIGHTLY
def test_that_is_done_once(owner: Owner) -> None:
    door = Door(owner, ends=9)
    result = owner.run("changed")
    assert (door.sign_ins, owner.shop.charges) == (2, [])
    assert "`balance`" in result.message


@NIGHTLY
def test_nobody_is_signed_in_anew_where_the_session_holds(owner: Owner) -> None:
    """What is kept is the page that lacks something, not the one that was looked at beside it."""
    seen: list[str] = []

    def top(_: Mapping[str, str]) -> str:
        seen.append(f"ログアウト <p>{len(seen)}回目</p>")
        return seen[-1]

    owner.practice.site.pages["/"] = top
    result = owner.run("changed")
    assert result.notes == ["the session still held"]
    assert len(seen) == 3, "to sign in, to read, and beside"
    tree = owner.home / "evidence" / str(result.evidence) / "page.yaml"
    assert "1回目" in tree.read_text()


@NIGHTLY
def test_a_session_that_is_kept_in_the_tab_is_not_taken_for_ended(owner: Owner) -> None:
    pages = owner.practice.site.pages
    inside, outside = "<p>ログアウト</p>", SIGN_IN.replace("\n", "")
    pages["/"] = (
        f"<p id=here></p><script>here.innerHTML = sessionStorage.token ? '{inside}' : '{outside}'"
        "</script>"
    )
    pages["/in"] = "<script>sessionStorage.token = 1; location = '/'</script>"
    result = owner.run("changed")
    assert result.notes == ["signed in"]


@NIGHTLY
def test_in_an_order_nothing_is_looked_at_beside(owner: Owner) -> None:
    door = Door(owner, at="/confirm", ends=1)
    result = owner.run("changed")
    assert (door.sign_ins, result.step, owner.shop.charges) == (1, "renew[2]", [])


@NIGHTLY
def test_after_the_payment_the_proof_is_read_by_a_new_session(owner: Owner) -> None:
    door = Door(owner, at="/history", ends=1)
    result = owner.run("renewed")
    assert (door.sign_ins, owner.shop.charges) == (2, ["3,000円"])
    assert result.notes == ["signed in", AGAIN]
    assert [moves[-1] for moves in owner.states()] == ["verified"]


@NIGHTLY
def test_nobody_is_asked_at_a_page_whose_session_has_ended(owner: Owner) -> None:
    asked: list[str] = []

    async def ask(_: Any, wanted: Asked, __: Any) -> Ended:
        asked.append(wanted.need)
        return Ended.GIVEN_UP

    owner.ask = ask
    owner.account = replace(owner.account, hand_off=HandOff(wait=timedelta(minutes=1)))
    Door(owner, ends=1)
    owner.run("renewed")
    assert asked == []
    Door(owner, ends=9).open = True
    owner.shop.charges.clear()
    owner.run("needs_you")
    assert asked == ["changed"]
