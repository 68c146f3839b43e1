"""Ports for what must be told its port before it listens there."""

from __future__ import annotations

import random
import socket
from contextlib import suppress


def free_port() -> int:
    """A port of this machine that is free, and that the system gives to nobody who asks for any."""
    while True:
        port = random.randrange(20_000, 30_000)  # noqa: S311  nothing depends on it
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
