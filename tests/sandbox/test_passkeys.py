"""The portal takes a passkey's answer only if all of it holds: written by hand here, bit by bit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from runner.sandbox import control
from runner.sandbox.webauthn import decoded, encoded
from tests.sandbox.visitor import Answer, Visitor

BASE = "https://cfg.smt.docomo.ne.jp/auth/cgi/"
ORIGIN, SITE = "https://cfg.smt.docomo.ne.jp", "smt.docomo.ne.jp"
COSE = ("a5010203262001215820", "225820")


@dataclass
class Authenticator:
    """One passkey; `spoil` changes what it says."""

    key: Any = field(default_factory=lambda: generate_private_key(SECP256R1()))
    count: int = 0

    def client(self, kind: str, challenge: str, origin: str = ORIGIN, cross: bool = False) -> str:
        told = {"type": kind, "challenge": encoded(challenge.encode()), "origin": origin}
        return encoded(json.dumps({**told, "crossOrigin": cross}).encode())

    def data(self, flags: int, site: str = SITE) -> bytes:
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def attested(self, flags: int = 0x45, site: str = SITE) -> str:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        head, middle = (bytes.fromhex(part) for part in COSE)
        cose = head + point[1:33] + middle + point[33:]
        return encoded(self.data(flags, site) + bytes(16) + (4).to_bytes(2) + b"id-1" + cose)

    def asserted(self, client: str, flags: int = 0x05, site: str = SITE) -> dict[str, str]:
        data = self.data(flags, site)
        signature = self.key.sign(data + hashlib.sha256(decoded(client)).digest(), ECDSA(SHA256()))
        return {
            "id": encoded(b"id-1"),
            "clientData": client,
            "authData": encoded(data),
            "signature": encoded(signature),
        }


def register(visitor: Visitor, mine: Authenticator, **wrong: Any) -> Answer:
    challenge = visitor.ask(f"{BASE}passkey").hidden("challenge")
    form = {
        "challenge": challenge,
        "clientData": mine.client("webauthn.create", challenge),
        "authData": mine.attested(),
    }
    for name, change in wrong.items():
        form[name] = change(mine, challenge)
    return visitor.ask(f"{BASE}passkey", form)


def enter(visitor: Visitor, mine: Authenticator, **wrong: Any) -> Answer:
    page = visitor.ask(f"{BASE}anidlogin")
    challenge = page.hidden("challenge")
    form = {"arcv": page.hidden("arcv"), "challenge": challenge}
    form |= mine.asserted(mine.client("webauthn.get", challenge))
    for name, change in wrong.items():
        changed = change(mine, challenge)
        form |= changed if isinstance(changed, dict) else {name: changed}
    return visitor.ask(f"{BASE}passkey/login", form)


@pytest.fixture
def mine(visitor: Visitor, home: Path) -> Authenticator:
    visitor.sign_in(home)
    mine = Authenticator()
    assert "パスキーを登録しました" in register(visitor, mine).text
    visitor.cookies.clear()
    mine.count = 1
    return mine


def kinds(home: Path) -> list[str]:
    return [event["kind"] for event in control.events(home)]


def test_a_passkey_signs_in_without_password_or_code(
    visitor: Visitor, home: Path, mine: Authenticator
) -> None:
    assert "ログアウト" in visitor.follow(enter(visitor, mine)).text
    assert kinds(home)[-3:] == ["passkey_added", "passkey_used", "signed_in"]
    assert kinds(home).count("code_sent") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"clientData": lambda one, asked: one.client("webauthn.get", asked)},
        {"clientData": lambda one, asked: one.client("webauthn.create", "another")},
        {"clientData": lambda one, asked: one.client("webauthn.create", asked, "https://x.test")},
        {"clientData": lambda one, asked: one.client("webauthn.create", asked, cross=True)},
        {"authData": lambda one, asked: one.attested(site="docomo.ne.jp.example")},
        {"authData": lambda one, asked: one.attested(flags=0x41)},
        {"authData": lambda one, asked: one.attested()[:-20]},
        {"authData": lambda one, asked: "%"},
        {"clientData": lambda one, asked: encoded(b"no JSON")},
        {"challenge": lambda one, asked: "never asked"},
    ],
)
def test_what_is_wrong_is_not_registered(visitor: Visitor, home: Path, wrong: Any) -> None:
    visitor.sign_in(home)
    assert "登録できませんでした" in register(visitor, Authenticator(), **wrong).text
    assert kinds(home)[-1] == "passkey_refused"


def _signed(**wrong: Any) -> Any:
    return lambda one, asked: one.asserted(one.client("webauthn.get", asked), **wrong)


def _said(*words: Any, **more: Any) -> Any:
    return lambda one, asked: one.asserted(one.client(words[0], asked, *words[1:], **more))


@pytest.mark.parametrize(
    "wrong",
    [
        {"clientData": _said("webauthn.create")},
        {"clientData": _said("webauthn.get", "https://cfg.smt.docomo.ne.jp.example")},
        {"clientData": lambda one, asked: one.client("webauthn.get", asked, "https://x.test")},
        {"authData": _signed(site="docomo.ne.jp")},
        {"authData": _signed(flags=0x01)},
        {"authData": lambda one, asked: encoded(one.data(0x05)[:-1] + b"\x09")},
        {"signature": lambda one, asked: encoded(b"nonsense")},
        {"signature": lambda one, asked: _signed()(Authenticator(count=1), asked)["signature"]},
        {"id": lambda one, asked: encoded(b"id-2")},
        {"challenge": lambda one, asked: "never asked"},
    ],
)
def test_what_is_wrong_does_not_sign_in(
    visitor: Visitor, home: Path, mine: Authenticator, wrong: Any
) -> None:
    assert "パスキーでログインできませんでした" in enter(visitor, mine, **wrong).text
    assert kinds(home)[-1] == "passkey_refused"


def test_a_counter_that_does_not_grow_is_a_copy(
    visitor: Visitor, home: Path, mine: Authenticator
) -> None:
    mine.count = 7
    enter(visitor, mine)
    visitor.cookies.clear()
    for count in (7, 3):
        mine.count = count
        assert "ログインできませんでした" in enter(visitor, mine).text
    mine.count = 8
    assert enter(visitor, mine).status == 302


def test_an_answer_is_good_once(visitor: Visitor, home: Path, mine: Authenticator) -> None:
    page = visitor.ask(f"{BASE}anidlogin")
    challenge = page.hidden("challenge")
    answer = mine.asserted(mine.client("webauthn.get", challenge))
    first = {"arcv": page.hidden("arcv"), "challenge": challenge, **answer}
    assert visitor.ask(f"{BASE}passkey/login", first).status == 302
    visitor.cookies.clear()
    again = {**first, "arcv": visitor.ask(f"{BASE}anidlogin").hidden("arcv")}
    assert "ログインできませんでした" in visitor.ask(f"{BASE}passkey/login", again).text


def test_a_passkey_that_was_removed_does_not_sign_in(
    visitor: Visitor, home: Path, mine: Authenticator
) -> None:
    control.set_(home, "docomo", "forget_passkeys")
    assert "ログインできませんでした" in enter(visitor, mine).text


def test_only_who_is_signed_in_registers_one(visitor: Visitor, home: Path) -> None:
    assert "再度ログインしてください" in visitor.ask(f"{BASE}passkey").text
    assert "再度ログインしてください" in visitor.ask(f"{BASE}passkey", {}).text
