"""A flow: the description of one site."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from runner.flow.avoid import Avoid
from runner.flow.base import Args, Grade, Part
from runner.flow.conditions import Condition, Sign
from runner.flow.mails import MailedPayment
from runner.flow.scalars import Days, OneLine, Wait
from runner.flow.steps import AnyStep
from runner.values.data import DataVolume
from runner.values.money import Money

Signal = Literal[
    "signed_in",
    "signed_out",
    "wrong_secret",
    "locked",
    "wrong_code",
    "passkey_refused",
    "human_check",
    "maintenance",
    "declined",
    "sold_out",
    "out_of_order",
]
"""What a page can turn out to be.

`signed_in` lets the run skip `login`; each other signal ends a wait at once and by its name.
"""

PHASES = ("login", "passkey_login", "passkey", "read", "renew", "history", "logout")
NAME = r"^[a-z][a-z0-9_]*$"
FLOW_NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_HOST = re.compile(r"^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,}$")


def _money(value: object) -> Money:
    try:
        return value if isinstance(value, Money) else Money.parse(str(value))
    except ValueError:
        raise PydanticCustomError(
            "money_wanted",
            "an amount with its currency is wanted, not `{text}`",
            {"text": str(value), "hint": "write it like `1100 JPY`"},
        ) from None


def _data(value: object) -> DataVolume:
    try:
        return value if isinstance(value, DataVolume) else DataVolume.parse(str(value))
    except ValueError:
        raise PydanticCustomError(
            "data_wanted",
            "a data volume is wanted, not `{text}`",
            {"text": str(value), "hint": "write it like `1 GB`"},
        ) from None


def fits(host: str, patterns: Collection[str]) -> bool:
    """Whether a host is one of these; `*.example.jp` are all below example.jp."""
    return any(host == own or (own[:2] == "*." and host.endswith(own[1:])) for own in patterns)


def _host(value: object) -> str:
    if not isinstance(value, str) or not _HOST.match(value):
        raise PydanticCustomError(
            "host_wanted",
            "a host name is wanted, not `{text}`",
            {"text": str(value), "hint": "write it like `my.example.jp` or `*.example.jp`"},
        )
    return value


Amount = Annotated[
    Money,
    BeforeValidator(_money),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)? [A-Z]{3}$"}),
]
Volume = Annotated[
    DataVolume,
    BeforeValidator(_data),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^(\d+(\.\d+)? [KMGT]B|unlimited)$"}),
]
Host = Annotated[str, BeforeValidator(_host)]


class Need(Args):
    """Something that the account must give: `secret`s are kept elsewhere and only referred to."""

    short = "kind"

    kind: Literal["secret", "text", "email", "phone", "card_number", "card_expiry", "card_cvc"] = (
        Field(description="What it is. Secrets, and what stands on a card, are kept elsewhere.")
    )
    title: OneLine | None = Field(None, description="What the site calls it.")
    optional: bool = Field(False, description="An account may do without it.")

    @property
    def secret(self) -> bool:
        """Whether it is kept elsewhere; what stands on a card is."""
        return self.kind == "secret" or self.kind.startswith("card_")


class Interrupt(Part):
    """What may appear at any moment, and what is done with it wherever it appears."""

    when: Condition = Field(description="What the page shows then.")
    do: list[AnyStep] = Field(min_length=1, description="What is done with it.")
    name: str | None = Field(None, pattern=NAME, description="What to call it in reports.")
    at_most: int = Field(3, ge=1, le=20, description="More often than this in a run is `changed`.")
    evidence: Grade | None = None
    note: str | None = None


class PlanFacts(Part):
    """A plan that the site sells: what it should cost and what it should bring."""

    title: OneLine | None = Field(None, description="The name that the site shows.")
    price: Amount | None = Field(None, description="The price known from documents.")
    days: int | None = Field(None, ge=1, description="The expiry moves by at least this many days.")
    days_ahead: int | None = Field(
        None,
        ge=1,
        description="The expiry never lies further ahead than this many days; what a renewal would "
        "bring beyond them is lost.",
    )
    data: Volume | None = Field(None, description="The data left grows by this much.")
    balance: Amount | None = Field(None, description="The balance grows by this much.")
    shows: dict[Annotated[str, Field(pattern=NAME)], str] = Field(
        default_factory=dict,
        description="Texts that `read` gives afterwards, and did not give before: "
        "`{service: paused}`.",
    )
    pay_with: Literal["voucher"] | None = Field(
        None,
        description="It is paid with a voucher from the owner's stock, of the plan's price. The flow "
        "types its code: `{{ voucher.code }}`.",
    )
    active_within: Wait = Field(
        Wait(1800.0), description="How long the site may take to make it active."
    )
    evidence: Grade | None = None
    note: str | None = None


class Network(Part):
    """What the flow's pages may reach."""

    only: list[Host | Literal["hosts"]] | None = Field(
        None,
        min_length=1,
        description="Nothing but these hosts; `hosts` stands for the flow's own. A proxy is not "
        "used then, since it would reach others.",
    )


