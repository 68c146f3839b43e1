"""What stands on the owner's card, checked before any page is opened: a typing error costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from runner.flow.model import Flow
from runner.page.problems import NeedsOwner
from runner.values.cards import Expiry, check_cvc, check_number
from runner.values.secret import Redactor, Secret


def check_cards(
    flow: Flow, credentials: Mapping[str, Any], now: datetime, redactor: Redactor
) -> None:
    """Raises NeedsOwner for a card that can't be right or has run out at the provider's day, without
    repeating it.

    Its number is hidden from now on in every way in which pages write it.
    """
    today = now.astimezone(ZoneInfo(flow.timezone)).date()
    for name, need in flow.needs.items():
        given = credentials.get(name)
        if not isinstance(given, Secret) or not need.kind.startswith("card_"):
            continue
        text = given.reveal()
        try:
            if need.kind == "card_number":
                check_number(text)
                for way in _written(text):
                    redactor.add(way)
            elif need.kind == "card_cvc":
                check_cvc(text)
            elif Expiry.parse(text).is_over(today):
                raise ValueError("this card has run out")
        except ValueError as error:
            raise NeedsOwner(f"the credential `{name}` can't be right: {error}") from None


def _written(number: str) -> list[str]:
    """A card's number in one piece, and in groups of four."""
    digits = "".join(sign for sign in number if sign.isdigit())
    groups = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    return [digits, " ".join(groups), "-".join(groups)]
