"""A small prepaid shop on the practice site, and whole runs of an account there.

What the shop shows follows from the orders that it took: its own book is `Shop.charges`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from runner.browser.passkeys import Passkeys
from runner.browser.refusals import Refusals
from runner.browser.saved import SavedSessions
from runner.browser.session import Session, open_session
from runner.browser.vault import Vault
from runner.challenge.handoff import AskPerson
from runner.config.model import Account, Caps, Line, Plan, Policy
from runner.flow.library import Library
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.notify.events import Event
from runner.renewal.outcome import RunResult
from runner.renewal.run import run_account
from runner.renewal.tools import Options, Tools
from runner.renewal.vouchers import Stock
from runner.values.money import Money
from runner.values.secret import Redactor, Secret
from tests.page.conftest import Phone, Practice
from tests.page.site import Site
from tests.renewal.conftest import Clock

TOKYO = ZoneInfo("Asia/Tokyo")
FIRST_EXPIRY = date(2026, 11, 24)
FLOW = """
plans:
  "3000": {title: 三千円, days: 60, active_within: 30 minutes%(pay_with)s}
provider: {contact: the shop (0120-000-000)}
signals:
  signed_in: {text: ログアウト}
  declined: {text: /ご利用になれません/}
read:
  - goto: https://practice.example.jp/
  - extract:
      balance: {from: balance, as: money}
      expires_on: {from: until, as: date}
renew:
  - goto: https://practice.example.jp/recharge
%(type)s
  - click: next
  - extract: {price: {from: total, as: money}}
  - pay: {click: order, price: price, done: {text: 受付番号}, owed: {text: お支払番号}, within: 3 seconds}
  - screenshot: receipt
  - if:
      page: {visible: pdf}
      then: [{download: {click: pdf, name: receipt}}]
  - extract: {reference: {from: receipt}}
history:
  - goto: https://practice.example.jp/history
  - expect: {any: [{visible: rows}, {text: 履歴はありません}], message: This is not the list.}
  - extract_all: {rows: rows, fields: {on: date, amount: money, reference: text}}
