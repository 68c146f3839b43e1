"""Last days and planned renewals as a calendar has them: what, when, and in the owner's words."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from runner.config.model import Account, Line
from runner.flow.model import Flow
from runner.ledger.records import Reading
from runner.renewal.quiet import last_day
from runner.renewal.recall import recall
from runner.schedule.ahead import Action
from runner.schedule.turns import clock_of
from runner.values.format import show
from runner.values.sentences import in_language
from runner.views.calendar_words import WORDS, Key
from runner.views.names import line_names, masked, one_line

_OWNERS = frozenset({"approve", "by hand", "remind", "needs you"})
"""What does not happen by itself."""
_RENEWS = frozenset({"renew", "approve", "by hand"})


@dataclass(frozen=True)
class CalendarEntry:
    """One entry. `uid` stays the same when its day moves. `start`: a whole day, or a moment.

    `sure`: no forecast. `alarm`: nothing happens by itself, so its owner is to be reminded.
    """

    uid: str
    start: date | datetime
    summary: str
    description: str
    sure: bool
    alarm: bool


def calendar_entries(
    accounts: Iterable[tuple[Account, Flow]],
    readings: Mapping[tuple[str, str], Reading],
    actions: Iterable[Action],
    language: str,
    owner: ZoneInfo,
) -> list[CalendarEntry]:
    """Every line's last day, and what will be done with it. `actions` come in their order."""
    ahead: dict[tuple[str, str], list[Action]] = {}
    for action in actions:
        ahead.setdefault((action.account, action.line), []).append(action)
    found: list[CalendarEntry] = []
    for account, flow in accounts:
        names = line_names(account.lines)
        for line in account.lines:
            of = _OfLine(account, line, names[line.name], language, owner)
            mine = ahead.get((account.name, line.name), [])
            found += of.entries(readings.get((account.name, line.name)), mine, flow)
    return found


@dataclass(frozen=True)
class _OfLine:
    account: Account
    line: Line
    name: str
    language: str
    owner: ZoneInfo

    def entries(
        self, reading: Reading | None, ahead: list[Action], flow: Flow
    ) -> Iterator[CalendarEntry]:
        there = clock_of(flow, self.owner)
        if reading is not None:
            end = last_day(recall(reading), reading.at.astimezone(there).date())
            if end is not None:
                yield self._last_day(reading, end, ahead, there)
        number: Counter[str] = Counter()
        for action in ahead:
            if action.what != "ends":
                number[action.what] += 1
                yield self._action(action, number[action.what])

    def _last_day(
        self, reading: Reading, end: date, ahead: list[Action], there: ZoneInfo
    ) -> CalendarEntry:
        first = next((one for one in ahead if one.what in _RENEWS), None)
        in_time = first is not None and first.at.astimezone(there).date() <= end
        renewed = first if in_time else None
        about = [
            self._said("account", masked(self.account.name)),
            self._said("read", self._day(reading.at)),
            self._said("balance", reading.balance),
            self._said("renewed before", None if renewed is None else self._day(renewed.at)),
        ]
        return CalendarEntry(
            uid=self._uid("end"),
            start=end,
            summary=self._word("ends").format(line=self.name),
            description="\n".join(filter(None, about)),
            sure=True,
            alarm=renewed is None or renewed.what in _OWNERS,
        )

    def _action(self, action: Action, number: int) -> CalendarEntry:
        price = action.price
        key: Key = action.what
        told = self._word(key).format(line=self.name)
        about = [
            self._said("account", masked(self.account.name)),
            in_language(one_line(action.message), self.language)
            if action.what in ("remind", "needs you")
            else None,
            self._said("plan", one_line(action.message) if price is not None else None),
            self._said("price", price),
            self._said("until", action.until if price is not None else None),
            self._word("may change"),
        ]
        return CalendarEntry(
            uid=self._uid(f"{action.what.replace(' ', '-')}-{number}"),
            start=action.at,
            summary=told
            if price is None
            else self._word("priced").format(told=told, price=show(price, self.language)),
            description="\n".join(filter(None, about)),
            sure=False,
            alarm=action.what in _OWNERS,
        )

    def _uid(self, what: str) -> str:
        """The same as long as the line is called the same; it tells nobody how that is."""
        whose = f"{len(self.account.name)}:{self.account.name}{self.line.name}"
        digest = hashlib.sha256(whose.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{what}.{digest[:24]}@kigen"

    def _day(self, at: datetime) -> str:
        return show(at.astimezone(self.owner).date(), self.language)

    def _said(self, key: Key, value: object) -> str | None:
        if value is None:
            return None
        shown = value if isinstance(value, str) else show(value, self.language)
        return self._word(key).format(value=shown)

    def _word(self, key: Key) -> str:
        return WORDS[self.language][key]


def horizon(lines: int) -> timedelta:
    """How far ahead is played for so many lines: the more there are, the shorter, so that it takes
    seconds for a thousand as for fifty.
    """
    return timedelta(days=max(14, min(400, 20_000 // max(lines, 1))))
