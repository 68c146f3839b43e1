"""Texts without what they say: known words stay, all else becomes its shape.

`090-1234-5678` becomes `000-0000-0000`, a name becomes `字字 字字`, an amount `¥0,000`. It is a list of what
may stay, not of what must go: a text that nobody thought of is taken out with the others.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

LONGEST = 12
"""Signs that a shape has at most: how long a text is may tell, too."""
_SHORTEST = 2
_LETTERS = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"\d+|[^\W\d_]+|.", re.DOTALL)
_SECRET = re.compile(
    r"\S*@\S*"  # a mail address
    r"|(?=[A-Za-z0-9_\-]*[A-Za-z])(?=[A-Za-z0-9_\-]*[0-9])[A-Za-z0-9][A-Za-z0-9_\-]{5,}"  # a token
)
"""What is taken out whole, whatever words are in it."""
_SCRIPTS = re.compile(
    "[A-Za-z\u00c0-\u024f]+|[\u3041-\u309f]+|[\u30a1-\u30ff\uff66-\uff9f]+|[\u3400-\u9fff々]+"
)
_LONE = frozenset("おごのをにはがでとへもや")
"""Particles, which stand between words; alone or side by side they could be a name."""
_UNITS = (
    "ギガ", "日間", "か月", "ヶ月", "カ月", "年", "月", "日", "時", "分", "秒", "円", "元", "回", "件", "個", "本",
    "GB", "MB", "KB", "TB", "JPY", "USD", "EUR", "GBP", "SGD", "days", "day", "months", "min", "h",
)  # fmt: skip
"""What may follow a number."""
_SIGNS = frozenset(
    string.punctuation
    + " \n\t\u3000、。「」『』（）［］【】：；！？・〜～―–—…％＋－／＊＞＜＝＆＠＃｜￥¥€£©→←▶▼▲●○■□※×"
)


@lru_cache(maxsize=1)
def portal_words() -> frozenset[str]:
    """Words that many portals have on their buttons and headings, in several languages."""
    text = Path(__file__).with_name("portal_words.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(word.casefold() for word in " ".join(lines).split())


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words of labels: each run of letters, and each stretch of one script in it."""
    found: set[str] = set()
    for run in _runs(texts):
        found |= {run, *_SCRIPTS.findall(run)}
    return frozenset(word for word in found if len(word) >= _SHORTEST)


class Known:
    """The words that may stay. `never` are the owner's own: their words stay nowhere."""

    def __init__(self, words: Iterable[str], never: Iterable[str] = ()) -> None:
        own = words_of(never) | {run for run in _runs(never) if len(run) >= _SHORTEST}
        self._words = frozenset(word.casefold() for word in words) - own
        self._longest = max(map(len, self._words), default=0)

    def clean(self, text: str) -> str:
        """The text with nothing in it but known words, shapes, and signs that are neither."""
        pieces, at = [], 0
        for match in _SECRET.finditer(text):
            pieces += [self._plain(text[at : match.start()]), shape(match[0])]
            at = match.end()
        return "".join([*pieces, self._plain(text[at:])])

    def _plain(self, text: str) -> str:
        pieces: list[str] = []
        counted = False  # whether a number stands right before
        for run in _RUN.findall(text):
            if _LETTERS.fullmatch(run):
                unit = next((u for u in _UNITS if counted and run.startswith(u)), "")
                rest = run[len(unit) :]
                pieces.append(unit + (rest if self._covers(rest.casefold()) else shape(rest)))
            else:
                pieces.append(shape(run))
            counted = run.isdigit()
        return "".join(pieces)

    def _covers(self, run: str) -> bool:
        """Whether a run of letters is made of known words, with at most one particle between two."""
        # reached[i]: how the first i letters can be covered; True where they end in a word
        reached: list[set[bool]] = [set() for _ in range(len(run) + 1)]
        reached[0] = {True}
        words = False
        for start in range(len(run)):
            if not reached[start]:
                continue
            for end in range(start + _SHORTEST, min(len(run), start + self._longest) + 1):
                if run[start:end] in self._words:
                    reached[end].add(True)
                    words = True
            if True in reached[start] and run[start] in _LONE:
                reached[start + 1].add(False)
        return not run or (words and bool(reached[len(run)]))


def shape(text: str) -> str:
    """What kinds of signs a text is made of, and roughly how many."""
    shaped = "".join(_kind(sign) for sign in text)
    return re.sub(rf"([^\W\d]|\d)\1{{{LONGEST},}}", lambda run: run[1] * LONGEST + "…", shaped)


def _kind(sign: str) -> str:
    if sign.isdigit():
        return "０" if unicodedata.east_asian_width(sign) == "F" else "0"
    if sign in _SIGNS:
        return sign
    if not sign.isalpha():
        return "?"
    for first, last, kind in _KINDS:
        if first <= sign <= last:
            return kind
    return "X" if sign.isupper() else "x"


_KINDS = (
    ("\u3041", "\u309f", "あ"), ("\u30a0", "\u30ff", "ア"), ("\uff66", "\uff9f", "ア"),
    ("\u3005", "\u3007", "字"), ("\u3400", "\u9fff", "字"), ("\uf900", "\ufaff", "字"),
    ("\U00020000", "\U0003ffff", "字"), ("\uac00", "\ud7af", "가"),
)  # fmt: skip


def _runs(texts: Collection[str] | Iterable[str]) -> Iterator[str]:
    for text in texts:
        for run in _LETTERS.findall(text):
            yield run.casefold()
