"""Reading data volumes: `残り3.25GB/20GB`, `1,5 Go`, `48,827,582 パケット`, `無制限`; and speeds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from runner.values.context import ReadAs
from runner.values.data import DataVolume
from runner.values.errors import reading
from runner.values.figures import NUMBER, number
from runner.values.plain import plain

PACKET = 128
"""Bytes of one packet, as Japanese carriers bill them."""
_PREFIXES = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "キロ": 1, "メガ": 2, "ギガ": 3, "テラ": 4}
UNIT = (
    r"(?:(?P<scale>[kmgt])(?P<binary>i)?(?:b|o|(?=[^a-z]|$))"
    r"|(?P<word>ギガ|メガ|キロ|テラ)(?:バイト)?"
    r"|(?P<bytes>b|bytes?|バイト)"
    r"|(?P<packets>パケット|packets?))(?![a-z])"
)
_VOLUME = re.compile(rf"(?P<number>{NUMBER})\s?(?:{UNIT})?", re.I)
_UNIT = re.compile(UNIT, re.I)
_UNLIMITED = re.compile(
    r"無制限|使い放題|使いたい放題|无限|無限|不限|\bunlimited\b|\billimitée?s?\b", re.I
)
_NOT = re.compile(r"ではありません|ではない|対象外|\bnot\b|\bno\b", re.I)
_LASTING = re.compile(
    r"\([^()]*(?:日|時間|か月|ヶ月|ヵ月|カ月|days?|hours?|天|小时|小時)[^()]*\)", re.I
)
_NETWORK = re.compile(r"[2-6]G\+?", re.I)
_LEFT = re.compile(r"残|あと|剩|\bremaining\b|\bleft\b", re.I)
_USED = re.compile(r"利用済|使用済|已用|已使用|\bused\b", re.I)
PAIRS = ("remaining_total", "remaining_plan", "used_total")
SIDES = ("remaining", "used", "total")


@dataclass(frozen=True, slots=True)
class DataPair:
    """What `A / B` says. `used` is None where more may remain than the plan brings (rollover)."""

    remaining: DataVolume
    used: DataVolume | None
    total: DataVolume

    def __str__(self) -> str:
        return f"{self.remaining} / {self.total}"


@dataclass(frozen=True, slots=True, order=True)
class Speed:
    """Bits per second; 1 kbps is 1000 of them."""

    bits: int

    def __str__(self) -> str:
        for power, unit in ((3, "Gbps"), (2, "Mbps"), (1, "kbps")):
            if self.bits >= 1000**power:
                return f"{(Decimal(self.bits) / 1000**power).normalize():f} {unit}"
        return f"{self.bits} bps"


@dataclass(frozen=True, slots=True)
class _Terms:
    how: ReadAs
    unit: str | None
    base: int


def read_data(
    text: str,
    how: ReadAs,
    *,
    unit: str | None = None,
    base: int = 1024,
    which: str | None = None,
    pair: str | None = None,
) -> DataVolume:
    """The volume of a text; of two, the one that `which` names. Raises Unreadable.

    `unit` is the unit where the text has none, `base` how many KB make one MB (1024 or 1000),
    `pair` what the two amounts of `A / B` are.
    """
    with reading("data", text):
        clean, terms = plain(text, "data"), _terms(how, unit, base)
        _known(which, SIDES, "which")
        if len(_sides(clean)) == 1:
            volume = _single(clean, terms)
            _agrees(clean, {"remaining": _LEFT, "used": _USED}, which)
            return volume
        if which is None:
            raise ValueError("it holds two amounts; the flow must say which is meant")
        if which == "total" and pair is None:
            pair = _told(clean) or "remaining_plan"
        volume_or_none: DataVolume | None = getattr(_pair(clean, terms, pair), which)
        if volume_or_none is None:
            raise ValueError("what was used can't be told from what remains and the plan")
        return volume_or_none


def read_data_pair(
    text: str, how: ReadAs, *, unit: str | None = None, base: int = 1024, pair: str | None = None
) -> DataPair:
    """Both volumes of `A / B` or `A of B used`. Raises Unreadable unless text or flow say what they are."""
    with reading("data_pair", text):
        return _pair(plain(text, "data_pair"), _terms(how, unit, base), pair)


def read_speed(text: str, how: ReadAs) -> Speed:
    """A speed such as `128Kbps` or `5 Mbit/s`. Raises Unreadable."""
    with reading("speed", text):
        clean = plain(text, "speed")
        found = re.findall(rf"({NUMBER})\s?([kmg]?)(?:bps|bit/s|b/s)(?![a-z])", clean, re.I)
        if len(found) != 1 or len(re.findall(r"[0-9�]+", clean)) != len(
            re.findall(r"[0-9]+", found[0][0])
        ):
            raise ValueError("it is not one speed such as `128 kbps`")
        bits = number(found[0][0], how) * 1000 ** _PREFIXES[found[0][1].lower()]
        if bits != bits.to_integral_value():
            raise ValueError("a bit can't be split")
        return Speed(int(bits))


def volume(text: str, how: ReadAs) -> DataVolume:
    """The volume of a text that is one with its unit, `100MB`, or a unit alone, `GB`. Raises ValueError."""
    clean = text.strip()
    return _single("1" + clean if _UNIT.fullmatch(clean) else clean, _terms(how, None, 1024))


def _terms(how: ReadAs, unit: str | None, base: int) -> _Terms:
    if base not in (1000, 1024):
        raise ValueError("the base of data units is 1000 or 1024")
    if unit is not None and not _UNIT.fullmatch(plain(unit, "data")):
        raise ValueError(f"`{unit}` is no unit of data such as GB")
    return _Terms(how, unit, base)


def _known(value: str | None, values: tuple[str, ...], name: str) -> None:
    if value is not None and value not in values:
        raise ValueError(f"`{name}` is one of {', '.join(values)}, not `{value}`")


def _sides(clean: str) -> list[str]:
    sides = re.split(r"/|\bof\b(?=\s*[0-9])|(?<=[0-9bo])\s*中", clean)
    return (
        sides if len(sides) == 2 and all(re.search(r"[0-9]", side) for side in sides) else [clean]
    )


def _pair(clean: str, terms: _Terms, pair: str | None) -> DataPair:
    _known(pair, PAIRS, "pair")
    sides = _sides(clean)
    if len(sides) != 2:
        raise ValueError("it is not two amounts such as `3 GB / 20 GB`")
    told = _told(clean)
    if pair is None and told is None:
        raise ValueError("the flow must say what the two amounts are (`pair`)")
    if pair and told and pair.split("_")[0] != told.split("_")[0]:
        raise ValueError(f"the flow says {pair}, the text says otherwise")
    total = _single(sides[1], terms)
    if terms.unit is None and not _has_unit(sides[0]) and (borrowed := _UNIT.search(sides[1])):
        terms = _Terms(terms.how, borrowed[0], terms.base)  # `3.25/20GB`
    first = _single(sides[0], terms)
    return _related(first, total, pair or str(told))


def _related(first: DataVolume, total: DataVolume, pair: str) -> DataPair:
    if pair == "remaining_plan":
        return DataPair(first, None, total)
    if first > total:
        raise ValueError(f"{first} of {total} is more than there is; is it another `pair`?")
    other = None if first.bytes is None else total - first
    if pair == "remaining_total":
        return DataPair(first, other, total)
    return DataPair(total if other is None else other, first, total)


def _told(clean: str) -> str | None:
    left, used = _LEFT.search(clean), _USED.search(clean)
    if bool(left) == bool(used):
        return None
    return "remaining_total" if left else "used_total"


def _agrees(clean: str, words: dict[str, re.Pattern[str]], which: str | None) -> None:
    said = {name for name, pattern in words.items() if pattern.search(clean)}
    if which is not None and said and which not in said:
        raise ValueError(
            f"the flow wants what is {which}; the text says {' and '.join(sorted(said))}"
        )


def _has_unit(text: str) -> bool:
    return any(match[0] != match["number"] for match in _VOLUME.finditer(text))


def _single(clean: str, terms: _Terms) -> DataVolume:
    """The one volume of a text; said twice, it counts as one if both agree."""
    kept = _LASTING.sub("", clean)
    if _UNLIMITED.search(kept):
        if _NOT.search(kept) or re.search(r"[0-9]", kept):
            raise ValueError("it says unlimited, and something else")
        return DataVolume(None)
    if _NETWORK.fullmatch(kept):
        raise ValueError("it can be the name of a network")
    found = list(_VOLUME.finditer(kept))
    if not found:
        raise ValueError("it holds no amount")
    if re.search(r"[0-9�]|[-▲%]\s?$", _VOLUME.sub("", kept)) or re.search(r"[-▲]\s?[0-9]", kept):
        raise ValueError("it holds more than one amount")
    if len(found) > 2:
        raise ValueError("it holds more than one amount")
    volumes = [_volume(match, terms) for match in found]
    exact = volumes[0]
    for match, other in zip(found[1:], volumes[1:], strict=True):
        if not _same(exact, other, match):
            raise ValueError("it holds more than one amount")
    return exact


def _same(exact: DataVolume, printed: DataVolume, match: re.Match[str]) -> bool:
    """Whether a printed amount is the exact one, but for the rounding of its last digit."""
    last = re.search(r"[.,]([0-9]+)$", match["number"])
    unit = DataVolume.of(Decimal(1), _name(match)).bytes or 1
    step = unit // 10 ** len(last[1]) if last else 0
    return abs((exact.bytes or 0) - (printed.bytes or 0)) <= step


def _volume(match: re.Match[str], terms: _Terms) -> DataVolume:
    unit: re.Match[str] = match
    if match[0].strip() == match["number"]:
        elsewhere = _UNIT.fullmatch(plain(terms.unit, "data")) if terms.unit else None
        if elsewhere is None:
            raise ValueError("it names no unit; the flow must say it")
        unit = elsewhere
    amount = number(match["number"], terms.how)
    if unit["packets"]:
        return DataVolume.of(amount * PACKET, "B")
    base = 1024 if unit["binary"] else terms.base
    return DataVolume.of(amount, _name(unit), base=base)


def _name(unit: re.Match[str]) -> str:
    scale = (unit["scale"] or unit["word"] or "").lower()
    return ("B", "KB", "MB", "GB", "TB")[_PREFIXES[scale]]
