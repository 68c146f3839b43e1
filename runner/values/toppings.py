"""What is sold as one: data and for how long, `データ追加1GB(7日間)`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runner.values.context import ReadAs
from runner.values.data import DataVolume
from runner.values.durations import Duration, read_duration
from runner.values.errors import reading
from runner.values.volumes import read_data

_LASTS = re.compile(r"[((]([^()()]*)[))]\s*$")


@dataclass(frozen=True, slots=True)
class Topping:
    """A volume of data that lasts for a time."""

    data: DataVolume
    lasts: Duration


def read_topping(text: str, how: ReadAs) -> Topping:
    """Data, and its duration in brackets behind it. Raises Unreadable."""
    with reading("topping", text):
        match = _LASTS.search(text)
        if match is None:
            raise ValueError("no duration in brackets stands behind it")
        return Topping(read_data(text[: match.start()], how), read_duration(match[1], how))
