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


class Proxy(BaseModel):
    """A reverse proxy in front, which tells whose requests it hands on and may sign people in."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    header: str = Field(
        "Remote-User", pattern=_HEADER, description="The header that names whom it has signed in."
    )
    networks: list[Network] = Field(
        alias="from",
        min_length=1,
        description="The proxy's own addresses. From elsewhere its headers count for nothing.",
    )
    users: list[str] = Field(
        default_factory=list, description="Whom it signs in; nobody if absent."
    )


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
    proxy: Proxy | None = Field(None, description="A reverse proxy in front.")

    @property
    def signed_in_elsewhere(self) -> bool:
        """Whether the proxy signs people in."""
        return self.proxy is not None and bool(self.proxy.users)

    @property
    def for_this_machine(self) -> bool:
        """Whether nobody but this machine reaches it."""
        return self.host in LOOPBACK or _LOOPBACK.fullmatch(self.host) is not None