"""
NAMES = """
balance: {css: "#balance"}
until: {css: "#until"}
code: {css: "#code"}
next: {role: button, name: 次へ}
total: {css: "#total"}
order: {role: button, name: 注文する}
receipt: {css: "#receipt"}
pdf: {role: link, name: 領収書}
rows: {css: "tr:has(td)", which: all}
"""


@dataclass
class Shop:
    """The provider. `moves` is by how many days an order moves the expiry; `wrong` are codes that it
    refuses; `answer` is what comes instead of the receipt.
    """

    site: Site
    price: str = "3,000円"
    moves: int = 60
    wrong: frozenset[str] = frozenset()
    answer: str | None = None
    lists: bool = True
    shown: date | None = None
    charges: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site.pages |= {
            "/": self.top,
            "/recharge": "<form method=post action=/confirm><input id=code name=code>"
            "<button>次へ</button></form>",
            "/confirm": self.confirm,
            "/complete": self.complete,
            "/history": self.history,
        }
        self.site.files["/receipt.pdf"] = ("receipt-1.pdf", b"%PDF-1.4 a receipt")

    @property
    def entered(self) -> list[str]:
        """The codes that were sent with the paying click, in order."""
        return [form["code"] for path, form in self.site.posts if path == "/complete"]

    def top(self, _: Mapping[str, str]) -> str:
        days = self.moves * len(self.charges)
        until = self.shown or FIRST_EXPIRY + timedelta(days=days)
        return (
            f"ログアウト <p>残高 <b id=balance>{100 + 3000 * len(self.charges)}円</b></p>"
            f"<p>有効期限 <b id=until>{until:%Y年%m月%d日}</b></p>"
        )

    def confirm(self, _: Mapping[str, str]) -> str:
        code = self.site.posts[-1][1].get("code", "")
        return (
            f"<p>合計 <b id=total>{self.price}</b></p><form method=post action=/complete>"
            f"<input type=hidden name=code value='{code or '-'}'><button>注文する</button></form>"
        )

    def complete(self, _: Mapping[str, str]) -> str:
        if self.entered[-1] in self.wrong:
            return "<p>このコードはご利用になれません</p>"
        if self.answer is not None and "お支払番号" not in self.answer:
            return self.answer
        if self.answer is None:
            self.charges.append(self.price)
        return self.answer or (
            f"受付番号 <b id=receipt>A-{len(self.charges)}</b> "
            "<a href=/receipt.pdf download>領収書</a>"
        )

    def history(self, _: Mapping[str, str]) -> str:
        if not self.charges or not self.lists:
            return "<p>履歴はありません</p>"
        rows = "".join(
            f"<tr><td>2026年11月21日<td>{price}<td>A-{number}"
            for number, price in enumerate(self.charges, 1)
        )
        return f"<table><tr><th>日付<th>金額<th>受付番号{rows}</table>"


@dataclass
class Owner:
    """One owner's account at the shop, and their machine."""

    practice: Practice
    ledger: Ledger
    clock: Clock
    shop: Shop
    account: Account
    ask: AskPerson | None = None
    call_owner: Callable[[Event, Account], Awaitable[None]] | None = None

    @property
    def home(self) -> Path:
        return self.practice.folder / "home"

    @property
    def stock(self) -> Stock:
        return Stock(self.ledger, Vault(self.home, {}), Redactor(), self.clock)

    def flow(self, *, voucher: bool = False) -> None:
        typed = '  - fill: {code: "{{ voucher.code }}"}' if voucher else ""
        with_ = ", pay_with: voucher" if voucher else ""
        self.practice.flow(FLOW % {"type": typed, "pay_with": with_}, NAMES)

    def agree(self, **line: Any) -> None:
        """Change what was agreed for the line: policy, plan or caps."""
        (first,) = self.account.lines
        self.account = replace(self.account, lines=(replace(first, **line),))

    def run(self, outcome: str, **options: Any) -> RunResult:
        """One whole run, which ends so; a minute passes before it."""
        self.clock.move(minutes=1)
        result = self.practice.runner.run(self._run(Options(**options)))
        assert result.outcome == outcome, (result.message, result.notes)
        return result

    def renewals(self) -> list[Renewal]:
        """Oldest first."""
        return self.ledger.renewals.list()[::-1]

    def states(self) -> list[list[State]]:
        """What each renewal went through, the oldest first."""
        return [
            [move.to_state for move in self.ledger.renewals.moves(renewal.id)]
            for renewal in self.renewals()
        ]

    def _tick(self) -> datetime:
        """No two things happen at the same moment."""
        self.clock.move(milliseconds=1)
        return self.clock()

    async def _run(self, options: Options) -> RunResult:
        site = Library([self.practice.folder]).load("practice")
        return await run_account(self.account, site, self._tools(), options)

    def _tools(self) -> Tools:
        async def credentials(_: Account) -> Mapping[str, Any]:
            return {"id": "taro", "password": Secret("hunter2-secret")}

        return Tools(
            ledger=self.ledger,
            redactor=Redactor(),
            clock=self._tick,
            evidence_folder=self.home / "evidence",
            receipts_folder=self.home / "receipts",
            timezone=TOKYO,
            workspace_caps=Caps(),
            codes=lambda _: Phone(),
            credentials=credentials,
            refusals=Refusals(self.home / "refusals"),
            open_session=self._open,
            vouchers=self.stock,
            ask_person=self.ask,
            call_owner=self.call_owner,
        )

    @asynccontextmanager
    async def _open(self, account: Account, flow: Flow, *, trace: bool) -> AsyncIterator[Session]:
        vault = Vault(self.home, {})
        async with open_session(
            self.practice.browser,
            SavedSessions(vault, self.clock),
            account.name,
            locale=flow.locale,
            timezone=flow.timezone,
            owns=flow.owns,
            device=flow.trusted_device,
            clock=self.clock,
            passkeys=Passkeys.load(vault, account.name, self.clock),
        ) as session:
            yield session


def owner_of(practice: Practice, ledger: Ledger, clock: Clock) -> Owner:
    """An owner whose one line is due, at a shop that has sold nothing."""
    plan = Plan(name="3000", price=Money.parse("3000 JPY"))
    line = Line("main", None, Policy.model_validate({"when": "days_left <= 7"}), plan, Caps())
    account = Account(
        name="shop",
        flow="practice",
        at="sandbox",
        credentials={},
        codes=(),
        lines=(line,),
        schedule=None,
        notify=None,
        deadline=timedelta(minutes=2),
    )
    owner = Owner(practice, ledger, clock, Shop(practice.site), account)
    owner.flow()
    return owner
