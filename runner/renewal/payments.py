"""What a provider tells of payments: on its own pages, and by mail where these are silent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from loguru import logger

from runner.challenge.codes import Unusable
from runner.flow.model import Flow
from runner.flow.scalars import Pattern
from runner.page.problems import Problem, Seen
from runner.values.context import ReadAs
from runner.values.errors import Unreadable
from runner.values.read import read

if TYPE_CHECKING:
    from runner.challenge.mail import Mail
    from runner.renewal.signing_in import SignedIn

LookForMails = Callable[[str, datetime], Awaitable["list[Mail]"]]
"""The mails of a sender's address since a moment, in the account's mailbox."""


@dataclass(frozen=True)
class Payments:
    """`rows`: the provider's own list; None where it has none, or it could not be read (`trouble`).
    `mailed`: what its mails tell. That there is no mail proves nothing.
    """

    rows: list[dict[str, Any]] | None
    mailed: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""


async def payments_of(
    page: SignedIn,
    flow: Flow,
    names: Mapping[str, Any],
    look: LookForMails | None = None,
    since: datetime | None = None,
) -> Payments:
    """Play `history`, and look for mails since then."""
    rows, trouble = None, ""
    if flow.history:
        try:
            rows = (await page.phase("history", names))["rows"]
        except Seen:
            raise
        except Problem as problem:
            trouble = f" (the history could not be read: {problem.message})"
    return Payments(rows, await mailed(flow, look, since) if since else [], trouble)


async def mailed(flow: Flow, look: LookForMails | None, since: datetime) -> list[dict[str, Any]]:
    """The payments that mails tell of since then, the newest first: {on, amount, reference}.

    A mailbox that can't be read is as good as one without mails: they are a second source only.
    """
    if look is None:
        return []
    found: list[dict[str, Any]] = []
    for kind in flow.mails:
        try:
            mails = await look(kind.from_, since)
        except (OSError, ValueError, LookupError, Unusable) as error:
            logger.warning("the mails of {} could not be read: {}", kind.from_, error)
            continue
        for mail in mails:
            if _alike(kind.subject) not in _alike(mail.subject):
                continue
            how = ReadAs(mail.came.astimezone(ZoneInfo(flow.timezone)), flow.locale, flow.currency)
            rows = (_row(_alike(text), kind.amount, kind.reference, how) for text in mail.texts)
            found += [row for row in rows if row][:1]
    return sorted(found, key=lambda row: row["on"], reverse=True)


async def last_mailed(flow: Flow, look: LookForMails | None, now: datetime) -> date | None:
    """The day of the last payment that keeps a line by the flow's rule, as the mails tell it."""
    if flow.keep is None:
        return None
    rows = await mailed(flow, look, now - timedelta(days=flow.keep.paid_every.days))
    return next((row["on"].date() for row in rows if row["amount"].amount > 0), None)


def _row(
    text: str, amount: Pattern, reference: Pattern | None, how: ReadAs
) -> dict[str, Any] | None:
    asked = _found(amount, text)
    if asked is None:
        return None
    try:
        money = read("money", asked, how)
    except Unreadable:
        return None
    return {"on": how.now, "amount": money, "reference": reference and _found(reference, text)}


def _found(pattern: Pattern, text: str) -> str | None:
    match: re.Match[str] | None = pattern.regex.search(text)
    if match is None:
        return None
    return str(match[1] if match.re.groups else match[0]).strip()


def _alike(text: str) -> str:
    """The text, however wide its letters and figures are."""
    return unicodedata.normalize("NFKC", text)
