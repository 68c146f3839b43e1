"""What stands at the broker, remembered in a file: a line that is gone has to be taken away there.

A broker keeps what it was told until it is told otherwise, and Home Assistant shows it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from runner.browser.files import write_private


class Memory:
    """The topics that may hold something of ours."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def topics(self) -> list[str]:
        """All of them. A file that can't be read counts as empty: then old devices stay."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def note(self, topics: Collection[str]) -> None:
        """Remember these and no others. Raises OSError."""
        if list(topics) != self.topics():
            write_private(self._file, json.dumps(list(topics), indent=1).encode())
