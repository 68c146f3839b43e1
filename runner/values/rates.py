"""Prices per unit: `55円/100MB`, `1GBあたり500円(税込550円)`, `3¢/min`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runner.values.amounts import for_site, one_amount, without_notes
from runner.values.context import ReadAs
from runner.values.data import DataVolume
from runner.values.durations import Duration, per_unit
from runner.values.errors import reading
from runner.values.money import Money
from runner.values.plain import plain
from runner.values.volumes import volume

_THING = re.compile(r"1?\s?([^\W0-9_]{1,20})")
_NOTE = re.compile(r"\([^()]*\)\s*$")


@dataclass(frozen=True, slots=True)
class Rate:
    """A price for so much: a data volume, a duration, or one thing by its name (`通`, `SMS`)."""

    price: Money
    per: DataVolume | Duration | str

    def __str__(self) -> str:
        return f"{self.price} / {self.per}"


def read_rate(text: str, how: ReadAs, *, currency: str | None = None) -> Rate:
    """A price per unit, with tax where both are printed. Raises Unreadable."""
    with reading("rate", text):
        site = for_site(how, currency)
        clean = plain(text, "rate")
        main, with_tax = without_notes(clean, site)
        main = _NOTE.sub("", main).strip()
        before, each, after = main.partition("あたり")
        if each and after.strip():
            price, unit = after, before
        else:
            price, unit = _split(before)
        amount = one_amount(price, site)[0]
        return Rate(with_tax or amount, _per(unit, site))


def _split(text: str) -> tuple[str, str]:
    sides = re.split(r"/|\bper\b|\ba\b", text)
    if len(sides) != 2:
        raise ValueError("it is not a price per unit")
    return sides[0].strip(), sides[1].strip()


def _per(text: str, how: ReadAs) -> DataVolume | Duration | str:
    unit = text.strip()
    if (lasting := per_unit(unit, how)) is not None:
        return lasting
    if thing := _THING.fullmatch(unit):
        try:
            return volume(unit, how)
        except ValueError:
            return thing[1]
    return volume(unit, how)
