"""What every practice account on SoftBank's engine has: numbers, a password, settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from runner.sandbox import derive, portal, values
from runner.sandbox.books import Books, Message
from runner.sandbox.codes import code_of
from runner.sandbox.softbank.brand import Brand
from runner.sandbox.values import Key

if TYPE_CHECKING:
    from starlette.routing import Route

    from runner.sandbox.softbank.lobby import Counter, Lobby

TEMPLATES = Path(__file__).parent / "templates"
DIGITS = 3
SETTINGS: Mapping[str, Any] = {
    "two_step": "on",
    "password_generation": 1,
    "failures": 0,
    "locked": False,
    "lock_after": 5,
    "session_minutes": 30,
    "code_minutes": 10,
}
KEYS: Mapping[str, Key] = {
    "two_step": Key("on (a security number by text message) or off", values.one_of("on", "off")),
    "password": Key("give the account a new password"),
    "locked": Key("the account is locked: yes or no", values.switch),
    "lock_after": Key("wrong passwords in a row that lock the account", values.count),
    "code_minutes": Key("minutes for which a security number is good", values.count),
    **portal.KEYS,
}


class Carrier(portal.Steered):
    """The part of a portal (see `runner.sandbox.portal.Portal`) that SoftBank's engine gives."""

    brand: ClassVar[Brand]
    sessions = ("sso", "my", "bill", "pass")
    numbers: ClassVar[tuple[str, ...]]
    """The account's phone numbers; the first one signs in."""
    templates: ClassVar[tuple[Path, ...]] = (TEMPLATES,)
    keys: Mapping[str, Key] = KEYS
    faults: frozenset[str] = frozenset({"session_expiry", "wrong_code", "changed_layout"})

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host it answers for."""
        return self.brand.hosts

    def seed(self, books: Books) -> None:
        """Write the first state of its account."""
        books.put(self.name, **SETTINGS)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key == "password":
            generation = books.get(self.name, "password_generation")
            books.put(self.name, password_generation=generation + 1)
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """The phone number and the password of the site."""
        generation = books.get(self.name, "password_generation")
        return {
            "phone": self.numbers[0],
            "password": derive.password(books.seed, self.name, "password", generation),
        }

    def letter(self, books: Books, message: Message) -> str:
        """The text message with a security number."""
        return (
            f"【{self.brand.company}】セキュリティ番号は「{self.code(books, message)}」です。"
            "本人確認画面に入力してください。第三者には絶対に教えないでください。"
        )

    def app(self, books: Books) -> portal.App:
        """The site itself, for all accounts that are at the same hosts."""
        from runner.sandbox.portals import every
        from runner.sandbox.softbank.site import build

        there = [other for other in every() if isinstance(other, Carrier)]
        return build(books, self.brand, [one for one in there if one.brand is self.brand])

    def maintenance(self) -> str:
        """One page for all: no template language is needed to be closed."""
        return (TEMPLATES / "maintenance.html").read_text(encoding="utf-8")

    def code(self, books: Books, message: Message) -> str:
        """The security number in a message. Two in a row are never the same: odd and even take turns."""
        drawn = int(code_of(books, self.name, DIGITS, message))
        return f"{drawn - drawn % 2 + message.id % 2:0{DIGITS}d}"

    def summary(self, counter: Counter, number: str) -> dict[str, Any]:
        """What the script of the top page shows of a line."""
        return {"number": number}

    def pages(self, lobby: Lobby, counter: Counter) -> list[Route]:
        """More pages on the host of the top page."""
        return []
