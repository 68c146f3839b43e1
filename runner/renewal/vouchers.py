"""The stock of vouchers: the ledger knows where each stands, the vault holds the codes, sealed.

A flow names `{{ voucher.code }}` where it types one. It is drawn at that moment, and not before.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from runner.browser.keys import NoKey
from runner.browser.vault import Vault
from runner.ledger.errors import Refused
from runner.ledger.ids import new_id
from runner.ledger.ledger import Ledger
from runner.ledger.records import Voucher
from runner.ledger.states import VoucherState
from runner.page.problems import NeedsOwner, Stopped
from runner.values.money import Money
from runner.values.secret import Redactor, Secret

KIND, _PEPPERS = "vouchers", "peppers"
_SHOWN = 4
"""The last signs of a code that are shown, where it is at least three times as long."""


class KnownCode(ValueError):
    """This code is in stock, or has been: it is not entered twice."""


class NoCode(ValueError):
    """This can't be the code of a voucher."""


class Stock:
    """All vouchers of one home."""

    def __init__(
        self, ledger: Ledger, vault: Vault, redactor: Redactor, clock: Callable[[], datetime]
    ) -> None:
        self._ledger, self._vault, self._redactor, self._clock = ledger, vault, redactor, clock

    def add(self, flow: str, value: Money, code: Secret) -> Voucher:
        """Put a code into stock. Raises KnownCode, NoCode, or NoKey."""
        text = _plain(code)
        if not 4 <= len(text) <= 64 or not text.isalnum():
            raise NoCode("a code is 4 to 64 letters and digits; blanks and hyphens don't matter")
        self._redactor.add(code)
        self._redactor.add(text)
        id = new_id(self._clock())
        ending = text[-_SHOWN:] if len(text) >= 3 * _SHOWN else ""
        self._vault.write(KIND, id, text)
        try:
            digest = self._digest(flow, text)
            return self._ledger.vouchers.add(id, flow, value, ending=ending, digest=digest)
        except Refused:
            self._vault.remove(KIND, id)
            raise KnownCode("this code is in stock already, or was entered before") from None

    def free(self, flow: str, value: Money) -> int:
        """How many of this value can be had."""
        found = self._ledger.vouchers.list(flow, VoucherState.FREE)
        return sum(voucher.value == value for voucher in found)

    def has(self, renewal_id: str) -> bool:
        """Whether one is reserved for this renewal."""
        return self._ledger.vouchers.of(renewal_id) is not None

    def draw(self, flow: str, value: Money, renewal_id: str) -> Secret:
        """The code for a renewal: reserved now, and the same one whenever it is asked for.

        Raises NeedsOwner where there is none, or where it can't be opened here.
        """
        voucher = self._ledger.vouchers.reserve(flow, value, renewal_id)
        if voucher is None:
            raise self.none_left(flow, value)
        try:
            text = self._vault.read(KIND, voucher.id)
        except (ValueError, NoKey) as error:
            self._ledger.vouchers.put_back(voucher.id, "it could not be opened")
            raise NeedsOwner(f"the voucher {shown(voucher)} can't be opened: {error}") from None
        if not isinstance(text, str):
            self._ledger.vouchers.put_back(voucher.id, "its code is kept on another machine")
            raise NeedsOwner(
                f"the code of the voucher {shown(voucher)} is not kept on this machine",
                hint="run it where the voucher was put into stock",
            )
        self._redactor.add(text)
        return Secret(text)

    def none_left(self, flow: str, value: Money) -> NeedsOwner:
        """What the owner is told when the stock has none."""
        buy = f'buy one, then `kigen voucher add {flow} "{value}"`'
        told = f"no voucher of {value} for {flow} is in stock"
        left = self._ledger.vouchers.left_over(flow, value)
        if not left:
            return NeedsOwner(told, hint=buy)
        id = left[0].id
        return NeedsOwner(
            f"{told}; {shown(left[0])} may have been typed by a renewal that was given up",
            hint=f"is it still good? `kigen voucher release {id}`, else `kigen voucher spoil {id}`",
        )

    def _digest(self, flow: str, text: str) -> str:
        """Tells equal codes, and nothing else: without the sealed pepper it can't be tried out."""
        pepper = self._vault.read(_PEPPERS, KIND)
        if pepper is None:
            pepper = secrets.token_hex(32)
            self._vault.write(_PEPPERS, KIND, pepper)
        return hmac.new(pepper.encode(), f"{flow}\0{text}".encode(), hashlib.sha256).hexdigest()


class Drawn(Mapping[str, Any]):
    """`voucher` in a flow: its value, and its code, which is drawn when it is asked for."""

    def __init__(
        self, stock: Stock | None, flow: str, value: Money | None, renewal: Callable[[], str | None]
    ) -> None:
        self._stock, self._flow, self._value, self._renewal = stock, flow, value, renewal

    def __getitem__(self, name: str) -> Any:
        if name == "value":
            return self._value
        if name != "code":
            raise KeyError(name)
        renewal = self._renewal()
        if renewal is None:
            raise Stopped("dry run: it stopped before a voucher's code is typed", "read_only")
        if self._stock is None or self._value is None:
            raise NeedsOwner("no price is agreed that a voucher could pay")
        return self._stock.draw(self._flow, self._value, renewal)

    def __iter__(self) -> Iterator[str]:
        return iter(("value", "code"))

    def __len__(self) -> int:
        return 2


def shown(voucher: Voucher) -> str:
    """A voucher's code as it may be shown."""
    return f"•••{voucher.ending}"


def _plain(code: Secret) -> str:
    """The code without what people put between its groups."""
    return "".join(sign for sign in code.reveal() if not sign.isspace() and sign not in "-‐–")
