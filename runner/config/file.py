"""config.yaml as it stands in the file: what may be written where."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from runner.config.codes import CodeSource
from runner.config.dashboard import Dashboard
from runner.config.hand_off import HandOff
from runner.config.model import At, Caps, Escalate, Part, Plan, Policy
from runner.config.monitoring import MqttEntry, PingEntry
from runner.config.notify import Language, Name, Notify
from runner.config.quantities import Duration, Size, wanted
from runner.config.references import (
    REFERENCE_SCHEMA,
    Reference,
    is_reference,
    read_reference,
)
from runner.config.schedule import ScheduleField
from runner.flow.avoid import Window
from runner.flow.scalars import OneLine
from runner.values.secret import Secret


def _credential(value: Any) -> Reference | Secret:
    """A reference; plain text is taken in unseen, and judged when the flow is known."""
    if is_reference(value):
        return read_reference(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PydanticCustomError("credential_wanted", "text or a reference is wanted here")
    return Secret(str(value))


def _zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, TypeError, OSError):
        raise wanted("the name of a time zone", "`Asia/Tokyo`") from None


Credential = Annotated[
    Reference | Secret,
    PlainValidator(_credential),
    WithJsonSchema({"anyOf": [*REFERENCE_SCHEMA["anyOf"], {"type": ["string", "number"]}]}),
]
Zone = Annotated[
    ZoneInfo,
    PlainValidator(_zone),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["Asia/Tokyo"]}),
]


class LineEntry(Part):
    """A line of an account; what it does not say, its account says."""

    title: OneLine | None = Field(None, description="What you call it.")
    policy: Policy | None = Field(None, description="When it is renewed.")
    plan: Plan | None = Field(None, description="Stands for the account's plan as a whole.")
    caps: Caps | None = Field(None, description="The most that may be spent on it.")
    how: str | None = Field(
        None,
        min_length=1,
        description="How you renew it by hand: told when it is time. For lines without a site.",
    )
    last_paid_on: date | None = Field(
        None,
        description="When something was last paid for it, where its site shows no payment. For lines "
        "that are kept by paying now and then.",
    )


class Settings(Part):
    """What an account may set, and `defaults` for all that don't."""

    at: At | None = Field(None, description="The live portal, or its practice copy.")
    codes: list[CodeSource] | None = Field(None, description="Sources of codes, in order.")
    policy: Policy | None = Field(
        None, description="When its lines are renewed; without a policy they are only read."
    )
    plan: Plan | None = Field(None, description="What a renewal buys.")
    caps: Caps | None = Field(
        None, description="The most that may be spent on each line, and on all of them together."
    )
    schedule: ScheduleField | None = Field(None, description="When it runs by itself.")
    notify: list[str] | None = Field(None, description="Names of targets; all if absent.")
    escalate: Escalate | None = Field(
        None, description="Near its last day, a line that is not renewed is told of every day."
    )
    deadline: Duration | None = Field(
        None, description="How long a run may take, beside what it waits for you."
    )
    hand_off: HandOff | bool | None = Field(
        None, description="Show its owner a page that needs a person; `true`: on this machine."
    )


class AccountEntry(Settings):
    """One sign-in at one provider."""

    flow: str | None = Field(None, description="The flow; the account's own name if absent.")
    credentials: dict[str, Credential] = Field(
        default_factory=dict,
        description="What the flow needs, as `kigen flows show` names it: secrets by reference only.",
    )
    lines: dict[Annotated[OneLine, Field(min_length=1)], LineEntry | None] = Field(
        default_factory=dict,
        description="What is kept alive; one line, named as the account, if absent.",
    )
    avoid: list[Window] | None = Field(
        None,
        description="When the provider is left alone, in its time zone; stands for what the flow says, "
        "and `[]` for nothing.",
    )


class BrowserEntry(Part):
    """The browser that plays the flows."""

    path: Path | None = Field(None, description="The browser's program; found if absent.")
    headed: bool = Field(False, description="Show its window.")
    parallel: int = Field(1, ge=1, le=32, description="Accounts played at the same time.")


class EvidenceEntry(Part):
    """What runs leave behind."""

    keep: Duration = Field(timedelta(days=90), description="For how long.")
    at_most: Size = Field(2 * 1024**3, description="How much disk it may take.")
    trace: Literal["never", "on_failure", "always"] = Field(
        "on_failure", description="When Playwright's trace of a run is kept, without secrets."
    )


class LogsEntry(Part):
    """Logs of the program itself."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What is written into the file, from this gravity on."
    )
    keep: Duration = Field(timedelta(days=30), description="For how long.")


class ConfigFile(Part):
    """config.yaml: accounts, when and how they are renewed, and who is told."""

    language: Language = Field("en", description="Of messages and summaries.")
    timezone: Zone | None = Field(None, description="Yours; the machine's if absent.")
    defaults: Settings = Field(Settings(), description="For accounts that don't say it themselves.")
    accounts: dict[Name, AccountEntry | None] = Field(
        default_factory=dict, description="Your sign-ins, by the names that you give them."
    )
    caps: Caps = Field(Caps(), description="For all accounts together.")
    notify: Notify = Field(Notify(), description="Who is told what.")
    browser: BrowserEntry = Field(BrowserEntry(), description="The browser that plays the flows.")
    dashboard: Dashboard | bool = Field(
        True, description="The pages of `kigen serve`; `false`: none are served."
    )
    mqtt: MqttEntry | None = Field(None, description="Show the lines to Home Assistant.")
    ping: PingEntry | None = Field(None, description="Have silence noticed.")
    evidence: EvidenceEntry = Field(
        EvidenceEntry(), description="What runs leave behind; receipts stay for ever."
    )
    logs: LogsEntry = Field(LogsEntry(), description="Logs of the program itself.")


@cache
def words() -> frozenset[str]:
    """Every key that config.yaml may have but names: what else stands where a key does may be a secret."""
    from runner.flow.shapes import words_of

    return words_of(ConfigFile) | {"cron", "command"}
