"""The portal in a real browser: what its scripts do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from runner.sandbox import control
from tests.sandbox.visitor import ADD, TOP, sms_code

COVERED = """element => {
  const {x, y, width, height} = element.getBoundingClientRect()
  return !element.contains(document.elementFromPoint(x + width / 2, y + height / 2))
}"""

pytestmark = pytest.mark.browser


def to_code_page(tab: Page, home: Path) -> None:
    secrets = control.secrets(home, "docomo")
    tab.goto(TOP)
    tab.locator("a.mydcm_login_normal").click()
    sign_in(tab, secrets)


def sign_in(tab: Page, secrets: dict[str, str]) -> None:
    expect(tab).to_have_title("dアカウント")
    tab.locator("#Di_Uid").fill(secrets["id"])
    tab.get_by_role("button", name="次へ").click()
    tab.locator("#Di_Pass").fill(secrets["password"])
    tab.get_by_role("button", name="ログイン").click()


def to_usage(tab: Page, home: Path) -> None:
    control.set_(home, "docomo", "two_step", "off")
    to_code_page(tab, home)
    tab.locator("#mydcm_data_month").wait_for()


def to_confirmation(tab: Page) -> None:
    tab.goto(ADD)
    tab.get_by_label("同意する").check()
    tab.get_by_role("button", name="次へ").click()
    tab.get_by_role("button", name="手続きを完了する").wait_for()


def test_the_whole_way(tab: Page, home: Path) -> None:
    to_code_page(tab, home)
    boxes, following = tab.locator(".input_code"), tab.get_by_role("button", name="次へ")
    expect(tab.locator("h1")).to_have_text("セキュリティコードの入力")
    expect(boxes).to_have_count(6)
    code = sms_code(home)
    for place, digit in enumerate(code):
        expect(following).to_be_disabled()
        expect(boxes.nth(place)).to_be_focused()
        tab.keyboard.type(digit)
    tab.get_by_label("この端末を信頼する").check()
    following.click()
    expect(tab).to_have_url(TOP)
    month = tab.locator("section#mydcm_data_month")
    expect(month.locator("span.latest-area-foma-monthly-gb-value")).to_have_text("4.79")
    expect(month).to_contain_text("残りデータ量")
    expect(tab.locator("section#mydcm_data_3day svg g.tick text")).to_have_count(3)
    expect(tab.locator("section#mydcm_bill")).to_contain_text("6,578円")
    [trusted] = [c for c in tab.context.cookies() if c["name"] == "g_smt_omitbrowser"]
    assert trusted["expires"] > 0

    tab.get_by_text("契約内容・手続き").click()
    tab.get_by_text("通信量の確認・データ量追加").click()
    tab.get_by_text("お申込み", exact=True).click()
    tab.get_by_label("同意する").check()
    tab.get_by_role("button", name="次へ").click()
    expect(tab.locator("main")).to_contain_text("1,100円")
    tab.get_by_role("button", name="手続きを完了する").click()
    expect(tab.locator("h1")).to_have_text("お手続き完了")
    [charge] = control.charges(home)
    expect(tab.locator("main")).to_contain_text(charge["reference"])


def test_a_pasted_code_spreads_over_the_boxes(tab: Page, home: Path) -> None:
    to_code_page(tab, home)
    code = sms_code(home)
    boxes = tab.locator(".input_code")
    boxes.first.fill(code)
    assert [boxes.nth(n).input_value() for n in range(6)] == list(code)
    expect(tab.get_by_role("button", name="次へ")).to_be_enabled()
    boxes.nth(2).fill("x")
    expect(tab.get_by_role("button", name="次へ")).to_be_disabled()


def test_another_code_can_be_asked_for(tab: Page, home: Path) -> None:
    to_code_page(tab, home)
    sms_code(home)
    tab.get_by_role("button", name="再送信").click()
    tab.locator(".input_code").first.wait_for()
    tab.locator(".input_code").first.fill(sms_code(home))
    tab.get_by_role("button", name="次へ").click()
    expect(tab).to_have_url(TOP)


def test_usage_is_not_in_the_page_that_comes_first(tab: Page, home: Path) -> None:
    to_usage(tab, home)
    held: list[Route] = []
    tab.route(f"{TOP}api/usage", lambda route: held.append(route))
    with tab.expect_request(f"{TOP}api/usage"):
        tab.goto(TOP, wait_until="commit")
    expect(tab.locator("#mydcm_loading")).to_be_visible()
    with tab.expect_response(f"{TOP}api/usage") as fetched:
        held.pop().continue_()
    assert fetched.value.json()["month"]["used"] == "4.79"
    expect(tab.locator("#mydcm_data_month")).to_be_visible()
    expect(tab.locator("#mydcm_loading")).to_be_hidden()


@pytest.mark.parametrize("path", ["/auth/cgi/anidlogin", "/auth/cgi/idauth"])
def test_a_person_clears_the_human_check(tab: Page, home: Path, path: str) -> None:
    control.fault(home, "human_check", path=path)
    tab.goto("https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin")
    if path.endswith("idauth"):
        tab.locator("#Di_Uid").fill(control.secrets(home, "docomo")["id"])
        tab.get_by_role("button", name="次へ").click()
    expect(tab.locator("h1")).to_have_text("Let's confirm you are human")
    tab.get_by_role("button", name="Begin").click()
    tab.get_by_role("button", name="Confirm").click()
    expect(tab.locator("#note")).to_have_text("Incorrect. Please try again.")
    for said in ("Please solve one more.", None):
        for tile in control.human_answer(home, "docomo"):
            tab.locator("#grid button").nth(tile).click()
        tab.get_by_role("button", name="Confirm").click()
        if said:
            expect(tab.locator("#note")).to_have_text(said)
    if path.endswith("idauth"):
        tab.locator("#Di_Pass").wait_for()
    else:
        sign_in(tab, control.secrets(home, "docomo"))
        tab.locator(".input_code").first.fill(sms_code(home))
        tab.get_by_role("button", name="次へ").click()
        tab.locator("#mydcm_data_month").wait_for()


@pytest.mark.parametrize(("kind", "way_out"), [("campaign", "閉じる"), ("survey", "あとで")])
def test_something_lies_over_the_page(tab: Page, home: Path, kind: str, way_out: str) -> None:
    to_usage(tab, home)
    control.fault(home, "banner", kind=kind, count=1)
    tab.goto(f"{TOP}contract/")
    tab.get_by_text(way_out).wait_for()
    assert tab.get_by_text("データ・料金").evaluate(COVERED)
    tab.get_by_text(way_out).click()
    tab.get_by_text("データ・料金").click()
    expect(tab).to_have_url(TOP)


@pytest.mark.parametrize(("when", "charged"), [("before", 0), ("after", 1), ("middle", 1)])
def test_a_break_at_the_last_button_never_charges_twice(
    tab: Page, home: Path, when: str, charged: int
) -> None:
    """A browser sends a request again if a kept connection breaks: the token is used by then."""
    to_usage(tab, home)
    to_confirmation(tab)
    control.fault(home, "drop", when=when, path="*/complete")
    with tab.expect_event("requestfailed"):
        tab.get_by_role("button", name="手続きを完了する").click()
    assert len(control.charges(home)) == charged


def test_a_changed_layout_hides_what_was_known(tab: Page, home: Path) -> None:
    to_usage(tab, home)
    control.fault(home, "changed_layout", path="/mydocomo/")
    tab.goto(TOP)
    tab.locator("#usage_summary").wait_for()
    assert tab.locator("#mydcm_data_month").count() == 0
    assert tab.get_by_text("残りデータ量").count() == 0


def test_a_session_that_ends_leaves_the_figures_out(tab: Page, home: Path) -> None:
    to_usage(tab, home)
    control.fault(home, "session_expiry", path="*/api/usage", count=1)
    tab.goto(TOP)
    expect(tab.locator("#mydcm_loading")).to_contain_text("情報を取得できませんでした")
    tab.goto(f"{TOP}contract/")
    expect(tab).to_have_url(re.compile("/auth/cgi/anidlogin"))
