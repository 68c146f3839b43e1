"""The words of sentences about policies and schedules, in the owner's languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from runner.values.format import show

_FOLDER = Path(__file__).parent / "words"


@cache
def words(language: str) -> Mapping[str, str]:
    """All words of one of `values.format.LANGUAGES`, by their keys."""
    found: dict[str, str] = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text("utf-8"))
    return found


def shown(value: Any, language: str) -> str:
    """A value inside a sentence: `7日` in Japanese, `7 天` in Chinese."""
    told = show(value, language)
    return told if language == "ja" else re.sub(r"(\d) ?(?=[\u3040-\u9fff])", r"\1 ", told)
