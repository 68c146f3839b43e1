"""The broker's address, taken apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from runner.values.secret import Secret

PORTS = {"mqtt": 1883, "mqtts": 8883}
"""Where brokers listen, as registered for the two ways."""


class WrongAddress(ValueError):
    """This is no broker's address. It is a secret, and never repeated."""

    def __init__(self, wrong: str) -> None:
        super().__init__(f"{wrong}; it is written like mqtts://user:password@broker.example:8883")


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a broker listens, and as whom it is spoken to."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: Secret | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, address: Secret) -> Broker:
        """The broker of an address. Special signs in names and passwords are written as in any URL.

        Raises WrongAddress.
        """
        try:
            parts = urlsplit(address.reveal().strip())
            host, port = parts.hostname, parts.port
        except ValueError:
            raise WrongAddress("the MQTT address can't be read") from None
        if parts.scheme not in PORTS:
            raise WrongAddress("the MQTT address does not begin with mqtt:// or mqtts://")
        if not host:
            raise WrongAddress("the MQTT address names no host")
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise WrongAddress("the MQTT address goes on after the port")
        return cls(
            host,
            port or PORTS[parts.scheme],
            parts.scheme == "mqtts",
            None if parts.username is None else unquote(parts.username),
            None if parts.password is None else Secret(unquote(parts.password)),
        )
