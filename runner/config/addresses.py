"""Addresses of this machine and of others: a name or number, and a port."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from runner.config.quantities import wanted

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this very machine."""

_ADDRESS = re.compile(r"(\[[0-9a-fA-F:]+\]|[0-9A-Za-z.-]+)(?::([0-9]{1,5}))?")


def host_and_port(text: str, port: int, example: str = "`127.0.0.1:8760`") -> tuple[str, int]:
    """The two halves of an address; `port` where it names none. Raises PydanticCustomError."""
    match = _ADDRESS.fullmatch(text)
    if match is None or int(match[2] or 0) > 65535:
        raise wanted("an address", example)
    return match[1].strip("[]"), int(match[2]) if match[2] else port


@dataclass(frozen=True, slots=True)
class Address:
    """Where something listens. Port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def _listen(value: Any) -> Address:
    if isinstance(value, Address):
        return value
    if not isinstance(value, str) or ":" not in value.rpartition("]")[2]:
        raise wanted("an address with a port", "`127.0.0.1:8760`")
    return Address(*host_and_port(value, 0))


Listen = Annotated[
    Address,
    PlainValidator(_listen),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^.+:\d{1,5}$", "examples": ["127.0.0.1:8760"]}),
]
"""A field that says where to listen."""
