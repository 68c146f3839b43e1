"""Finding the code in a message."""

from __future__ import annotations

import re

_NEAR = re.compile(
    r"(?:code|コード|番号|パスワード|password|passcode|pin|otp|验证码|驗證碼|校验码|认证码|認證碼)"
    r"[^0-9]{0,16}(?<!\d)(\d{3,8})(?!\d)",
    re.IGNORECASE,
)
"""A number right behind a word for what it is."""
_BETWEEN = re.compile(r"[\s-]")
"""What people put between the digits of a code."""


_DIGITS = str.maketrans("０１２３４５６７８９－", "0123456789-")


class NoSingleCode(ValueError):
    """A message in which no code of the right length stands alone. Repeats nothing of it."""


def plain(text: str) -> str:
    """The text with full-width digits as ordinary ones. All else stays: patterns are written for it."""
    return text.translate(_DIGITS)


def find_code(text: str, digits: int, pattern: str | re.Pattern[str] | None = None) -> str | None:
    """The code in a text: by a pattern's first group, else the one number of so many digits.

    Of several such numbers, the one that stands right behind a word like “code” is meant. Raises
    NoSingleCode where there is a number that could be meant, but is not sure or of another length.
    """
    text = plain(text)
    typed = _BETWEEN.sub("", text)
    if typed.isdecimal() and 3 <= len(typed) <= 12:  # nothing but a code, as a person gives it
        return _checked(typed, digits)
    if pattern is not None:
        match = re.search(pattern, text)
        if match is None:
            return None
        return _checked((match[1] if match.re.groups else match[0]) or "", digits)
    found: set[str] = set(re.findall(rf"(?<!\d)\d{{{digits}}}(?!\d)", text))
    if len(found) > 1:
        near = {number for number in _NEAR.findall(text) if len(number) == digits}
        found = near or found
        if len(found) > 1:
            raise NoSingleCode(
                f"a message came with {len(found)} numbers of {digits} digits; "
                "a `pattern` can tell which is the code"
            )
    if not found:
        if near := {len(number) for number in _NEAR.findall(text)}:
            lengths = " or ".join(str(length) for length in sorted(near))
            raise NoSingleCode(f"a code of {lengths} digits came; the page takes {digits}")
        return None
    return found.pop()


def may_hold_code(text: str) -> bool:
    """Whether there is a number in it that could be a code at all."""
    return re.search(r"(?<!\d)(?:\d[\s-]?){2,7}\d(?!\d)", plain(text)) is not None


def _checked(code: str, digits: int) -> str:
    code = _BETWEEN.sub("", code)
    if len(code) != digits:
        raise NoSingleCode(f"a code of {len(code)} digits came; the page takes {digits}")
    return code
