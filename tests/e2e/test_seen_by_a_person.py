"""What Kigen reads and renews is what a person sees on the portal, with a browser of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from runner.sandbox import control
from tests.e2e.world import World

pytestmark = pytest.mark.by_hand


def sign_in(page: Page, world: World) -> None:
    """As a person does, who reads the code from their phone."""
    secrets = control.secrets(world.home, "docomo")
    page.goto("https://www.docomo.ne.jp/mydocomo/")
    page.get_by_role("link", name="ログインする").click()
    page.locator("#Di_Uid").fill(secrets["id"])
    page.get_by_role("button", name="次へ").click()
    page.locator("#Di_Pass").fill(secrets["password"])
    page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("heading", name="セキュリティコードの入力")).to_be_visible()
    message = control.sms(world.home, "docomo")
    assert message is not None
    code = message.text.split("：")[1][:6]
    page.locator(".input_code").first.press_sequentially(code[:1])
    for box, digit in zip(page.locator(".input_code").all()[1:], code[1:], strict=True):
        box.press_sequentially(digit)
    page.get_by_role("button", name="次へ").click()
    expect(page.locator("#mydcm_data_month")).to_be_visible()


def shown(page: Page, label: str) -> str:
    return page.locator(f'dl:has(dt:text-is("{label}")) dd').inner_text().strip()


def run(world: World) -> dict[str, Any]:
    process = world.start()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_figures_and_the_order_are_those_on_the_page(
    world: World, page: Page, context: BrowserContext
) -> None:
    context.set_default_timeout(30_000)
    sign_in(page, world)
    before = shown(page, "残りデータ量")
    told = run(world)
    assert told["outcome"] == "renewed"
    page.reload()
    expect(page.locator("#mydcm_data_month")).to_be_visible()
    after, reading = shown(page, "残りデータ量"), told["lines"][0]["reading"]
    assert before != after == reading["data_left"]["text"].replace(" ", "")
    year, month, day = reading["expires_on"].split("-")
    assert shown(page, "データ有効期限") == f"{year}年{int(month)}月{int(day)}日"
    amount = int(reading["charges"]["amount"])
    assert shown(page, "当月ご利用料金") == f"{amount:,}円(税込)"

    page.goto("https://www.docomo.ne.jp/mydocomo/application/history/")
    rows = page.locator("table tr:has(td)")
    expect(rows).to_have_count(1)
    assert told["lines"][0]["renewal"]["reference"] in rows.inner_text()
    assert "1,100円" in rows.inner_text()
