"""Session storage: what a site keeps in one tab. Playwright's storage state leaves it out.

It can be read and written only by a page of its own origin. So the tab is led to an empty page of
each origin, which is answered here and never by the site.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

# As JSON: what is kept there may be no text, and must come back to the site as it was.
_READ = "() => JSON.stringify({...sessionStorage})"
_WRITE = "items => Object.entries(items).forEach(([k, v]) => sessionStorage.setItem(k, v))"

Tabs = dict[str, dict[str, str]]


def origin_of(url: str) -> str:
    """The origin of an address: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def read_tab(page: Page, origins: Collection[str]) -> Tabs:
    """The session storage of a tab by origin. The tab shows an empty page afterwards."""
    here = origin_of(page.url)
    found: Tabs = {}
    if here in origins:
        found[here] = json.loads(await page.evaluate(_READ))
    others = sorted(set(origins) - {here})
    if others:
        async with _empty_pages(page):
            for origin in others:
                await page.goto(origin)
                found[origin] = json.loads(await page.evaluate(_READ))
    return {origin: items for origin, items in found.items() if items}


async def write_tab(page: Page, tabs: Mapping[str, Mapping[str, str]]) -> None:
    """Put session storage into a new tab."""
    if not tabs:
        return
    async with _empty_pages(page):
        for origin, items in tabs.items():
            await page.goto(origin)
            await page.evaluate(_WRITE, items)
        await page.goto("about:blank")


@asynccontextmanager
async def _empty_pages(page: Page) -> AsyncIterator[None]:
    async def answer(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<!doctype html>")

    await page.route("**/*", answer)
    try:
        yield
    finally:
        await page.unroute("**/*", answer)
