"""One way to refuse, and no more than who asks may have."""

from __future__ import annotations

import pytest

from runner.web.desk import Desk
from runner.web.who import Scope
from tests.web.api.program import Program, problem
from tests.web.desks import Browser
from tests.web.serving import Answer, send


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        ("/nowhere", 404, "not-found"),
        ("/accounts/nobody/history", 404, "not-found"),
        ("/accounts/phone/history?line=none", 404, "not-found"),
        ("/accounts/..%2f..%2fetc/history", 404, "not-found"),
        ("/runs/0", 404, "not-found"),
        ("/runs/" + "0" * 32, 404, "not-found"),
        ("/renewals/" + "0" * 32, 404, "not-found"),
        ("/schedule?account=nobody", 404, "not-found"),
        ("/runs?limit=0", 400, "wrong-request"),
        ("/runs?limit=1_0", 400, "wrong-request"),
        ("/runs?limit=%D9%A1", 400, "wrong-request"),
        ("/runs?limit=1&limit=2", 400, "wrong-request"),
        ("/runs?before=x", 400, "wrong-request"),
        ("/runs?outcome=good", 400, "wrong-request"),
        ("/runs?nonsense=1", 400, "wrong-request"),
        ("/lines?x=1", 400, "wrong-request"),
        ("/plan?days=99999", 400, "wrong-request"),
        ("/renewals?state=paid", 400, "wrong-request"),
    ],
)
def test_mistakes_are_named(path: str, status: int, name: str, program: Program) -> None:
    answer = send(program.port, f"/api/v1{path}", headers={"authorization": program.token})
    assert problem(answer) == (status, name)


def test_a_wrong_method_names_the_right_ones(program: Program) -> None:
    answer = program.post("/lines")
    assert problem(answer) == (405, "wrong-method")
    assert {word.strip() for word in answer.headers["allow"].split(",")} == {"GET", "HEAD"}
    found = send(program.port, "/api/v1/lines", "HEAD", {"authorization": program.token})
    assert (found.status, found.body) == (200, "")


@pytest.mark.parametrize(
    ("raw", "status", "name"),
    [
        (b"", 400, "wrong-request"),
        (b"{", 400, "wrong-request"),
        (b"[]", 400, "wrong-request"),
        (b"\xff", 400, "wrong-request"),
        (b"[" * 20_000, 400, "wrong-request"),
        (b'{"dry_run": "yes"}', 400, "wrong-request"),
        (b'{"dry_run": 1}', 400, "wrong-request"),
        (b'{"wet_run": true}', 400, "wrong-request"),
        (b'{"dry_run": true, "dry_run": false}', 400, "wrong-request"),
        (b" " * 70_000, 413, "too-large"),
    ],
)
def test_wrong_bodies(raw: bytes, status: int, name: str, program: Program, desk: Desk) -> None:
    assert problem(program.post("/accounts/phone/run", raw=raw)) == (status, name)
    assert desk.ledger.wishes.open() == {}


def test_only_json_is_taken(program: Program) -> None:
    """A form of another site can send anything but this type without being asked for leave."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"authorization": program.token, "content-type": kind}
        answer = send(program.port, "/api/v1/accounts/phone/run", "POST", headers, b"{}")
        assert problem(answer) == (415, "wrong-type")


def test_who_may_do_what(desk: Desk, owner: Browser, tokens: dict[Scope, str]) -> None:
    run, lines = "/api/v1/accounts/phone/run", "/api/v1/lines"
    json_type = {"content-type": "application/json"}

    def asked(path: str, method: str = "GET", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return send(owner.port, path, method, {**json_type, **named}, b"{}")

    for wrong in ({}, {"authorization": "Bearer kigen_x"}, {"cookie": "kigen=x"}):
        for path, method in ((lines, "GET"), (run, "POST"), ("/api/v1/openapi.json", "GET")):
            answer = asked(path, method, **wrong)
            assert problem(answer) == (401, "not-signed-in")
            assert answer.headers["www-authenticate"] == "Bearer"
    reading, calendar = tokens[Scope.READ], tokens[Scope.CALENDAR]
    assert asked(lines, authorization=reading).status == 200
    assert problem(asked(run, "POST", authorization=reading)) == (403, "not-allowed")
    assert problem(asked(lines, authorization=calendar)) == (403, "not-allowed")
    cookie = f"kigen={owner.session}"
    assert asked(lines, cookie=cookie).status == 200
    elsewhere = {"x_csrf_token": owner.csrf, "origin": "https://a.example"}
    for headers in ({}, {"x_csrf_token": "x"}, elsewhere):
        assert problem(asked(run, "POST", cookie=cookie, **headers)) == (403, "not-allowed")
    assert desk.ledger.wishes.open() == {}
    assert asked(run, "POST", cookie=cookie, x_csrf_token=owner.csrf).status == 202
    (wish,) = desk.ledger.wishes.open().values()
    assert wish.by == "the API (owner)"
