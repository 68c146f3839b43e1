"""The words of the pages, in the owner's languages: a folder a language, the same files and keys in each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("en", "ja", "zh-CN", "zh-TW")
"""BCP 47 tags; each is a folder, with a file for each kind of page."""

_FOLDER = Path(__file__).parent / "texts"
_TRADITIONAL = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")


@cache
def texts(language: str) -> Mapping[str, str]:
    """All words of one of `LANGUAGES`, by their keys."""
    found: dict[str, str] = {}
    for file in sorted((_FOLDER / language).glob("*.yaml")):
        found |= yaml.safe_load(file.read_text("utf-8"))
    return found


def wanted(accepts: str | None, otherwise: str) -> str:
    """The language for a browser that accepts these (RFC 9110, 12.5.4), the dearest first."""
    for tag in _by_weight(accepts or ""):
        if tag.startswith(_TRADITIONAL):
            return "zh-TW"
        if tag.startswith("zh"):
            return "zh-CN"
        if (short := tag.partition("-")[0]) in LANGUAGES:
            return short
    return otherwise


def _by_weight(accepts: str) -> list[str]:
    weighed = []
    for entry in accepts.lower().split(","):
        tag, _, weight = entry.strip().partition(";q=")
        try:
            weighed.append((float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda one: -one[0]) if weight > 0]
