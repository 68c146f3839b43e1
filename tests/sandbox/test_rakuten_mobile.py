"""Rakuten Mobile without a browser: what its scripts ask, and what they are told."""

from __future__ import annotations

import http.client
import json
import ssl
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from runner.sandbox import control
from runner.sandbox.rakuten_mobile.line import NUMBERS
from tests.sandbox.visitor import Visitor

NAME = "rakuten-mobile"
MY, LOGIN = "https://portal.mobile.rakuten.co.jp", "https://login.account.rakuten.com"
Told = tuple[int, dict[str, Any]]


def call(visitor: Visitor, url: str, body: Any, csrf: str = "") -> Told:
    """What a script posts, as JSON, and is told."""
    parts = urlsplit(url)
    jar = visitor.cookies.setdefault(parts.hostname or "", {})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the browser tests hold the certificate to its pin
    line = http.client.HTTPSConnection(
        "127.0.0.1", visitor.address.port, context=context, timeout=60
    )
    headers = {
        "Host": parts.hostname or "",
        "Cookie": "; ".join(f"{key}={value}" for key, value in jar.items()),
        "Content-Type": "application/json",
        "X-CSRF-Token": csrf,
    }
    line.request("POST", parts.path, json.dumps(body), headers)
    response = line.getresponse()
    found = json.loads(response.read())
    line.close()
    for cookie in response.headers.get_all("set-cookie") or []:
        jar.update({key: morsel.value for key, morsel in SimpleCookie(cookie).items()})
    return response.status, found


def asked(visitor: Visitor, path: str) -> Told:
    """What a script gets, and is told."""
    answer = visitor.ask(f"{MY}/api/{path}")
    return answer.status, json.loads(answer.text)


def give_password(visitor: Visitor, password: str, turned: bool = True) -> Told:
    riddle = json.loads(visitor.ask(f"{LOGIN}/util/gc").text)
    cres = riddle["mask"][::-1] if turned else riddle["mask"]
    body = {"password": password, "token": riddle["token"], "cres": cres}
    return call(visitor, f"{LOGIN}/v2/login/complete", body)


def sign_in(visitor: Visitor, home: Path) -> str:
    """At the dashboard; gives the token for posts."""
    secrets = control.secrets(home, NAME)
    call(visitor, f"{LOGIN}/v2/login/start", {"id": secrets["id"]})
    status, told = give_password(visitor, secrets["password"])
    assert status == 200
    visitor.ask(told["go"])
    return str(asked(visitor, "session")[1]["csrf"])


def upgrade(visitor: Visitor, home: Path) -> str:
    """The password once more."""
    assert "hanako" in visitor.ask(f"{LOGIN}/session/upgrade").text
    _, told = give_password(visitor, control.secrets(home, NAME)["password"])
    assert visitor.ask(told["go"]).headers["location"] == "/data-charge"
    return str(asked(visitor, "session")[1]["csrf"])


def test_who_is_not_signed_in_is_led_to_the_sign_in(visitor: Visitor, home: Path) -> None:
    page = visitor.ask(f"{MY}/dashboard")
    assert page.headers["location"].startswith(f"{LOGIN}/sso/authorize?")
    status, told = asked(visitor, "dashboard")
    assert (status, told["to"]) == (401, page.headers["location"])


def test_a_password_whose_riddle_was_not_solved_is_not_looked_at(
    visitor: Visitor, home: Path
) -> None:
    secrets = control.secrets(home, NAME)
    call(visitor, f"{LOGIN}/v2/login/start", {"id": secrets["id"]})
    assert give_password(visitor, secrets["password"], turned=False)[0] == 400
    assert [event["kind"] for event in control.events(home)] == []


def test_wrong_passwords_lock_the_account(visitor: Visitor, home: Path) -> None:
    call(visitor, f"{LOGIN}/v2/login/start", {"id": control.secrets(home, NAME)["id"]})
    told = [give_password(visitor, "wrong")[1]["error"] for _ in range(5)]
    assert ["ロック" in one for one in told] == [False] * 4 + [True]


def test_a_code_of_the_sign_in_is_good_once(visitor: Visitor, home: Path) -> None:
    secrets = control.secrets(home, NAME)
    call(visitor, f"{LOGIN}/v2/login/start", {"id": secrets["id"]})
    back = give_password(visitor, secrets["password"])[1]["go"]
    assert visitor.ask(back).headers["location"] == "/dashboard"
    stranger = Visitor(visitor.address)
    assert "sign_in" in stranger.ask(back).headers["location"]


def test_another_line_is_chosen_only_with_the_page_s_own_token(
    visitor: Visitor, home: Path
) -> None:
    csrf = sign_in(visitor, home)
    assert call(visitor, f"{MY}/api/line", {"number": NUMBERS[1]})[0] == 403
    call(visitor, f"{MY}/api/line", {"number": NUMBERS[1]}, csrf)
    assert asked(visitor, "session")[1]["number"] == NUMBERS[1]
    assert asked(visitor, "dashboard")[1]["abroad"] == "2.00 GB / 2.00 GB"


def test_a_purchase_wants_the_password_once_more(visitor: Visitor, home: Path) -> None:
    sign_in(visitor, home)
    status, told = asked(visitor, "charge/offers")
    assert (status, told["to"]) == (401, f"{LOGIN}/session/upgrade#/sign_in/password")
    upgrade(visitor, home)
    assert [one["gb"] for one in asked(visitor, "charge/offers")[1]["offers"]] == [1, 2, 3, 4, 5]


def test_a_charge_is_charged_once_however_often_it_is_sent(visitor: Visitor, home: Path) -> None:
    control.set_(home, NAME, "now", "2026-11-21T10:00+09:00")
    sign_in(visitor, home)
    csrf = upgrade(visitor, home)
    offers = asked(visitor, "charge/offers")[1]
    choice = {"token": offers["token"], "gb": 2}
    _, order = call(visitor, f"{MY}/api/charge/confirm", choice, csrf)
    assert (order["yen"], order["until"]) == ("1,000", "2026年12月21日 23:59")
    body, url = {"token": order["token"]}, f"{MY}/api/charge/complete"
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda _: call(visitor, url, body, csrf)[0], range(6)))
    assert sorted(told) == [200, *[409] * 5]
    (charge,) = control.charges(home)
    assert (charge["line"], charge["amount"]) == (NUMBERS[0], 1000)
    assert asked(visitor, "charge/history")[1]["rows"][0]["reference"] == charge["reference"]
    assert asked(visitor, "dashboard")[1]["abroad"] == "2.12 GB / 4.00 GB"
    control.set_(home, NAME, "session_minutes", 10**6)
    asked(visitor, "session")
    control.set_(home, NAME, "now", "2026-12-22T00:00+09:00")
    assert asked(visitor, "dashboard")[1]["abroad"] == "0.12 GB / 2.00 GB"


@pytest.mark.parametrize("gb", [0, 6, "2", None])
def test_what_is_not_sold(visitor: Visitor, home: Path, gb: Any) -> None:
    sign_in(visitor, home)
    csrf = upgrade(visitor, home)
    choice = {"token": asked(visitor, "charge/offers")[1]["token"], "gb": gb}
    assert call(visitor, f"{MY}/api/charge/confirm", choice, csrf)[0] == 409
