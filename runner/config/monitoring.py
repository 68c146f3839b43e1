"""Who else is kept up to date: Home Assistant, and a service that notices when kigen falls silent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from runner.config.model import Part
from runner.config.quantities import Duration, wanted
from runner.config.references import SecretReference

Topic = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")]
"""The beginning of topics: words with slashes between them, and no wildcard."""


class MqttEntry(Part):
    """The broker through which Home Assistant learns of the lines."""

    url: SecretReference = Field(
        description="The broker's address, which is a secret: mqtt://user:password@host:1883, or "
        "mqtts:// where it is reached through TLS."
    )
    ca: Path | None = Field(
        None, description="With mqtts: who vouches for the broker, where the system does not know."
    )
    discovery_prefix: Topic = Field(
        "homeassistant", description="Where Home Assistant looks for devices."
    )
    topic: Topic = Field("kigen", description="Where what is known of the lines stands.")


class PingEntry(Part):
    """The dead-man's switch: an address that is called as long as all is well."""

    url: SecretReference = Field(description="Called after a good round; a secret.")
    fail_url: SecretReference | None = Field(
        None, description="Called after a round that went wrong; nothing is, if absent."
    )
    every: Duration = Field(
        timedelta(minutes=5), description="How often `kigen serve` calls; a minute at least."
    )

    @field_validator("every")
    @classmethod
    def _a_minute_at_least(cls, every: timedelta) -> timedelta:
        if every < timedelta(minutes=1):
            raise wanted("a minute or more", "`5 minutes`")
        return every
