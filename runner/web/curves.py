"""The curves of a line: balance, data left, days left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from runner.ledger.records import Reading
from runner.values.data import DataVolume
from runner.values.money import Money
from runner.views.story import Story, left_by
from runner.web.charts import Curve, curve
from runner.web.shown import Shown


@dataclass(frozen=True)
class Drawn:
    """A curve by its name, with how its values are said."""

    name: str
    curve: Curve
    text: Callable[[float], str]


def curves_of(
    story: Story, since: datetime, until: datetime, zone: ZoneInfo, say: Shown
) -> list[Drawn]:
    """Those that have a value to show."""

    def drawn() -> Iterator[Drawn]:
        for name, values, text, base, least in _series(story.readings, zone, say):
            points = [(one.at, value) for one, value in zip(story.readings, values, strict=True)]
            found = curve(
                points, since, until, story.longest, zone, text, say.short_day, base, least
            )
            if found is not None:
                yield Drawn(name, found, text)

    return list(drawn())


_Series = tuple[str, list[float | None], Callable[[float], str], int, float]


def _series(readings: Sequence[Reading], zone: ZoneInfo, say: Shown) -> Iterator[_Series]:
    """Names, values, how they are said, and the axis: its base and its least step."""
    days = [left_by(reading, zone) for reading in readings]
    yield "days", [None if day is None else float(day) for day in days], partial(_whole, say), 10, 1
    money = [reading.balance for reading in readings]
    currency = next((one.currency for one in reversed(money) if one is not None), "")
    amounts = [float(m.amount) if m is not None and m.currency == currency else None for m in money]
    yield "balance", amounts, partial(_money, say, currency), 10, 0
    data = [reading.data_left.bytes if reading.data_left else None for reading in readings]
    yield (
        "data",
        [None if one is None else float(one) for one in data],
        partial(_data, say),
        1024,
        1,
    )


def _whole(say: Shown, value: float) -> str:
    return say.value(round(value))


def _money(say: Shown, currency: str, value: float) -> str:
    return say.value(Money(Decimal(f"{value:.10g}"), currency))


def _data(say: Shown, value: float) -> str:
    return say.value(DataVolume(round(max(value, 0))))
