"""What updates have put into a workspace: by that, an owner's own changes are told from ours.

It lies in the workspace itself, in `.updates/`, with a backup of what each update has replaced.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = ".updates"


@dataclass
class Record:
    """`installed`: SHA-256 of each file as the last update wrote it, by its place."""

    installed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, workspace: Path) -> Record:
        """The record of a workspace. One that can't be understood counts as none: then whatever
        stands in the workspace is the owner's."""
        try:
            data = json.loads((workspace / FOLDER / "installed.json").read_text(encoding="utf-8"))
            return cls({str(place): str(digest) for place, digest in data["installed"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def text(self) -> str:
        return json.dumps({"installed": self.installed}, indent=1, sort_keys=True) + "\n"
