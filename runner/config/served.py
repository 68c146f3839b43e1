"""What is served to the owner's browser, and where they find it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from runner.config.quantities import wanted

_ANY = ("0.0.0.0", "[::]")  # noqa: S104  what it means, not what is chosen
_LISTEN = re.compile(r"(\[[0-9a-fA-F:]+\]|[0-9A-Za-z.-]+):([0-9]{1,5})")


class Served(BaseModel):
    """Something that is served to the owner's browser."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    listen: str
    url: str | None = Field(
        None,
        description="How your own browser reaches that address, where a tunnel or a proxy stands "
        "in between: https://kigen.example.",
    )

    @field_validator("listen")
    @classmethod
    def _an_address(cls, text: str) -> str:
        match = _LISTEN.fullmatch(text)
        if match is None or int(match[2]) > 65535:
            raise wanted("an address with a port", "`127.0.0.1:8750`")
        return text

    @field_validator("url")
    @classmethod
    def _a_base(cls, text: str | None) -> str | None:
        if text is None:
            return None
        parts = urlsplit(text)
        if (
            parts.scheme not in ("http", "https")
            or not parts.netloc
            or parts.query
            or parts.fragment
        ):
            raise wanted("an address of the web", "`https://kigen.example`")
        if "@" in parts.netloc:
            raise PydanticCustomError("no_secret", "this address must hold no user and no password")
        return text

    @property
    def host(self) -> str:
        """The address to listen on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to listen on; 0 lets the system choose."""
        return int(self.listen.rpartition(":")[2])

    def base(self, port: int) -> str:
        """The address that stands before links; `port` is the one that is really listened on."""
        host = self.listen.rpartition(":")[0]
        return self.url or f"http://{'127.0.0.1' if host in _ANY else host}:{port}"
