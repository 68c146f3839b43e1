"""Text messages as apps on the phone forward them: which part is the text, who sent it, and when.

Understood are the forms of these programs, by their own documents and sources:

- Incoming SMS to URL forwarder (bogkonstantin): `{"from", "text", "sentStamp", "receivedStamp"}`
- SMS Gateway for Android (capcom6): `{"event": "sms:received", "payload": {"message", …}}`
- SmsForwarder (pppscn): a form or JSON with `from`, `content` or `msg`, `timestamp`
- httpSMS: a CloudEvent with `{"data": {"contact", "content"}}`
- IFTTT, Tasker, iOS Shortcuts and others that let their owner write the body: any of the names
  below, IFTTT's `value1` to `value3`, or the bare text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

_TEXT = ("text", "message", "content", "msg", "org_content", "body", "sms", "code")
_SENDER = ("from", "sender", "phonenumber", "contact", "number", "address")
_TIME = ("receivedstamp", "receivedat", "sentstamp", "timestamp", "receive_time", "time", "date")
_INSIDE = ("payload", "data", "sms")
_VALUES = ("value1", "value2", "value3")
_OTHER_EVENTS = re.compile(
    r"sms:(?!received)|mms:(?!received)|system:|message\.(?!phone\.received)"
)
_NO_TIME = datetime.min.replace(tzinfo=UTC)


class NotAMessage(ValueError):
    """There is no text in it. Repeats nothing of it."""


@dataclass(frozen=True, slots=True, repr=False)
class Forwarded:
    """A text message. `sent` is when the phone or the network had it, where that is told."""

    text: str
    sender: str | None = None
    sent: datetime | None = None


def read_forwarded(body: bytes, content_type: str = "") -> Forwarded | None:
    """The message that a body is; None for other news of such apps. Raises NotAMessage."""
    text = body.decode("utf-8", errors="replace").strip()
    if not text:
        raise NotAMessage("the request is empty")
    kind = content_type.partition(";")[0].strip().lower()
    if text[0] in "{[" or kind.endswith("json"):
        return _of_json(text)
    if kind == "application/x-www-form-urlencoded":
        return _of_map(dict(parse_qsl(text)))
    return Forwarded(text)


def read_form(fields: Iterable[tuple[str, Any]]) -> Forwarded | None:
    """The message that a form's fields are. Raises NotAMessage."""
    return _of_map({name: value for name, value in fields if isinstance(value, str)})


def _of_json(text: str) -> Forwarded | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAMessage("this is no JSON; are quotes in the message escaped?") from None
    if isinstance(value, str):
        return Forwarded(value)
    if not isinstance(value, dict):
        raise NotAMessage("a JSON object is wanted")
    return _of_map(value)


def _of_map(given: Mapping[str, Any]) -> Forwarded | None:
    fields = {str(name).lower(): value for name, value in given.items()}
    event = fields.get("event") or fields.get("type")
    if isinstance(event, str) and _OTHER_EVENTS.match(event):
        return None
    for name in _INSIDE:
        if isinstance(fields.get(name), dict):
            inner = {str(key).lower(): value for key, value in fields[name].items()}
            fields = fields | inner
            break
    text = _first(fields, _TEXT)
    if text is None:
        text = "\n".join(str(fields[name]) for name in _VALUES if fields.get(name)) or None
    if text is None:
        raise NotAMessage(f"no text in it; a field named {', '.join(_TEXT)} is looked for")
    sent = max((_moment(fields[name]) for name in _TIME if name in fields), default=_NO_TIME)
    return Forwarded(text, _first(fields, _SENDER), sent if sent > _NO_TIME else None)


def _first(fields: Mapping[str, Any], names: Iterable[str]) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value)
    return None


def _moment(value: Any) -> datetime:
    """A time as apps write it: seconds or milliseconds since 1970, or ISO 8601 with its offset."""
    text = str(value).strip()
    try:
        if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
            number = float(text)
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else _NO_TIME
    except (ValueError, OverflowError):
        return _NO_TIME
