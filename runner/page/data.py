"""Finding a value inside JSON by a path such as `usage.months[0].gb`."""

from __future__ import annotations

import json
import re
from typing import Any

from runner.values.errors import Unreadable

_PART = re.compile(r"([^.\[\]]+)|\[(-?\d+)\]")


def at_path(data: Any, path: str) -> Any:
    """The value at a path; text is taken as JSON first. Raises Unreadable where there is none."""
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except ValueError:
            raise Unreadable("json", data[:80], "this is not JSON") from None
    for name, index in _PART.findall(path):
        try:
            data = data[name] if name else data[int(index)]
        except (KeyError, IndexError, TypeError):
            raise Unreadable("json", path, f"there is no `{name or index}` in it") from None
    return data
