"""Which currency a sign means. A sign that several currencies share is decided by the site."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from runner.values.context import ReadAs

_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN")
_MINOR: dict[str, tuple[str, ...]] = {"p": ("GBP",), "¢": _DOLLARS}
"""Signs of hundredths. They count only where the site is known to use their currency."""
_SIGNS: dict[str, tuple[str, ...]] = {
    "円": ("JPY",), "¥": ("JPY", "CNY"), "JP¥": ("JPY",), "CN¥": ("CNY",), "RMB": ("CNY",),
    "人民币": ("CNY",), "元": ("CNY", "TWD", "HKD"), "港元": ("HKD",), "新台幣": ("TWD",),
    "€": ("EUR",), "euro": ("EUR",), "£": ("GBP",), "zł": ("PLN",), "Kč": ("CZK",),
    "$": _DOLLARS, "US$": ("USD",), "$US": ("USD",), "£GB": ("GBP",),
    "$CA": ("CAD",), "$AU": ("AUD",), "$HK": ("HKD",), "$SG": ("SGD",), "TW$": ("TWD",), "¥CN": ("CNY",),
    "ドル": ("USD",), "米ドル": ("USD",), "美元": ("USD",),
    "S$": ("SGD",), "HK$": ("HKD",), "NT$": ("TWD",), "A$": ("AUD",), "AU$": ("AUD",),
    "C$": ("CAD",), "CA$": ("CAD",), "NZ$": ("NZD",), "R$": ("BRL",), "RM": ("MYR",),
    "Rp": ("IDR",), "₩": ("KRW",), "원": ("KRW",), "₫": ("VND",), "฿": ("THB",), "₱": ("PHP",),
    "₹": ("INR",), "₽": ("RUB",), "₺": ("TRY",), "₴": ("UAH",), "₪": ("ILS",), "Ft": ("HUF",), "lei": ("RON",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
}  # fmt: skip
_ONLY_TERRITORY = {"ja": "JP"}
"""Languages that name their territory by themselves."""


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """Every ISO 4217 code that babel knows."""
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


@lru_cache(maxsize=1)
def signs() -> tuple[str, ...]:
    """Every sign and code, longest first: the order in which a text must be searched."""
    known = {*_SIGNS, *_MINOR, *codes()}
    return tuple(sorted(known, key=lambda sign: (-len(sign), sign)))


def minor(sign: str) -> bool:
    """Whether the sign is a hundredth: pence, cents."""
    return sign in _MINOR


def currency_of(named: Sequence[str], how: ReadAs) -> str:
    """The currency that signs and codes mean together (`$5 USD`). Raises ValueError where that is open."""
    meant = [(sign,) if sign in codes() else _MINOR.get(sign) or _SIGNS[sign] for sign in named]
    common = [code for code in meant[0] if all(code in others for others in meant)]
    written = " ".join(named)
    if not common:
        raise ValueError(f"`{written}` names two currencies")
    if len(common) == 1 and not any(minor(sign) for sign in named):
        return common[0]
    for known in (how.currency, _local(how)):
        if known in common:
            return str(known)
    raise ValueError(f"`{written}` can mean {' or '.join(common)}; the flow must say the currency")


def _local(how: ReadAs) -> str | None:
    from babel.numbers import get_territory_currencies

    territory = how.territory or _ONLY_TERRITORY.get(how.language)
    current = get_territory_currencies(territory) if territory else []
    return current[0] if len(current) == 1 else None


@lru_cache(maxsize=64)
def decimals(currency: str) -> int:
    """How many decimals a currency has: JPY 0, EUR 2, KWD 3."""
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)
