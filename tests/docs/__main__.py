"""Writes docs/files.md anew: `python -m tests.docs`."""

from __future__ import annotations

from pathlib import Path

from tests.docs.files import page

Path(__file__).parents[2].joinpath("docs", "files.md").write_text(page(), encoding="utf-8")
