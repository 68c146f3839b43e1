"""What browsers sent and got, word for word, where a person wants to know: a file beside the books.

It holds passwords and cookies of practice accounts, and is written only while the file is there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from runner.sandbox import store

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def record_of(home: Path) -> Path:
    """The file."""
    return store.folder(home) / "requests.jsonl"


def begin(home: Path) -> None:
    """Begin a new record."""
    store.write(record_of(home), b"")


def read(home: Path) -> list[dict[str, Any]]:
    """The requests so far: method, host, path, query, headers, body, and the cookies they got."""
    try:
        lines = record_of(home).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in lines]


class Recorder:
    """Writes one request, when its answer is done."""

    def __init__(self, file: Path, scope: Message) -> None:
        self._file, self._scope = file, scope
        self._body = b""
        self._cookies: list[str] = []

    def receive(self, receive: Receive) -> Receive:
        """The same, overheard."""

        async def overheard() -> Message:
            message = await receive()
            self._body += message.get("body", b"")
            return message

        return overheard

    def send(self, send: Send) -> Send:
        """The same, overheard."""

        async def overheard(message: Message) -> None:
            self._cookies += [
                value.decode("latin-1")
                for name, value in message.get("headers", ())
                if name == b"set-cookie"
            ]
            await send(message)

        return overheard

    def write(self) -> None:
        """Add the request to the file."""
        scope = self._scope
        entry = {
            "method": scope["method"],
            "host": _header(scope, b"host"),
            "path": scope["path"],
            "query": scope["query_string"].decode("latin-1"),
            "headers": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in scope["headers"]],
            "body": self._body.decode("latin-1"),
            "cookies": self._cookies,
        }
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(entry) + "\n")


def _header(scope: Message, name: bytes) -> str:
    return next((v.decode("latin-1") for n, v in scope["headers"] if n == name), "")
