"""Where the dashboard is served, and who is let in."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema

from runner.config.addresses import LOOPBACK
from runner.config.quantities import wanted
from runner.config.references import SecretReference
from runner.config.served import Served

_HEADER = r"^[A-Za-z0-9][A-Za-z0-9-]*$"
_LOOPBACK = re.compile(r"127(\.\d{1,3}){3}")


def _network(value: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(value)
    except (ValueError, TypeError):
        raise wanted("an address or a network", "`127.0.0.1` or `172.18.0.0/16`") from None


Network = Annotated[
    ipaddress.IPv4Network | ipaddress.IPv6Network,
    PlainValidator(_network),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["127.0.0.1/32"]}),
]


class SigningProxy(BaseModel):
    """A reverse proxy that signs people in, and names them in a header."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    header: str = Field(
        "Remote-User", pattern=_HEADER, description="The header in which it names them."
    )
    networks: list[Network] = Field(
        alias="from",
        min_length=1,
        description="The proxy's own addresses. From elsewhere the header counts for nothing.",
    )
    users: list[str] = Field(min_length=1, description="Whom it lets in.")


class Dashboard(Served):
    """The dashboard of `kigen serve`."""

    listen: str = Field(
        "127.0.0.1:8751", description="Where the dashboard is served: an address and a port."
    )
    password: SecretReference | None = Field(
        None,
        description="The password, or its Argon2 hash, for where `kigen dashboard password` can't "
        "be called.",
    )
    proxy: SigningProxy | None = Field(
        None, description="A reverse proxy in front that signs people in."
    )

    @property
    def for_this_machine(self) -> bool:
        """Whether nobody but this machine reaches it."""
        return self.host in LOOPBACK or _LOOPBACK.fullmatch(self.host) is not None
