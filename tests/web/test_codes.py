"""`POST /codes/ACCOUNT`, over real connections: who is let in, what is taken, and never twice."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runner.browser.vault import Vault
from runner.challenge.inbox import Inbox
from runner.challenge.webhook import Door, Keys
from runner.values.secret import Secret
from runner.web import codes
from runner.web.serve import listening, serving

TOKEN = "a-token-of-32-signs-or-so-4f1c77"
KEY = "a-signing-key"
BEARER = {"authorization": f"Bearer {TOKEN}"}
SMS = {"from": "DOCOMO", "text": "セキュリティコード：123456"}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Served:
    """The route on a port of its own. `ahead` moves its clock, `minute` its rates' clock."""

    inbox: Inbox
    port: int = 0
    ahead: timedelta = timedelta()
    minute: float = 0.0
    sent: int = field(default=0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def post(
        self, body: Any, account: str = "docomo", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Post it as JSON unless it is bytes; gives the status and the answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(
                "POST", f"/codes/{account}", data, {"content-type": "application/json", **named}
            )
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text.startswith(b"{") else {}
        finally:
            connection.close()

    def texts(self, account: str = "docomo") -> list[str]:
        return [given.text for given in self.inbox.take(account, LONG_AGO)]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    keys = {
        "docomo": Keys(Secret(TOKEN), None),
        "signed": Keys(None, Secret(KEY)),
        "both": Keys(Secret(TOKEN), Secret(KEY)),
    }
    inbox = Inbox(Vault(tmp_path, {}), lambda: datetime.now(UTC))
    found = Served(inbox)
    door = Door(inbox, keys.get, lambda: found.now())
    ready, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        listener = listening("127.0.0.1", 0)
        found.port = listener.getsockname()[1]
        application = codes.app(door, lambda: found.minute)
        async with serving(application, listener):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(60)
    yield found
    loop.call_soon_threadsafe(stop.set)
    thread.join(60)
    loop.close()


def signature(body: bytes, stamp: str = "", key: str = KEY) -> str:
    return hmac.new(key.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()


def test_a_message_with_the_token_is_taken(served: Served) -> None:
    assert served.post(SMS, **BEARER) == (200, {"kept": True})
    assert served.texts() == [SMS["text"]]
    assert served.post(b"code 654321", content_type="text/plain", **BEARER)[0] == 200
    form = b"from=DOCOMO&content=code+111111"
    kind = "application/x-www-form-urlencoded"
    assert served.post(form, content_type=kind, **BEARER)[0] == 200
    parts = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\ncode 222222\r\n--x--\r\n'
    assert served.post(parts, content_type="multipart/form-data; boundary=x", **BEARER)[0] == 200
    assert sorted(served.texts()) == ["code 111111", "code 222222", "code 654321"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer "},
        {"authorization": f"Bearer {TOKEN[:-1]}"},
        {"authorization": f"Bearer {TOKEN}x"},
        {"authorization": TOKEN},
        {"authorization": f"Basic {TOKEN}"},
        {"x-signature": "0" * 64},
        {"x-signature": hmac.new(b"", json.dumps(SMS).encode(), hashlib.sha256).hexdigest()},
    ],
)
def test_without_the_token_nobody_is_let_in(served: Served, headers: dict[str, str]) -> None:
    status, answer = served.post(SMS, **headers)
    assert (status, answer) == (401, {"error": "a right token or signature is wanted"})
    assert served.texts() == []


def test_strangers_do_not_learn_which_accounts_there_are(served: Served) -> None:
    assert served.post(SMS, "nobody", **BEARER) == served.post(SMS, "signed", **BEARER)
    assert served.post(SMS, "nobody", **BEARER)[0] == 401


def test_the_same_message_is_taken_once(served: Served) -> None:
    """An app that got no answer sends again: it has to hear that all is well."""
    assert served.post(SMS, **BEARER) == (200, {"kept": True})
    again = served.post(SMS, **BEARER)
    assert again == (200, {"kept": False, "why": "this very message came before"})
    assert len(served.texts()) == 1


def stamped(at: datetime, code: str = "123456") -> dict[str, Any]:
    return {"from": "D", "text": f"code {code}", "receivedStamp": int(at.timestamp() * 1000)}


def test_a_signature_over_the_body_with_its_time_is_taken(served: Served) -> None:
    body = json.dumps(stamped(served.now())).encode()
    assert served.post(body, "signed", x_signature=signature(body)) == (200, {"kept": True})
    assert served.post(body, "signed", x_signature=f"sha256={signature(body).upper()}")[1] == {
        "kept": False,
        "why": "this very message came before",
    }
    assert served.texts("signed") == ["code 123456"]


def test_a_signature_together_with_a_time_is_taken(served: Served) -> None:
    body, stamp = json.dumps(SMS).encode(), str(int(served.now().timestamp()))
    how = {"x_signature": signature(body, stamp), "x_timestamp": stamp}
    assert served.post(body, "signed", **how) == (200, {"kept": True})
    assert served.post(body, "both", **how) == (200, {"kept": True})


def test_a_signature_for_anything_else_is_refused(served: Served) -> None:
    body, now = json.dumps(SMS).encode(), served.now()
    stamp = str(int(now.timestamp()))
    for how in (
        {"x_signature": signature(body, stamp)},  # without the time that was signed
        {"x_signature": signature(body), "x_timestamp": stamp},  # with one that was not
        {"x_signature": signature(body + b" ", stamp), "x_timestamp": stamp},
        {"x_signature": signature(body, stamp, "another key"), "x_timestamp": stamp},
        {"x_signature": signature(body, "soon"), "x_timestamp": "soon"},
        {"x_signature": signature(body, "9" * 30), "x_timestamp": "9" * 30},
        {"x_signature": "", "x_timestamp": stamp},
        {"x_signature": "ü", "x_timestamp": stamp},
    ):
        named = {name: value.encode().decode("latin-1") for name, value in how.items()}
        assert served.post(body, "signed", **named)[0] == 401, how
    assert served.texts("signed") == []


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signed_request_of_another_time_is_refused(served: Served, minutes: int) -> None:
    at = served.now() + timedelta(minutes=minutes)
    body, stamp = json.dumps(SMS).encode(), str(int(at.timestamp()))
    how = {"x_signature": signature(body, stamp), "x_timestamp": stamp}
    assert served.post(body, "signed", **how)[0] == 401


def test_a_signed_body_must_tell_its_time(served: Served) -> None:
    body = json.dumps(SMS).encode()
    status, answer = served.post(body, "signed", x_signature=signature(body))
    assert (status, answer["kept"]) == (200, False)
    assert "receivedStamp" in answer["why"]


@pytest.mark.parametrize(("minutes", "why"), [(-11, "too old"), (6, "future")])
def test_a_message_of_another_time_is_not_kept(served: Served, minutes: int, why: str) -> None:
    body = stamped(served.now() + timedelta(minutes=minutes))
    status, answer = served.post(body, **BEARER)
    assert (status, answer["kept"]) == (200, False)
    assert why in answer["why"]


def test_no_replay_outlives_the_memory(served: Served) -> None:
    """Whatever its time says: once it was taken, it is not taken again, at any moment after that."""
    body = json.dumps(stamped(served.now() + timedelta(minutes=4, seconds=50))).encode()
    how = {"x_signature": signature(body)}
    assert served.post(body, "signed", **how)[1] == {"kept": True}
    for minutes in range(1, 40):
        served.ahead = timedelta(minutes=minutes)
        assert served.post(body, "signed", **how)[1]["kept"] is False, minutes


def test_what_holds_no_code_is_not_kept(served: Served) -> None:
    assert served.post({"text": "See you at 12"}, **BEARER)[1] == {
        "kept": False,
        "why": "there is no code in it",
    }
    sent = {"event": "sms:sent", "payload": {"message": "123456"}}
    assert served.post(sent, **BEARER)[1]["kept"] is False
    assert served.texts() == []


def test_what_is_no_message_is_told_to_those_who_may_know(served: Served) -> None:
    status, answer = served.post({"from": "me"}, **BEARER)
    assert (status, "no text" in answer["error"]) == (400, True)
    assert served.post({"from": "me"})[0] == 401


def test_too_much_is_not_taken_in(served: Served) -> None:
    assert served.post(b'"' + b"1" * codes.LARGEST, **BEARER)[0] == 413
    assert served.post(b"1" * 5_000_000)[0] == 413
    assert served.post(SMS, **BEARER)[0] == 200


def test_strangers_are_slowed_down_and_the_owner_is_not(served: Served) -> None:
    statuses = [served.post(SMS, authorization=f"Bearer {n}")[0] for n in range(25)]
    assert statuses == [401] * codes.MISTAKES + [429] * 5
    assert served.post(SMS, **BEARER) == (200, {"kept": True})
    served.minute += 61
    assert served.post(SMS)[0] == 401


def test_a_phone_that_sends_in_a_loop_is_stopped(served: Served) -> None:
    statuses = [served.post({"text": f"code {n:06}"}, **BEARER)[0] for n in range(62)]
    assert statuses == [200] * codes.MESSAGES + [429] * 2
    assert served.post({"text": "code 777777"}, "both", **BEARER)[0] == 200, "another account"


def test_other_ways_lead_nowhere(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    for method, path in (("GET", "/codes/docomo"), ("POST", "/codes/"), ("POST", "/codes/a/b")):
        connection.request(method, path, headers=BEARER)
        answer = connection.getresponse()
        answer.read()
        assert answer.status in (404, 405)
    connection.close()
