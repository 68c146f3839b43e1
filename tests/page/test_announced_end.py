"""Until when a maintenance page says that it lasts: read where it is certain, left where it is not."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page

from runner.config.workspace import shipped
from runner.flow.library import Library
from runner.flow.model import Flow
from runner.page.look import Look
from runner.values.context import ReadAs

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = ReadAs(datetime(2026, 11, 21, 23, 0, tzinfo=TOKYO), "ja-JP")
CLOSED = "メンテナンスのお知らせ\nただいまメンテナンス中です。\n"


class Shown:
    """A page that shows a text, and can do nothing else."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def evaluate(self, _: str) -> str:
        return self._text


@pytest.fixture(scope="module")
def docomo() -> Flow:
    return Library([shipped()]).load("docomo").flow


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("メンテナンス終了予定 11月22日 6:00", (22, 6, 0)),
        ("終了予定日時：2026年11月22日（日）午前6時30分", (22, 6, 30)),
        ("終了予定：11月21日 24:00", (22, 0, 0)),
        ("2026年11月21日(土) 22:00 ～ 2026年11月22日(日) 10時", (22, 10, 0)),
        ("11月21日 22:00〜11月22日 6:00（予定）", (22, 6, 0)),
        ("終了予定：11月22日 朝", None),
        ("終了予定：未定", None),
        ("11月22日 6:00 に更新しました", None),
        ("", None),
    ],
)
def test_the_end_that_docomo_announces(
    docomo: Flow, line: str, until: tuple[int, int, int] | None
) -> None:
    page = cast(Page, Shown(f"{CLOSED}{line}\nご迷惑をおかけします。"))
    look = Look(page, {}, {})  # type: ignore[arg-type]  # its texts need no selectors
    sign = docomo.signals["maintenance"]
    seen = asyncio.run(look.seen("maintenance", sign, NOW))
    expected = None if until is None else datetime(2026, 11, *until, tzinfo=TOKYO)
    assert seen.until == expected
    assert seen.ends_as() == "maintenance"
    assert ("2026-11-22" in seen.message) == (expected is not None or "2026-11-22" in line)


def test_the_message_tells_the_zone(docomo: Flow) -> None:
    page = cast(Page, Shown(f"{CLOSED}終了予定：11月22日 6:00"))
    look = Look(page, {}, {})  # type: ignore[arg-type]  # its texts need no selectors
    seen = asyncio.run(look.seen("maintenance", docomo.signals["maintenance"], NOW))
    assert seen.message.endswith("(until 2026-11-22 06:00 JST)")
