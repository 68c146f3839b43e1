"""What a run comes across at a provider and its owner may want to know: told once, never acted upon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.values.switches import is_on

AUTOMATIC = (
    "the provider renews this line by itself: nothing is paid here as well, so that nothing is paid "
    "twice"
)
SWITCH_OFF = "switch it off at the provider, or take the line's `policy` out of config.yaml"


MEND_IT = "see to it at the provider; nothing was clicked, and nothing is until it is mended"


def payment_trouble(reading: Mapping[str, Any]) -> str | None:
    """What the line's own page says of a payment that its provider could not collect (the reading
    `payment_trouble`).
    """
    found = reading.get("payment_trouble")
    return f"the site tells of trouble with a payment: “{found}”" if found else None


def renews_itself(reading: Mapping[str, Any]) -> bool:
    """Whether the line's own page says that the provider renews it (the reading `renews_itself`)."""
    found = reading.get("renews_itself")
    return found is not None and is_on(found)


def promotions(extracted: Mapping[str, Any]) -> list[str]:
    """The promotions that stood among the offers."""
    return [
        f"the page of offers shows a promotion: “{text}”"
        for text in extracted.get("promotions", ())
    ]
