"""Nothing is done that was not asked for by a form of ours, in the session that it was drawn for."""

from __future__ import annotations

import pytest

from runner.web.desk import Desk
from tests.web.desks import Browser, a_door


def test_a_form_of_ours_is_taken_once_its_session_is_alive(owner: Browser) -> None:
    page = owner.get("/")
    assert f'name="csrf" value="{owner.csrf}"' in page.body
    assert owner.post("/logout").headers["location"] == "/login"
    assert owner.post("/logout").headers["location"] == "/login"  # a stranger now
    assert owner.get("/").status == 303


def test_forms_without_the_sessions_token_do_nothing(desk: Desk, owner: Browser) -> None:
    other = Browser(owner.port, a_door(desk).sessions.begin("owner", ""))
    for form in ({}, {"csrf": ""}, {"csrf": "x"}, {"csrf": other.csrf}, {"csrf": "期限"}):
        assert owner.send("/logout", form).status == 403, form
    assert owner.send("/logout", {}, x_csrf_token=other.csrf).status == 403
    assert owner.send_json("/api/nowhere", {}, x_csrf_token="x").headers["content-type"] == (
        "application/problem+json"
    )
    assert owner.get("/").status == other.get("/").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:99"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:1"},
    ],
)
def test_what_another_site_sends_does_nothing(owner: Browser, headers: dict[str, str]) -> None:
    assert owner.send("/logout", {"csrf": owner.csrf}, **headers).status == 403
    assert owner.get("/").status == 200


def test_our_own_pages_may_send_by_form_and_by_script(owner: Browser) -> None:
    here = f"http://127.0.0.1:{owner.port}"
    for headers in (
        {"origin": here},
        {"origin": here, "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
    ):
        assert owner.send("/nowhere", {"csrf": owner.csrf}, **headers).status == 404
    assert owner.send("/nowhere", {}, x_csrf_token=owner.csrf).status == 404
    assert owner.send_json("/api/nowhere", {}).status == 404
