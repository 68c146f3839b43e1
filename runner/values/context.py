"""How a site writes its values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a site writes.

    `now` is aware and in the site's own time zone; dates without a year or a zone are read by it.
    `locale` is a BCP 47 tag such as `ja-JP`. `currency` (ISO 4217) is used only where the text
    names none, or a sign that several share.
    """

    now: datetime
    locale: str = "en"
    currency: str | None = None

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("`now` must say its time zone")

    @property
    def language(self) -> str:
        """The language of the locale: `ja` of `ja-JP`."""
        return self.locale.replace("_", "-").split("-")[0].lower()

    @property
    def territory(self) -> str | None:
        """The territory of the locale: `TW` of `zh-Hant-TW`; None where it names none."""
        for part in self.locale.replace("_", "-").split("-")[1:]:
            if len(part) == 2:
                return part.upper()
        return None

    @property
    def babel(self) -> str:
        """The locale as babel and dateparser write it, of those that babel knows; else English."""
        from babel.core import Locale, UnknownLocaleError

        for tag in (self.locale, self.language):
            try:
                return str(Locale.parse(tag.replace("_", "-"), sep="-"))
            except (UnknownLocaleError, ValueError):
                continue
        return "en"
