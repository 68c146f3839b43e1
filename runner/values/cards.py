"""Payment cards as sites show them: all but the last four digits hidden."""

from __future__ import annotations

import re

from runner.values.context import ReadAs
from runner.values.errors import Unreadable, reading
from runner.values.plain import plain

_HIDDEN = re.compile(r"(?:[^0-9]*[\s:])?[*•●·xX※-][*•●·xX※\s-]*([0-9]{4})")


def read_card(text: str, how: ReadAs) -> str:
    """The last four digits of a card. A number shown in full is refused, and not repeated."""
    if len(re.findall(r"[0-9]", text)) > 8:
        raise Unreadable("card", "••••", "it shows more than the end of a card number")
    with reading("card", text):
        match = _HIDDEN.fullmatch(plain(text, "card"))
        if match is None:
            raise ValueError("it is not the end of a card number such as `****1234`")
        return match[1]
