"""Phone numbers in their national form, digits alone: `09012345678`."""

from __future__ import annotations

import re

from runner.values.context import ReadAs
from runner.values.errors import reading
from runner.values.plain import plain

_WRITTEN = re.compile(r"(?:[^0-9+]*[:\s])?(\+?[0-9][0-9 ().-]{3,28}[0-9])")
_LANGUAGE_HOME = {"ja": "JP"}


def read_phone(text: str, how: ReadAs) -> str:
    """A number as it is dialled inside the site's country; a foreign one keeps its `+81`.

    Raises Unreadable for what is hidden (`090-****-5678`) or can't be a number there.
    """
    import phonenumbers

    with reading("phone", text):
        match = _WRITTEN.fullmatch(plain(text, "phone"))
        if match is None:
            raise ValueError("it is not one whole phone number")
        home = how.territory or _LANGUAGE_HOME.get(how.language)
        if home is None and not match[1].startswith("+"):
            raise ValueError("the locale of the site names no country")
        try:
            found = phonenumbers.parse(match[1], home)
        except phonenumbers.NumberParseException as error:
            raise ValueError(str(error)) from None
        if not phonenumbers.is_possible_number(found):
            raise ValueError(f"no number of {home or 'that country'} has so many digits")
        if found.country_code != phonenumbers.country_code_for_region(home or ""):
            return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
        national = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.NATIONAL)
        return re.sub(r"[^0-9]", "", national)
