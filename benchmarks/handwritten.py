"""The sign-in and the four values, written by hand for this one site. See overhead.py.

Takes from the environment: BROWSER, BROWSER_ARGUMENTS (JSON), DOCOMO_ID, DOCOMO_PASSWORD.
"""

from __future__ import annotations

import asyncio
import json
import os

from playwright.async_api import async_playwright

VALUES = {
    "data_used": "span.latest-area-foma-monthly-gb-value",
    "data_left": 'dl:has(> dt:text-is("残りデータ量")) > dd',
    "expires_on": 'dl:has(> dt:text-is("データ有効期限")) > dd',
    "charges": 'dl:has(> dt:text-is("当月ご利用料金")) > dd',
}


async def main() -> None:
    """Sign in, read, print."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ["BROWSER"],
            args=json.loads(os.environ["BROWSER_ARGUMENTS"]),
        )
        context = await browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
        page = await context.new_page()
        await page.goto("https://www.docomo.ne.jp/mydocomo/")
        await page.click("a.mydcm_login_normal")
        await page.fill("#Di_Uid", os.environ["DOCOMO_ID"])
        await page.get_by_role("button", name="次へ", exact=True).click()
        await page.fill("#Di_Pass", os.environ["DOCOMO_PASSWORD"])
        await page.get_by_role("button", name="ログイン", exact=True).click()
        values = {name: await page.inner_text(css) for name, css in VALUES.items()}
        await browser.close()
    print(json.dumps(values, ensure_ascii=False))


asyncio.run(main())
