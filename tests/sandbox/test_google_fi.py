"""Google Fi's practice portal without a browser: cookies, the sign-in, the pause and its three months."""

from __future__ import annotations

import json
import ssl
from datetime import date, datetime, timedelta
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from runner.sandbox import control
from runner.sandbox.books import Books
from runner.sandbox.google_fi import line
from runner.sandbox.google_fi.line import NAME, ZONE
from tests.sandbox.visitor import Visitor

FI, ACCOUNTS = "https://fi.google.com", "https://accounts.google.com"


@pytest.fixture
def owner(visitor: Visitor, home: Path) -> Visitor:
    """Whoever has the cookies of the owner's browser."""
    cookies = json.loads(control.secrets(home, NAME)["cookies"])
    visitor.cookies["fi.google.com"] = {
        one["name"]: one["value"] for one in cookies if one["domain"] == ".google.com"
    }
    return visitor


def post(visitor: Visitor, url: str, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """What the pages' scripts send."""
    parts, context = urlsplit(url), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = HTTPSConnection("127.0.0.1", visitor.address.port, context=context, timeout=60)
    jar = visitor.cookies.get(parts.hostname or "", {})
    cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
    headers = {"Host": parts.hostname or "", "Cookie": cookies}
    try:
        connection.request("POST", parts.path, json.dumps(sent), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def data(visitor: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(visitor.ask(f"{FI}/account/_/data").text)
    return found


def do(visitor: Visitor, what: str, token: str | None = None) -> int:
    sent = {"token": token or data(visitor)["tokens"][what]}
    return post(visitor, f"{FI}/account/_/{what}", sent)[0]


def to_sign_in(visitor: Visitor) -> str:
    """The token of the sign-in's first page."""
    page = visitor.ask(f"{FI}/account")
    while page.status == 302:
        target = page.headers["location"]
        page = visitor.ask(target)
    assert target.startswith(f"{ACCOUNTS}/v3/signin/identifier")
    return parse_qs(urlsplit(target).query)["TL"][0]


def typed(
    visitor: Visitor, page: str, token: str, text: str, keys: int | None = None, **more: Any
) -> dict[str, Any]:
    sent = {"page": page, "token": token, "typed": text, "steered": False}
    pressed = len(text) if keys is None else keys
    return post(visitor, f"{ACCOUNTS}/v3/signin/_/next", {**sent, "keys": pressed, **more})[1]


def token_of(answer: dict[str, Any]) -> str:
    return parse_qs(urlsplit(answer["to"]).query)["TL"][0]


def test_who_has_the_cookies_is_signed_in_until_all_are_signed_out(
    owner: Visitor, home: Path
) -> None:
    assert owner.ask(f"{FI}/account").status == 200
    assert data(owner)["plan"] == "Flexible"
    control.set_(home, NAME, "sign_out")
    assert owner.ask(f"{FI}/account").headers["location"].startswith(f"{ACCOUNTS}/ServiceLogin")
    assert owner.ask(f"{FI}/account/_/data").status == 401
    for missing in list(owner.cookies["fi.google.com"]):
        assert len(missing) > 2
        stranger = Visitor(owner.address, {"fi.google.com": {missing: "1"}})
        assert stranger.ask(f"{FI}/account").status == 302


def test_a_person_signs_in_with_address_password_and_code(visitor: Visitor, home: Path) -> None:
    secrets = control.secrets(home, NAME)
    answer = typed(visitor, "identifier", to_sign_in(visitor), "nobody@gmail.com")
    assert "Couldn’t find" in answer["error"]
    answer = typed(visitor, "identifier", answer["token"], secrets["email"])
    answer = typed(visitor, "pwd", token_of(answer), "wrong")
    assert "Wrong password" in answer["error"]
    answer = typed(visitor, "pwd", answer["token"], secrets["password"])
    token, message = token_of(answer), control.sms(home, NAME)
    assert message is not None
    assert message.text.startswith("G-")
    answer = typed(visitor, "ipp", token, message.text[:8])
    assert answer == {"to": f"{FI}/account"}
    assert [one["kind"] for one in control.events(home)] == [
        "wrong_password", "code_sent", "signed_in"
    ]  # fmt: skip


@pytest.mark.parametrize("more", [{"keys": 0}, {"keys": 5}, {"keys": "many"}, {"keys": None}])
def test_text_that_nobody_typed_is_refused(
    visitor: Visitor, home: Path, more: dict[str, Any]
) -> None:
    email = control.secrets(home, NAME)["email"]
    sent = {"page": "identifier", "token": to_sign_in(visitor), "typed": email, **more}
    _, answer = post(visitor, f"{ACCOUNTS}/v3/signin/_/next", sent)
    assert "/v3/signin/rejected" in answer["to"]
    assert "may not be secure" in visitor.ask(answer["to"]).text


def test_a_browser_that_a_program_steers_may_be_refused_altogether(
    visitor: Visitor, home: Path
) -> None:
    email = control.secrets(home, NAME)["email"]
    token = to_sign_in(visitor)
    assert "pwd" in typed(visitor, "identifier", token, email, steered=True)["to"]
    control.set_(home, NAME, "refuses", "browser")
    token = to_sign_in(visitor)
    assert "rejected" in typed(visitor, "identifier", token, email, steered=True)["to"]
    token = to_sign_in(visitor)
    assert "pwd" in typed(visitor, "identifier", token, email)["to"]


def test_a_pause_ends_by_itself_after_three_months(owner: Visitor, home: Path) -> None:
    today = datetime.now(ZONE).date()
    until = line.later(today, 3)
    assert (data(owner)["resumes"], data(owner)["bill"]) == (None, "$24.20")
    assert do(owner, "pause") == 200
    assert (data(owner)["resumes"], data(owner)["bill"]) == (line.words(until), "$0.00")
    for days, paused in ((0, True), (88, True), (93, False)):
        control.set_(home, NAME, "paused_days_ago", days)
        assert (data(owner)["resumes"] is not None) is paused, days
    assert control.charges(home) == []


def test_what_is_sent_twice_is_done_once(owner: Visitor, home: Path) -> None:
    token = data(owner)["tokens"]["pause"]
    assert [do(owner, "pause", token) for _ in range(2)] == [200, 400]
    assert do(owner, "resume") == 200
    assert [one["kind"] for one in control.events(home)] == ["paused", "resumed"]


def test_who_pays_is_charged(owner: Visitor, home: Path) -> None:
    """So that a test that finds no charge has proved something."""
    control.set_(home, NAME, "trouble", "yes")
    assert data(owner)["trouble"]
    assert do(owner, "pay") == 200
    assert [str(one["amount"]) for one in control.charges(home)] == ["24.20"]
    assert not data(owner)["trouble"]


@pytest.mark.parametrize(
    ("activated", "today", "begins", "ends"),
    [
        ("2026-01-19", "2026-11-21", "2026-11-21", "2026-12-20"),
        ("2026-01-19", "2026-11-20", "2026-10-21", "2026-11-20"),
        ("2026-01-26", "2026-11-21", "2026-11-02", "2026-12-01"),  # the 28th: it is the 2nd then
        ("2026-01-30", "2026-11-01", "2026-10-02", "2026-11-01"),  # the 1st: the same
        ("2026-01-24", "2027-02-26", "2027-02-26", "2027-03-25"),
    ],
)
def test_a_cycle_begins_two_days_after_the_activation(
    tmp_path: Path, activated: str, today: str, begins: str, ends: str
) -> None:
    with Books(tmp_path) as books:
        moment = datetime.combine(date.fromisoformat(today), datetime.min.time(), ZONE)
        books.set_now(NAME, moment + timedelta(hours=12))
        books.put(NAME, activated=activated)
        cycle = line.cycle(books)
    assert (cycle.begins.isoformat(), cycle.ends.isoformat()) == (begins, ends)


@pytest.mark.parametrize(
    ("day", "until"), [("2026-11-30", "2027-02-28"), ("2027-11-30", "2028-02-29")]
)
def test_three_months_end_with_a_shorter_month(day: str, until: str) -> None:
    assert line.later(date.fromisoformat(day), 3) == date.fromisoformat(until)


def test_days_ago_are_counted_by_the_wall_clock(home: Path) -> None:
    """Half an hour before midnight in winter it is already midnight by summer time."""
    control.set_(home, NAME, "now", "2026-11-21T07:30+00:00")
    control.set_(home, NAME, "paused_days_ago", "30")
    with Books(home) as books:
        paused = datetime.fromisoformat(books.get(NAME, "paused_at")).astimezone(ZONE)
    assert paused.date() == date(2026, 10, 21)
