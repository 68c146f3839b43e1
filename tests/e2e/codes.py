"""What is done about a code while a run waits for it, and what is left of it.

The run asks as it does for its owner; what a phone, a mail server or the owner does meanwhile is
done by a thread of the test, at the moment at which the portal or the run is seen to wait for it.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from runner.browser.vault import Vault
from runner.challenge.inbox import Inbox
from runner.sandbox import control
from tests.e2e.world import Told, World


@contextmanager
def meanwhile(what: Callable[[], None]) -> Iterator[None]:
    """Do this beside the run; what goes wrong in it fails the test."""
    wrong: list[BaseException] = []

    def do() -> None:
        try:
            what()
        except BaseException as error:
            wrong.append(error)

    thread = threading.Thread(target=do)
    thread.start()
    try:
        yield
    finally:
        thread.join(60)
    assert not wrong, wrong


def inbox(world: World) -> Inbox:
    return Inbox(Vault(world.home, dict(os.environ)), lambda: datetime.now(UTC))


def run_waits(world: World, times: int = 1) -> None:
    """Until the portal has sent its code(s), and the run waits for one."""
    world.wait_for(lambda: world.events("code_sent") >= times)
    world.wait_for(lambda: inbox(world).waiting("docomo") is not None)


def sms(world: World) -> str:
    message = control.sms(world.home, "docomo")
    assert message is not None
    return message.text


def code(world: World) -> str:
    return sms(world).split("：")[1][:6]


def steps(told: Told, kind: str) -> list[dict[str, Any]]:
    timeline = json.loads((told.evidence / "steps.json").read_text())
    found = timeline if isinstance(timeline, list) else timeline["steps"]
    return [step for step in found if step["kind"] == kind]


def post(port: int, body: Any, **headers: str) -> int:
    """Forward a message as a phone does: again and again, until somebody listens."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    for _ in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with suppress(ConnectionError):
            named = {"content-type": "application/json", **headers}
            connection.request("POST", "/codes/docomo", data, named)
            return connection.getresponse().status
        time.sleep(0.1)
    raise AssertionError("nobody listens")


def left_behind(world: World, told: Told, *secrets: str) -> None:
    """None of these stands in any file of the home, in its name, or in what the run printed."""
    found = {
        str(file): file.read_bytes() + file.name.encode()
        for file in world.home.rglob("*")
        if file.is_file() and file.relative_to(world.home).parts[0] != "sandbox"
    }
    found["output"] = (told.out + told.err).encode()
    for secret in secrets:
        forms = {secret.encode(), secret.encode("utf-16-le"), base64.b64encode(secret.encode())}
        assert not [name for name, data in found.items() for form in forms if form in data]
