"""How Japanese sites write days, times, amounts and data volumes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

JAPAN = timezone(timedelta(hours=9), "JST")


def money(amount: int | str, currency: str = "JPY") -> str:
    """1,100円, or US$11.00"""
    if currency == "JPY":
        return f"{int(Decimal(amount)):,}円"
    sign = {"USD": "US$", "EUR": "€"}.get(currency, f"{currency} ")
    return f"{sign}{Decimal(amount):,.2f}"


def gb(amount: Decimal) -> str:
    """4.79, in GB"""
    return f"{amount:.2f}"


def day(moment: date | datetime) -> str:
    """2026年11月20日, in Japan"""
    if isinstance(moment, datetime):
        moment = moment.astimezone(JAPAN).date()
    return f"{moment.year}年{moment.month}月{moment.day}日"


def minute(moment: datetime) -> str:
    """2026年11月20日 9:05, in Japan"""
    local = moment.astimezone(JAPAN)
    return f"{day(local)} {local.hour}:{local.minute:02d}"


def in_japan(stored: str) -> datetime:
    """A moment of the books, in Japan."""
    return datetime.fromisoformat(stored).astimezone(JAPAN)


def wide(words: object) -> str:
    """Letters and digits in full width: ＡＢＣ１２３"""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in str(words))


def picture(words: object) -> str:
    """Words drawn as a picture, for pages that don't want them read."""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="24">'
        f'<text x="0" y="18" font-size="16">{words}</text></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(drawing.encode()).decode()


FILTERS: Mapping[str, Callable[..., Any]] = {
    "money": money,
    "gb": gb,
    "day": day,
    "minute": minute,
    "wide": wide,
    "picture": picture,
}
"""For templates."""