class Provider(Part):
    """Whom the owner turns to when the site needs them."""

    contact: str | None = Field(None, description="Phone number or address of the support.")
    reset_password: str | None = Field(None, description="Where a password is set anew.")
    unlock: str | None = Field(None, description="Where a locked account is opened again.")


class Keep(Part):
    """The provider's rule by which a line without an expiry is kept."""

    paid_every: Days = Field(
        description="Something must be paid for at least this often. Counted from the day of the "
        "last payment (the value `last_paid_on` of `read`), the earlier of what such rules may mean."
    )
    evidence: Grade | None = None
    note: str | None = None


class Flow(Part):
    """The description of one site."""

    flow: str = Field(pattern=FLOW_NAME, description="The flow's name, as the file's.")
    title: OneLine = Field(min_length=1, description="What people call the site.")
    hosts: list[Host] = Field(
        min_length=1, description="The flow's own hosts. Secrets are typed nowhere else."
    )
    locale: str = Field(
        "en",
        pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$",
        description="How the site writes dates and amounts: `ja-JP`.",
    )
    timezone: str = Field("UTC", description="Where the site's days begin: `Asia/Tokyo`.")
    currency: str | None = Field(
        None, pattern="^[A-Z]{3}$", description="The currency where a page prints none."
    )
    selectors: str | None = Field(
        None, pattern=FLOW_NAME, description="The selectors' file; the flow's own name if absent."
    )
    proved: Literal["documented", "sandbox"] = Field(
        "documented", description="How far this flow is proved, short of a live portal."
    )
    kept_by: Literal["site", "owner"] = Field(
        "site",
        description="`owner`: there is no site to sign in to. The owner tells until when a line "
        "lasts (`kigen renewed`), and is reminded in time; such a flow has no phases.",
    )
    network: Network = Field(Network(), description="What the flow's pages may reach.")
    provider: Provider = Field(Provider(), description="Whom the owner turns to.")
    keep: Keep | None = Field(
        None,
        description="How a line without an expiry is kept. Policies then see `keep_until`, and "
        "`days_left` until it.",
    )
    mails: list[MailedPayment] = Field(
        default_factory=list,
        description="Mails that tell of payments. They are looked for in the mailbox of the account's "
        "`codes`, where the account has one line: when a renewal is to be proved, and when no page "
        "shows the last payment.",
    )
    avoid: list[Avoid] = Field(
        default_factory=list,
        description="When the provider is better left alone, in its own time zone: no run begins then "
        "by itself, and nothing is paid. See docs/when-to-act.md.",
    )
    trusted_device: list[Annotated[str, Field(min_length=1)]] = Field(
        default_factory=list,
        description="Cookies by which the site knows a browser that it asks for no more codes. "
        "They outlive the session.",
    )
    needs: dict[Annotated[str, Field(pattern=NAME)], Need] = Field(
        default_factory=dict,
        description="What an account gives under `credentials`; steps have it as `{{ account.NAME }}`.",
    )
    plans: dict[str, PlanFacts] = Field(
        default_factory=dict, description="What the site sells, by the names that config.yaml uses."
    )
    step_time: Wait = Field(Wait(30.0), description="How long a step waits for its target.")
    signals: dict[Signal, Sign] = Field(
        default_factory=dict, description="How a page tells what it turned out to be."
    )
    interrupts: list[Interrupt] = Field(
        default_factory=list, description="What may come up at any moment, in any phase."
    )
    parts: dict[Annotated[str, Field(pattern=NAME)], list[AnyStep]] = Field(
        default_factory=dict,
        description="Steps with a name, which `use` plays; other flows may, too.",
    )
    login: list[AnyStep] = Field(
        default_factory=list, description="Signing in, as far as the session does not hold."
    )
    passkey_login: list[AnyStep] = Field(
        default_factory=list,
        description="Signing in with a passkey; played where one is kept, before `login`.",
    )
    passkey: list[AnyStep] = Field(
        default_factory=list,
        description="How the owner, signed in, registers a passkey: `kigen passkey add` plays it.",
    )
    read: list[AnyStep] = Field(
        default_factory=list, description="Reading a line; played for each line of the account."
    )
    renew: list[AnyStep] = Field(
        default_factory=list, description="Renewing a line: it has one `pay` or one `extend`."
    )
    history: list[AnyStep] = Field(
        default_factory=list, description="The provider's own list of payments: what proves one."
    )
    logout: list[AnyStep] = Field(
        default_factory=list, description="Signing out, when all lines have been played."
    )
    note: str | None = None

    @model_validator(mode="after")
    def _only_maintenance_ends(self) -> Flow:
        wrong = (name for name, sign in self.signals.items() if sign.until is not None)
        for name in wrong:
            if name != "maintenance":
                raise PydanticCustomError(
                    "until_what",
                    "`until` belongs to `maintenance`, not to `{name}`",
                    {"name": name},
                )
        return self

    @model_validator(mode="after")
    def _whole_or_helper(self) -> Flow:
        phases = [phase for phase in PHASES if self.phase(phase)]
        if self.kept_by == "owner":
            if phases:
                raise PydanticCustomError(
                    "no_site", "a flow that is `kept_by: owner` has no site, and no phases"
                )
            return self
        for phase in ("login", "read"):
            if phases and phase not in phases:
                raise PydanticCustomError(
                    "phase_missing",
                    "`{phase}` is missing",
                    {"phase": phase, "hint": "a file without any phase only helps other flows"},
                )
        if not (phases or self.parts or self.interrupts):
            raise PydanticCustomError("empty_flow", "`login` and `read` are missing")
        return self

    @property
    def helps(self) -> bool:
        """Whether it is no site of its own: it has parts, or what a bank asks, for other flows."""
        return not self.login and self.kept_by == "site"

    def phase(self, name: str) -> list[AnyStep]:
        """The steps of a phase by its name; empty when the flow has none."""
        steps: list[AnyStep] = getattr(self, name)
        return steps

    def owns(self, url: str) -> bool:
        """Whether an address belongs to the flow: one of its hosts, over HTTPS."""
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        return parts.scheme == "https" and parts.port in (None, 443) and fits(host, self.hosts)

    @property
    def reachable(self) -> tuple[str, ...] | None:
        """The hosts that its pages may reach; None: all."""
        if self.network.only is None:
            return None
        named = [self.hosts if host == "hosts" else [host] for host in self.network.only]
        return tuple(dict.fromkeys(host for hosts in named for host in hosts))

    @property
    def secrets(self) -> frozenset[str]:
        """The names of the needs that are kept elsewhere."""
        return frozenset(name for name, need in self.needs.items() if need.secret)


__all__ = ["FLOW_NAME", "PHASES", "Amount", "Flow", "Interrupt", "PlanFacts", "Signal", "Volume"]
