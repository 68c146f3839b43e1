"""Nobody sees a page of the dashboard, or changes anything, whom the door does not know."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Mount, Route

from runner.web.dashboard import dashboard
from runner.web.desk import Desk
from runner.web.pages import Pages
from runner.web.who import Scope
from tests.web.desks import Browser, a_door
from tests.web.serving import send


def test_strangers_are_led_to_the_sign_in(owner: Browser) -> None:
    stranger = Browser(owner.port)
    assert owner.get("/").status == 200
    answer = stranger.get("/")
    assert (answer.status, answer.headers["location"]) == (303, "/login")
    for path in ("/nowhere", "/lines/a/b?x=1", "//evil.example/"):
        answer = stranger.get(path)
        assert answer.status == 303
        assert answer.headers["location"].startswith("/login?next=%2F")
    assert stranger.post("/logout").status == 303
    assert owner.get("/").status == 200
    assert stranger.get("/", hx_request="true").headers["hx-redirect"] == "/login"


def test_from_a_page_that_is_not_there_a_way_leads_back(owner: Browser) -> None:
    for path in ("/nowhere", "/runs/none", "/inbox/"):
        answer = owner.get(path)
        assert answer.status == 404  # and not sent on to an address that a proxy does not have
        assert '<a href="/">Lines</a>' in answer.body
    assert "<a" not in Browser(owner.port).get("/act/x.1.y").body


@pytest.mark.parametrize("path", ["/api", "/api/lines", "/metrics", "/calendar.ics"])
def test_programs_without_a_token_are_told_so(owner: Browser, path: str) -> None:
    stranger = Browser(owner.port)
    for headers in ({}, {"authorization": "Bearer kigen_wrong"}, {"authorization": "Basic eDp5"}):
        answer = stranger.get(path, **headers)
        assert answer.status == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_opens_what_it_is_for(desk: Desk, owner: Browser) -> None:
    program = Browser(owner.port)
    tokens = a_door(desk).tokens
    made = {scope: f"Bearer {tokens.make(scope.value, scope)}" for scope in Scope}
    found = {
        (scope, method, path): (program.get if method == "GET" else program.post)(
            path, authorization=made[scope]
        ).status
        for scope in Scope
        for method in ("GET", "POST")
        for path in ("/api/nowhere", "/calendar/nowhere")
    }
    refused = {key for key, status in found.items() if status == 403}
    assert set(found.values()) == {403, 404}
    assert refused == {
        (Scope.CALENDAR, "GET", "/api/nowhere"),
        (Scope.CALENDAR, "POST", "/api/nowhere"),
        (Scope.CALENDAR, "POST", "/calendar/nowhere"),
        (Scope.READ, "POST", "/api/nowhere"),
        (Scope.READ, "POST", "/calendar/nowhere"),
    }
    assert program.get("/", authorization=made[Scope.ACT]).status == 303  # pages are no API
    tokens.drop("act")
    assert program.get("/api/nowhere", authorization=made[Scope.ACT]).status == 401


def test_right_keys_are_not_turned_away_for_strangers(desk: Desk, owner: Browser) -> None:
    token = a_door(desk).tokens.make("watch", Scope.READ)
    stranger = Browser(owner.port)
    found = [stranger.get("/api", authorization="Bearer kigen_x").status for _ in range(130)]
    assert found.count(401) == 120
    assert found[-1] == 429
    assert stranger.get("/api/no", authorization=f"Bearer {token}").status == 404
    assert owner.get("/").status == 200


def test_every_page_but_these_is_behind_the_door(desk: Desk, owner: Browser) -> None:
    """Whatever page is added: a stranger gets nothing of it, by any method."""
    app = dashboard(desk, Pages("http://127.0.0.1:1"), a_door(desk))
    routes = app._app.routes  # type: ignore[attr-defined]
    open_to_all = {route.path for route in routes if isinstance(route, Route)}
    assert open_to_all == {"/login", "/login/{token}", "/act/{token}", "/calendar/{token}.ics"}
    assert [route.path for route in routes if isinstance(route, Mount)] == ["/static", ""]
    behind = [route for route in routes[-1].routes if isinstance(route, Route)]
    assert len(behind) > 15
    stranger = Browser(owner.port)
    for route in behind:
        path = re.sub(r"\{[^}]*\}", "x", route.path)
        for method in route.methods or ():
            wanted = 401 if path.startswith(("/api", "/metrics", "/calendar")) else 303
            assert send(stranger.port, path, method).status == wanted, (method, path)
