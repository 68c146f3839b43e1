"""Switches as sites word them: `On`, `なし`."""

from __future__ import annotations

import unicodedata

OFF = frozenset(
    {
        "",
        "no",
        "off",
        "none",
        "-",
        "–",
        "×",
        "なし",
        "無",
        "無効",
        "しない",
        "不要",
        "オフ",
        "否",
        "无",
        "关",
    }
)


def is_on(text: object) -> bool:
    """Whether a switch is on: all is on that no site writes for off, so that none is overlooked."""
    return unicodedata.normalize("NFKC", str(text)).strip().casefold() not in OFF
