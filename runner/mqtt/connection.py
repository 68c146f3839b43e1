"""One connection to a broker, from its beginning to its loss.

Whoever uses it drives it by `turn`: nothing goes on behind their back, and no thread is needed.
"""

from __future__ import annotations

import secrets
import ssl
import time
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from runner.mqtt.address import Broker

KEEP_ALIVE = 60
"""Seconds. A broker that hears nothing for one and a half times as long takes us for gone."""
SHORT = 5.0
"""Seconds that the network has for each step of connecting."""
ONLINE, OFFLINE = "online", "offline"
"""What Home Assistant takes for being there, and for not."""
_ENDED = "the connection to the MQTT broker has ended"
_NOT_LET_IN = ("Bad user name or password", "Not authorized")


class Lost(ConnectionError):
    """There is no connection, or no longer. Its text says why, and holds no secret."""


class Connection:
    """A connection, and word of it: the broker says `online` in our name from its beginning on."""

    def __init__(
        self, broker: Broker, status: str | None, ca: Path | None = None, *, stays: bool = True
    ) -> None:
        """`status`: the topic that says whether we are there; None: we only come to look.

        `stays`: its loss, however it comes, makes the broker say `offline`. Raises Lost.
        """
        self._refused, self._welcome = "", False
        self._sent: list[MQTTMessageInfo] = []
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"kigen-{secrets.token_hex(4)}",
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        self._client.connect_timeout = SHORT
        self._client.on_connect = self._on_connect
        if stays and status is not None:
            self._client.will_set(status, OFFLINE, qos=1, retain=True)
        if broker.user is not None:
            password = None if broker.password is None else broker.password.reveal()
            self._client.username_pw_set(broker.user, password)
        try:
            if broker.tls:
                self._client.tls_set_context(ssl.create_default_context(cafile=ca))
            self._client.connect(broker.host, broker.port, KEEP_ALIVE)
        except (OSError, ValueError) as error:
            raise Lost(_why(error)) from None
        try:
            self._wait_for_welcome()
            if status is not None:
                self.put(status, ONLINE)
        except Lost:
            self.drop()
            raise

    @property
    def settled(self) -> bool:
        """Whether the broker has confirmed all that was put."""
        self._sent = [one for one in self._sent if not one.is_published()]
        return not self._sent

    def put(self, topic: str, text: str) -> None:
        """Have the broker keep this in place of what it has; an empty text takes it away. Raises Lost."""
        sent = self._client.publish(topic, text, qos=1, retain=True)
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise Lost(_ENDED)
        self._sent.append(sent)

    def turn(self, seconds: float) -> None:
        """Send and receive, for at most so long. Raises Lost."""
        code = self._client.loop(seconds)
        if self._refused:
            raise Lost(self._refused)
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise Lost(_ENDED)

    def settle(self, seconds: float) -> None:
        """Wait until all that was put is confirmed. Raises Lost, also when that takes too long."""
        until = time.monotonic() + seconds
        while not self.settled:
            left = until - time.monotonic()
            if left <= 0:
                raise Lost("the MQTT broker does not confirm what it is told")
            self.turn(left)

    def close(self) -> None:
        """Leave in good order: the broker says nothing more in our name."""
        self._client.disconnect()

    def drop(self) -> None:
        """Be gone at once, as if the network were."""
        if (socket := self._client.socket()) is not None:
            socket.close()

    def _wait_for_welcome(self) -> None:
        until = time.monotonic() + SHORT
        while not self._welcome:
            if time.monotonic() > until:
                raise Lost("the MQTT broker does not answer")
            self.turn(SHORT)

    def _on_connect(
        self,
        client: Client,
        data: Any,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if not reason.is_failure:
            self._welcome = True
        elif reason.getName() in _NOT_LET_IN:
            self._refused = (
                f"the MQTT broker does not let kigen in ({reason}): "
                "look at the user and the password in its address"
            )
        else:
            self._refused = f"the MQTT broker refuses the connection ({reason})"


def _why(error: Exception) -> str:
    """The reason, without the address."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"nobody who is known here vouches for the MQTT broker ({error.verify_message}); "
            "name who does by `mqtt: ca:`"
        )
    if isinstance(error, TimeoutError):
        return "the MQTT broker does not answer"
    if isinstance(error, FileNotFoundError):
        return "the file of `mqtt: ca:` does not exist"
    reason = error.strerror if isinstance(error, OSError) else None
    return f"the MQTT broker can't be reached ({reason or type(error).__name__})"
