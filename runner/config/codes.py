"""Where an account's one-time codes come from."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from runner.config.addresses import LOOPBACK, Listen, host_and_port
from runner.config.references import SecretReference

WAYS = ("totp", "mail", "webhook", "command", "file", "prompt", "ask")


def _pattern(value: Any) -> re.Pattern[str]:
    try:
        return re.compile(value)
    except (re.error, TypeError) as error:
        at = getattr(error, "pos", None) or 0
        context = {"reason": getattr(error, "msg", "text is wanted"), "column_offset": at}
        raise PydanticCustomError(
            "wrong_pattern", "not a regular expression: {reason}", context
        ) from None


RegularExpression = Annotated[
    re.Pattern[str],
    PlainValidator(_pattern),
    WithJsonSchema({"type": "string", "format": "regex"}),
]


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, coerce_numbers_to_str=True, populate_by_name=True
    )


class Mail(_Part):
    """A mailbox, read over IMAP."""

    server: str = Field(min_length=1, description="The IMAP server: a name, or a name and a port.")
    user: str = Field(min_length=1, description="The name to sign in with.")
    password: SecretReference | None = Field(None, description="The password of the mailbox.")
    access_token: SecretReference | None = Field(
        None, description="An OAuth 2 access token in place of a password."
    )
    security: Literal["ssl", "starttls", "none"] = Field(
        "ssl", description="How the connection is secured; `none` on this machine only."
    )
    folder: str = Field("INBOX", min_length=1, description="The folder that codes come to.")
    from_: str | None = Field(
        None, alias="from", min_length=1, description="Only mails whose sender holds this."
    )
    subject: str | None = Field(
        None, min_length=1, description="Only mails whose subject holds this."
    )

    @field_validator("server")
    @classmethod
    def _an_address(cls, text: str) -> str:
        host_and_port(text, 0, "`imap.example.com`, or `imap.example.com:993`")
        return text

    @model_validator(mode="after")
    def _safe(self) -> Mail:
        if (self.password is None) == (self.access_token is None):
            raise PydanticCustomError(
                "one_key", "a mailbox needs a `password`, or else an `access_token`"
            )
        if self.security == "none" and self.host not in LOOPBACK:
            raise PydanticCustomError(
                "in_clear",
                "without `ssl` or `starttls` the password would cross the network for all to read",
                {"hint": "`security: none` is for a server on this very machine"},
            )
        return self

    @property
    def host(self) -> str:
        """The server's name."""
        return host_and_port(self.server, 0)[0]

    @property
    def port(self) -> int:
        """The server's port; the usual one where none is named."""
        return host_and_port(self.server, 993 if self.security == "ssl" else 143)[1]


class Webhook(_Part):
    """Text messages that an app on the phone forwards to `POST /codes/ACCOUNT`."""

    token: SecretReference | None = Field(
        None, description="What the app sends as `Authorization: Bearer …`."
    )
    signing_key: SecretReference | None = Field(
        None, description="What the app signs with (HMAC-SHA256, `X-Signature`)."
    )
    listen: Listen | None = Field(
        None,
        description="Where a run listens itself while it waits: an address and a port. Left out "
        "where `kigen serve` takes the messages.",
    )
    from_: str | None = Field(
        None, alias="from", min_length=1, description="Only messages whose sender holds this."
    )

    @model_validator(mode="after")
    def _guarded(self) -> Webhook:
        if self.token is None and self.signing_key is None:
            raise PydanticCustomError(
                "unguarded",
                "a webhook needs a `token` or a `signing_key`, or anybody could send codes",
            )
        return self


class CodeSource(BaseModel):
    """One source of codes: exactly one of the ways, and what finds the code in its messages."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    totp: SecretReference | None = Field(
        None, description="An authenticator's secret, or its whole otpauth:// address."
    )
    mail: Mail | None = Field(None, description="A mailbox that the site sends codes to.")
    webhook: Webhook | None = Field(None, description="Text messages that your phone forwards.")
    command: list[str] | None = Field(
        None, min_length=1, description="A program that prints a code, or a message that holds one."
    )
    file: str | None = Field(
        None, min_length=1, description="A file that something else writes codes into."
    )
    prompt: Literal[True] | None = Field(None, description="Ask at the terminal.")
    ask: Literal[True] | None = Field(
        None, description="Tell you by your targets, and wait for `kigen code`."
    )
    pattern: RegularExpression | None = Field(
        None, description="Where in the message the code is, as a regular expression."
    )

    @model_validator(mode="after")
    def _one_way(self) -> CodeSource:
        if sum(getattr(self, way) is not None for way in WAYS) != 1:
            ways = ", ".join(WAYS)
            raise PydanticCustomError("one_way", f"a source of codes is exactly one of {ways}")
        return self
