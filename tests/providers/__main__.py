"""`python -m tests.providers`: write docs/providers.md anew."""

from __future__ import annotations

from tests.providers.page import FILE, page
from tests.providers.record import load

FILE.write_text(page(load()), encoding="utf-8")
print(f"written: {FILE}")
