"""Numbers as sites write them: `1,234.5`, `1.234,5`, `1 234,5`."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from runner.values.context import ReadAs

NUMBER = r"(?<![0-9.,])[0-9]+(?:[.,'’ ][0-9]{3})*(?:[.,][0-9]+)?(?![0-9])(?![.,][0-9])"
"""A pattern for one number. Whether its parts fit together, `number` decides."""

LONGEST = 20
"""Signs of a number. Sums of such numbers stay exact in the standard decimal context."""

_ONCE = re.compile(r"([0-9]+)([.,])([0-9]{3})")


@lru_cache(maxsize=64)
def _decimal_sign(locale: str) -> str:
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(locale)


def number(text: str, how: ReadAs, *, decimals: int | None = None) -> Decimal:
    """The number that a text is. Raises ValueError where it could be two different ones.

    `1,234` and `1.234` are told apart by the locale. With `decimals` (how many such a number has at
    most), three digits behind a lone decimal sign are refused.
    """
    if once := _ONCE.fullmatch(text):
        whole, sign, _ = once.groups()
        decimal = len(whole) > 3 or whole.startswith("0") or sign == _decimal_sign(how.babel)
        if decimal and decimals is not None and decimals < 3:
            raise ValueError(f"`{text}` can be a thousand or a fraction")
        return _clean(text, sign if decimal else "")
    last = max(text.rfind("."), text.rfind(","))
    sign = text[last] if last >= 0 else ""
    if sign and (
        text.count(sign) > 1 or (len(text) - last == 4 and not re.search(rf"[^0-9{sign}]", text))
    ):
        sign = ""  # it stands between thousands
    whole = text[:last] if sign else text
    groups = re.split(r"[.,'’ ]", whole)
    signs = set(re.findall(r"[.,'’ ]", whole))
    if len(signs) > 1 or sign in signs:
        raise ValueError(f"`{text}` mixes the signs between its digits")
    if len(groups) > 1 and (groups[0].startswith("0") or len(groups[0]) > 3):
        raise ValueError(f"`{text}` is not grouped as a number is")
    if " " in signs and _decimal_sign(how.babel) != ",":
        raise ValueError(f"`{text}` can be two numbers")
    return _clean(text, sign)


def _clean(text: str, decimal_sign: str) -> Decimal:
    # price-parser is told the decimal sign: left alone it takes `0.550` for 550.
    from price_parser import Price

    if len(text) > LONGEST:
        raise ValueError(f"a number of {len(text)} signs is none")
    digits = re.sub(r"['’ ]", "", text) if decimal_sign else re.sub(r"[^0-9]", "", text)
    amount = Price.fromstring(digits, decimal_separator=decimal_sign or ".").amount
    if amount is None:
        raise ValueError(f"`{text}` is no number")
    return amount
