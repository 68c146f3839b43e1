"""docs/files.md is that of the code, and tells the meaning of every key."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.files import page

FILE = Path(__file__).parents[2] / "docs" / "files.md"


def test_the_page_is_current() -> None:
    now = FILE.read_text(encoding="utf-8") == page()
    assert now, "docs/files.md is not current: run `python -m tests.docs`"


def test_every_key_has_a_meaning() -> None:
    assert re.findall(r"^\| `(\w+)` \|.*\|\s*\|$", page(), re.MULTILINE) == []
