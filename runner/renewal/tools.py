"""What a run is given: what was asked for, and all that it uses from outside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from runner.browser.refusals import Refusals
from runner.browser.session import Session
from runner.challenge.handoff import AskPerson
from runner.config.model import Account, Caps
from runner.ledger.ledger import Ledger
from runner.page.evidence import StepRecord
from runner.page.given import Codes
from runner.renewal.vouchers import Stock
from runner.values.secret import Redactor

if TYPE_CHECKING:
    from runner.notify.events import Event
    from runner.page.trial.looking import Looking
    from runner.renewal.payments import LookForMails


@dataclass(frozen=True)
class Options:
    """What the person who started the run asked for. `looking`: it is a field test, for which
    `read_only` must be asked for as well. `wish`: the one that the run fulfils."""

    trigger: str = "hand"
    wish: str | None = None
    dry_run: bool = False
    read_only: bool = False
    trace: bool = False
    passkey: bool = False
    looking: Looking | None = None


@dataclass(frozen=True)
class Tools:
    """All that a run uses from outside. `open_session` opens the account's page."""

    ledger: Ledger
    redactor: Redactor
    clock: Callable[[], datetime]
    evidence_folder: Path
    receipts_folder: Path
    timezone: ZoneInfo
    workspace_caps: Caps
    codes: Callable[[Account], Codes]
    credentials: Callable[[Account], Awaitable[Mapping[str, Any]]]
    refusals: Refusals
    open_session: Callable[..., AbstractAsyncContextManager[Session]]
    ask_person: AskPerson | None = None
    vouchers: Stock | None = None
    mails: Callable[[Account], LookForMails | None] = field(default=lambda _: None)
    call_owner: Callable[[Event, Account], Awaitable[None]] | None = None
    on_step: Callable[[str, StepRecord], None] = field(default=lambda *_: None)
