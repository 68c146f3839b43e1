"""A household's dashboard with something on every page: for pictures, and for walks through them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from runner.browser.vault import Vault
from runner.challenge.codes import Asked
from runner.challenge.inbox import Inbox
from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.notify.todo import Todo, What
from runner.renewal import approval
from runner.values.data import DataVolume
from runner.values.money import Money
from runner.web.act_links import USE, ActLinks, MessageLinks
from runner.web.desk import Desk
from runner.web.links import Links, key_for
from tests.web.desks import KEY, NoRuns

NOW = datetime(2026, 11, 21, 1, 12, tzinfo=UTC)
NO_ANSWER = "the site's answer was not there within 60 s"
NOTHING = ("nothing_due", "nothing is due")
CONFIG = """
timezone: Asia/Tokyo
notify:
  targets:
    phone: {url: env:PHONE, events: [needs_you, expires_soon, renewed]}
    mail: {url: env:MAIL}
defaults:
  at: sandbox
  schedule: adaptive at 09:30..10:30
accounts:
  grandmother:
    flow: softbank-prepaid
    credentials: {phone: 080-0000-3776, password: env:PASSWORD}
    lines: {080-0000-3776: {title: Grandmother's phone}}
    policy: {when: days_left <= 14 or balance < 500 JPY, approve: above 2000 JPY}
    plan: {name: 3000yen, price: 3000 JPY}
    caps: {day: 5000 JPY}
  docomo:
    flow: docomo
    credentials: {id: mai, password: env:PASSWORD}
    lines: {090-0000-4649: {title: Work phone}}
    policy: {when: days_left <= 7 or data_left < 1 GB}
    plan: {name: 1GB, price: 1100 JPY}
  povo:
    flow: povo
    credentials: {email: mai@example.com}
    lines: {070-0000-1010: {title: Tablet}}
    policy: {when: days_left <= 30}
    plan: {name: 1GB, price: 390 JPY}
  travel:
    flow: airalo
    credentials: {email: mai@example.com, pay_with: saved_card, password: env:PASSWORD}
    lines: {"8981040000000003777": {title: "Japan, 5 GB"}}
    schedule: every 24 hours
  ymobile:
    flow: ymobile
    credentials: {phone: 070-0000-0550, password: env:PASSWORD}
    lines: {070-0000-0550: {title: Spare phone}}
    policy: {when: data_left < 0.5 GB}
    plan: {name: 500MB, price: 550 JPY}
  linemo:
    flow: linemo
    credentials: {phone: 090-0000-0990, password: env:PASSWORD}
    lines: {090-0000-0990: {title: Second number}}
    policy: {when: data_left < 0.5 GB}
    plan: {name: 1GB, price: 550 JPY}
  uk:
    flow: giffgaff
    credentials: {email: mai@example.com, password: env:PASSWORD}
    lines: {07700-900142: {title: London number}}
    policy: {when: days_since_paid >= 150}
    plan: {name: credit10, price: 10 GBP}
  kiosk:
    flow: manual
    at: live
    lines: {070-1111-2222: {title: Alarm in the cellar, how: at the post office}}
"""


@dataclass
class Clock:
    """Told what the time is."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Line:
    """What a line was like in the past: how much it `spends` and `uses` a day, and that so many days
    ago it was `paid` for."""

    account: str
    flow: str
    line: str
    ends: date
    balance: Money | None = None
    spends: Decimal = Decimal(0)
    data: float | None = None
    uses: float = 0.0
    paid: int = 0
    plan: str = ""
    price: str = ""
    now: tuple[str, str] = NOTHING


LINES = (
    Line("grandmother", "softbank-prepaid", "080-0000-3776", date(2026, 11, 30),
         Money(Decimal(640), "JPY"), Decimal(52), paid=36, plan="3000yen", price="3000 JPY",
         now=("needs_you", "3000 JPY needs your approval")),
    Line("docomo", "docomo", "090-0000-4649", date(2026, 12, 3), data=1.36, uses=.11, paid=18,
         plan="1GB", price="1100 JPY"),
    Line("povo", "povo", "070-0000-1010", date(2027, 1, 29), data=.8, uses=.02),
    Line("travel", "airalo", "8981040000000003777", date(2026, 11, 23), data=3.1, uses=.2),
    Line("ymobile", "ymobile", "070-0000-0550", date(2026, 11, 30), data=2.2, uses=.15, paid=9,
         plan="500MB", price="550 JPY"),
    Line("linemo", "linemo", "090-0000-0990", date(2026, 11, 30), data=.62, uses=.1,
         now=("payment_unknown", NO_ANSWER)),
    Line("uk", "giffgaff", "07700-900142", date(2027, 3, 2), Money(Decimal("8.20"), "GBP"),
         Decimal("0.05")),
)  # fmt: skip


@contextmanager
def showcase(
    folder: Path, *, days: int = 45, every: int = 1, played: Path | None = None
) -> Iterator[tuple[Desk, Mapping[str, str]]]:
    """The desk, and the ids of what its pages are about: `run`, `changed`; and `_links`.

    `played`: the home of a run that has renewed the practice line at docomo; its pictures are shown.
    """
    clock = Clock()
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    home = Home(folder / "home")
    with Ledger.open(home.ledger, clock=clock) as ledger:
        ids = _fill(ledger, clock, days, every, _kept(home, played))
        clock.now = NOW
        until = NOW + timedelta(minutes=2)
        Inbox(Vault(home.folder, {}), clock).wait("linemo", Asked(6, NOW, until))
        desk = Desk(Settings(Workspace.open(folder)), ledger, home, clock, NoRuns(("linemo",)), KEY)
        yield desk, {**ids, **_links(desk)}


def _links(desk: Desk) -> dict[str, str]:
    """The paths of links in messages, by what they do: `approve`, `resolve`."""
    links = ActLinks(Links(key_for(USE, KEY), desk.clock), "")
    inbox = Inbox(Vault(desk.home.folder, {}), desk.clock)
    link_to = MessageLinks(links, desk.ledger, inbox, desk.clock)
    waiting: dict[State, What] = {State.PLANNED: "approve", State.UNKNOWN: "resolve"}
    found = {
        waiting[one.state]: link_to(Todo(waiting[one.state], one.id, one.price))
        for one in desk.ledger.renewals.list(states=waiting)
    }
    return {what: path for what, path in found.items() if path is not None}


@dataclass(frozen=True)
class Kept:
    """What a real run has left behind: its folder, and receipts."""

    folder: str | None = None
    receipts: tuple[str, ...] = ()


def _kept(home: Home, played: Path | None) -> Kept:
    """Copied from another home into this one."""
    if played is None:
        return Kept()
    with Ledger.open(Home(played).ledger) as ledger:
        (renewal,) = ledger.renewals.list()
        run = ledger.runs.get(renewal.run_id)
    for kind in ("evidence", "receipts"):
        shutil.copytree(played / kind, home.folder / kind, dirs_exist_ok=True)
    return Kept(run.evidence, tuple(renewal.receipts))


def _fill(ledger: Ledger, clock: Clock, days: int, every: int, kept: Kept) -> dict[str, str]:
    ids = {}
    for number, line in enumerate(LINES):
        for ago in range(days - days % every, -1, -every):
            clock.now = NOW - timedelta(days=ago, minutes=31 - 3 * number)
            ids[line.account] = _read(ledger, clock, line, ago)
            if line.paid == ago > 0:
                _pay(ledger, clock, line, ids[line.account], kept)
                ids[f"{line.account} paid"] = ids[line.account]
            else:
                outcome, message = line.now if ago == 0 else NOTHING
                ledger.runs.end(ids[line.account], outcome=outcome, message=message)
    _waiting(ledger, clock, ids)
    _troubles(ledger, clock, ids)
    return {"run": ids["docomo paid"], **ids}


def _read(ledger: Ledger, clock: Clock, line: Line, ago: int) -> str:
    run = ledger.runs.start(
        line.account, line.flow, trigger="due", deadline_at=clock() + timedelta(minutes=5)
    )
    clock.now += timedelta(seconds=11)
    back = ago if ago <= line.paid or not line.paid else ago - line.paid
    balance, data = line.balance, None
    if balance is not None:
        balance = Money(balance.amount + line.spends * back, balance.currency)
    if line.data is not None:
        data = DataVolume(round((line.data + line.uses * back) * 1024**3))
    ledger.readings.add(
        run.id, line.account, line.line, balance=balance, data_left=data,
        expires_on=line.ends, days_left=(line.ends - clock().date()).days,
    )  # fmt: skip
    return run.id


def _pay(ledger: Ledger, clock: Clock, line: Line, run: str, kept: Kept) -> None:
    """A renewal that went well."""
    kept = kept if line.account == "docomo" else Kept()
    one = ledger.renewals.plan(
        run, line.account, line.line, f"{clock().date()}", line.plan, Money.parse(line.price)
    )
    proof = f"the provider's history shows it ({clock().date()}, {line.price})"
    for state, reason in (
        (State.APPROVED, f"the price on the page is {line.price}, as agreed"),
        (State.COMMITTING, "the paying click comes next"),
        (State.CONFIRMED, "the site took the order"),
        (State.VERIFIED, proof),
    ):
        clock.now += timedelta(seconds=3)
        paid = state is State.CONFIRMED
        ledger.renewals.move(
            one.id, state, reason=reason, run_id=run, reference="20261121000001" if paid else None,
            receipts=kept.receipts if paid else (),
        )  # fmt: skip
    message = f"renewed for {line.price}: {proof}"
    ledger.runs.end(run, outcome="renewed", message=message, evidence=kept.folder)


def _waiting(ledger: Ledger, clock: Clock, ids: Mapping[str, str]) -> None:
    """A renewal that waits for a word, and one that nobody knows the end of."""
    clock.now = NOW - timedelta(minutes=50)
    unknown = ledger.renewals.plan(
        ids["linemo"], "linemo", "090-0000-0990", "2026-11-30", "1GB", Money.parse("550 JPY")
    )
    for state, reason in (
        (State.APPROVED, "the price on the page is 550 JPY, as agreed"),
        (State.COMMITTING, "the paying click comes next"),
        (State.UNKNOWN, NO_ANSWER),
    ):
        ledger.renewals.move(unknown.id, state, reason=reason, run_id=ids["linemo"])
    clock.now = NOW - timedelta(minutes=40)
    much = Money.parse("3000 JPY")
    asked = ledger.renewals.plan(
        ids["grandmother"], "grandmother", "080-0000-3776", "2026-11-30", "3000yen", much
    )
    approval.ask(ledger, asked, much, NOW + timedelta(days=3), "3000 JPY needs your approval")


def _troubles(ledger: Ledger, clock: Clock, ids: dict[str, str]) -> None:
    """A page that was not understood, a site that did not answer, a message that did not arrive."""
    clock.now = NOW - timedelta(minutes=6)
    changed = ledger.runs.start(
        "travel", "airalo", trigger="due", deadline_at=clock() + timedelta(minutes=5)
    )
    clock.now += timedelta(seconds=34)
    ledger.runs.end(
        changed.id, outcome="changed", message="`account_menu` was not there within 15 s"
    )
    ids["changed"] = changed.id
    run = ledger.runs.start("uk", "giffgaff", trigger="due", deadline_at=NOW)
    ledger.runs.end(
        run.id,
        outcome="unreachable",
        message="the site answers with an error of its own (HTTP 503)",
    )
    until = NOW + timedelta(minutes=4)
    ids["playing"] = ledger.runs.start("linemo", "linemo", trigger="due", deadline_at=until).id
    lost = ledger.outbox.put("1", "failed", target="mail", payload={}, account="uk")
    ledger.outbox.give_up(lost, "no answer within 45 seconds")
    ledger.pauses.begin("povo", ["070-0000-1010"], by="dashboard", until=NOW + timedelta(days=6))
