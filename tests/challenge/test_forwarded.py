"""Text messages as phones forward them: the bodies that the apps really send."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.challenge.forwarded import NotAMessage, read_form, read_forwarded

SMS = "【dアカウント】セキュリティコード：123456 他人には絶対に教えないでください。"
AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MS = int(AT.timestamp() * 1000)


def read(body: Any, kind: str = "application/json") -> tuple[str, str | None, datetime | None]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = read_forwarded(data, kind)
    assert found is not None
    return found.text, found.sender, found.sent


def test_incoming_sms_to_url_forwarder() -> None:
    """Its template fills all as text, or the stamps as numbers; older ones have two fields."""
    stamps = {"sentStamp": MS - 2000, "receivedStamp": MS, "sim": "SIM1"}
    assert read({"from": "DOCOMO", "text": SMS, **stamps}) == (SMS, "DOCOMO", AT)
    written = {"sentStamp": str(MS - 2000), "receivedStamp": str(MS)}
    assert read({"from": "DOCOMO", "text": SMS, **written}) == (SMS, "DOCOMO", AT)
    assert read({"from": "1234567890", "text": "Test"}) == ("Test", "1234567890", None)


def test_sms_gateway_for_android() -> None:
    body = {
        "deviceId": "ffffffffceb0b1db0000018e937c815b",
        "event": "sms:received",
        "id": "Ey6ECgOkVVFjz3CL48B8C",
        "payload": {
            "messageId": "abc123",
            "message": SMS,
            "phoneNumber": "6505551212",
            "simNumber": 1,
            "receivedAt": "2026-11-21T12:00:00.000+09:00",
        },
        "webhookId": "an-id",
    }
    assert read(body) == (SMS, "6505551212", AT)


@pytest.mark.parametrize("event", ["sms:sent", "sms:delivered", "sms:failed", "system:ping"])
def test_other_news_of_an_app_is_no_message(event: str) -> None:
    body = {"event": event, "payload": {"messageId": "1", "phoneNumber": "6505551212"}}
    assert read_forwarded(json.dumps(body).encode(), "application/json") is None


def test_smsforwarder() -> None:
    """A form where its owner has written no parameters; else the JSON that they wrote."""
    form = "from=DOCOMO&content=%E3%82%B3%E3%83%BC%E3%83%89%EF%BC%9A123456&timestamp=" + str(MS)
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    assert read(form.encode(), kind) == ("コード：123456", "DOCOMO", AT)
    body = {"msgtype": "text", "from": "DOCOMO", "msg": SMS, "timestamp": MS, "card_slot": "SIM1"}
    assert read(body) == (SMS, "DOCOMO", AT)


def test_httpsms() -> None:
    body = {
        "type": "message.phone.received",
        "time": "2026-11-21T03:00:00Z",
        "data": {"contact": "DOCOMO", "content": SMS, "owner": "+819012345678"},
    }
    assert read(body) == (SMS, "DOCOMO", AT)
    sent = {"type": "message.phone.sent", "data": {"content": SMS}}
    assert read_forwarded(json.dumps(sent).encode(), "application/json") is None


def test_bodies_that_people_write_themselves() -> None:
    assert read({"value1": "DOCOMO", "value2": SMS, "value3": ""})[0] == f"DOCOMO\n{SMS}"
    assert read({"Body": SMS, "From": "+8190"})[:2] == (SMS, "+8190")
    assert read({"message": SMS, "sender": "DOCOMO"})[:2] == (SMS, "DOCOMO")
    assert read({"code": 123456})[0] == "123456"
    assert read(SMS)[0] == SMS, "a JSON text"
    assert read(SMS.encode(), "text/plain")[0] == SMS
    assert read(b"123456", "")[0] == "123456"
    form = read_form([("text", SMS), ("from", "DOCOMO"), ("file", object())])
    assert form is not None
    assert (form.text, form.sender) == (SMS, "DOCOMO")


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        (b"", "application/json", "empty"),
        (b'{"text": "a "quoted" word"}', "application/json", "no JSON"),
        (b"[1]", "application/json", "object"),
        (b'{"from": "me"}', "application/json", "no text"),
        (b'{"text": ""}', "application/json", "no text"),
        (b"[" * 5000, "application/json", "no JSON"),
        (b"a=b", "application/x-www-form-urlencoded", "no text"),
    ],
)
def test_what_is_no_message(body: bytes, kind: str, told: str) -> None:
    with pytest.raises(NotAMessage, match=told):
        read_forwarded(body, kind)


@pytest.mark.parametrize(
    "stamp",
    ["soon", "2026-11-21 12:00:00", "99999999999999", "0001-01-01T00:00:00+14:00", True, None],
)
def test_a_time_that_can_not_be_told_is_none(stamp: Any) -> None:
    assert read({"text": SMS, "timestamp": stamp})[2] is None


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "from", "payload", "data", "event", "timestamp", "value1"])
            | st.text(max_size=3),
            inner,
            max_size=5,
        )
    ),
    max_leaves=8,
)


@given(st.binary(max_size=200) | _ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_sent_is_a_message_or_told_to_be_none(body: bytes) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain", ""):
        try:
            found = read_forwarded(body, kind)
        except NotAMessage:
            continue
        assert found is None or found.sent is None or found.sent.utcoffset() is not None


def test_it_is_not_shown() -> None:
    assert "123456" not in repr(read_forwarded(b"123456"))
