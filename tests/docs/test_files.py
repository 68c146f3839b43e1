"""docs/files.md is that of the code, and tells the meaning of every key."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from runner.flow.fields import Kind
from runner.values.context import ReadAs
from runner.values.read import read
from tests.docs.files import KINDS, page

FILE = Path(__file__).parents[2] / "docs" / "files.md"


def test_the_page_is_current() -> None:
    now = FILE.read_text(encoding="utf-8") == page()
    assert now, "docs/files.md is not current: run `python -m tests.docs`"


def test_every_key_has_a_meaning() -> None:
    keys = page().split("### Which kinds of values")[0]
    assert re.findall(r"^\| `(\w+)` \|.*\|\s*\|$", keys, re.MULTILINE) == []


def test_every_kind_of_value_is_read_as_it_is_shown() -> None:
    assert set(KINDS) == set(get_args(Kind))
    how = ReadAs(datetime(2026, 11, 21, tzinfo=ZoneInfo("Asia/Tokyo")), "ja-JP")
    for kind, (examples, _) in KINDS.items():
        for text in examples:
            read(kind, text, how)
