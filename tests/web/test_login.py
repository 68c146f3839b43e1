"""Signing in by password and by link, what a session is worth, and how it ends."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from runner.config.dashboard import Dashboard
from runner.web.attempts import FREE
from runner.web.desk import Desk
from runner.web.links import Links, key_for
from runner.web.login import LINK_LIVES, own_path, sign_in_link
from runner.web.sessions import IDLE, LONGEST, MOST, LinkUsed, Sessions
from runner.web.who import Scope
from tests.web.desks import KEY, NOW, Browser, a_door, at_the_dashboard
from tests.web.serving import Answer

RIGHT = "correct horse battery"
BASE = "http://127.0.0.1:1"


@pytest.fixture(scope="module", autouse=True)
def _password(desk: Desk) -> None:
    a_door(desk).password.set(RIGHT)


@pytest.fixture
def stranger(owner: Browser) -> Browser:
    return Browser(owner.port)


def cookies(answer: Answer) -> SimpleCookie:
    jar = SimpleCookie()
    for header in answer.headers.get_all("set-cookie", []):
        jar.load(header)
    return jar


def filled(browser: Browser, password: str, onward: str = "", **headers: str) -> Answer:
    """The sign-in form, opened and sent."""
    page = browser.get("/login", **headers)
    visit = cookies(page)["kigen-visit"].value
    (token,) = re.findall(r'name="csrf" value="([^"]+)"', page.body)
    cookie = "; ".join(filter(None, [f"kigen-visit={visit}", headers.pop("cookie", "")]))
    form = {"csrf": token, "password": password, "next": onward}
    return browser.send("/login", form, cookie=cookie, **headers)


def signed_in(browser: Browser, answer: Answer) -> Browser:
    return Browser(browser.port, cookies(answer)["kigen"].value)


def test_the_right_password_opens_a_session(stranger: Browser) -> None:
    answer = filled(stranger, RIGHT, "/nowhere?x=1")
    assert (answer.status, answer.headers["location"]) == (303, "/nowhere?x=1")
    cookie = cookies(answer)["kigen"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")
    assert not cookie["secure"]
    assert cookies(answer)["kigen-visit"]["max-age"] == "0"
    assert signed_in(stranger, answer).get("/").status == 200


def test_a_wrong_one_does_not_and_is_not_repeated(stranger: Browser) -> None:
    answer = filled(stranger, "<b>wrong")
    assert answer.status == 401
    assert "This is not the password" in answer.body
    assert "&lt;b&gt;" not in answer.body
    assert "kigen" not in cookies(answer)


def test_guessing_is_slowed_whatever_a_client_says_of_its_address(stranger: Browser) -> None:
    for number in range(20):
        said = {"x_forwarded_for": f"198.51.100.{number}", "remote_user": "mai"}
        answer = filled(stranger, f"guess {number}", **said)
        if answer.status == 429:
            break
        assert answer.status == 401
    assert (answer.status, number >= FREE) == (429, True)
    assert f"Try again in {answer.headers['retry-after']} s." in answer.body


def test_where_to_go_on_is_never_another_site(stranger: Browser) -> None:
    assert stranger.get("/login?next=//evil.example").body.count("evil") == 0
    assert filled(stranger, RIGHT, "//evil.example").headers["location"] == "/"
    for path in ("//e", "/\\e", "https://e", "e", "", "/a\r\nb", "/\te", "/" + "a" * 500):
        assert not own_path(path), path
    assert own_path("/lines/a/b?x=%2F")


def test_the_form_counts_only_from_the_page_it_was_drawn_for(stranger: Browser) -> None:
    page = stranger.get("/login")
    (token,) = re.findall(r'name="csrf" value="([^"]+)"', page.body)
    visit = f"kigen-visit={cookies(page)['kigen-visit'].value}"
    other = f"kigen-visit={cookies(stranger.get('/login'))['kigen-visit'].value}"
    form = {"csrf": token, "password": RIGHT}
    for sent, headers in (
        (form, {}),
        (form, {"cookie": other}),
        ({"password": RIGHT}, {"cookie": visit}),
        (form, {"cookie": visit, "sec-fetch-site": "cross-site"}),
        (form, {"cookie": visit, "origin": "https://evil.example"}),
    ):
        assert stranger.send("/login", sent, **headers).status == 403
    assert stranger.send("/login", form, cookie=visit).status == 303


def test_a_session_that_another_has_planted_is_not_taken_over(
    desk: Desk, stranger: Browser
) -> None:
    """Session fixation: signing in gives a new id, and ends the one that was there."""
    planted = a_door(desk).sessions.begin("owner", a_door(desk).password.fingerprint())
    answer = filled(stranger, RIGHT, cookie=f"kigen={planted}")
    assert cookies(answer)["kigen"].value != planted
    assert Browser(stranger.port, planted).get("/").status == 303
    made_up = filled(stranger, RIGHT, cookie="kigen=made-up")
    assert cookies(made_up)["kigen"].value != "made-up"


def test_a_stolen_cookie_is_worth_nothing_after_sign_out(owner: Browser) -> None:
    thief = Browser(owner.port, owner.session)
    assert thief.get("/").status == 200
    answer = owner.post("/logout")
    assert cookies(answer)["kigen"]["max-age"] == "0"
    assert thief.get("/").status == 303
    assert thief.post("/logout").status == 303


def test_all_can_be_signed_out_at_once(desk: Desk, owner: Browser) -> None:
    other = Browser(
        owner.port, a_door(desk).sessions.begin("owner", a_door(desk).password.fingerprint())
    )
    assert other.get("/").status == 200
    assert owner.post("/logout/all").status == 303
    assert other.get("/").status == owner.get("/").status == 303


def test_another_password_ends_all_sessions_and_links(desk: Desk, owner: Browser) -> None:
    door = a_door(desk)
    link = sign_in_link(
        Links(key_for("sign-in link", KEY), desk.clock), door.password.fingerprint(), "", NOW
    )
    assert owner.get(link).status == 200
    door.password.set(RIGHT)  # the same words, but another hash
    assert owner.get("/").status == 303
    assert owner.get(link).status == 410


def test_a_link_signs_in_one_browser_once_by_its_button(desk: Desk, stranger: Browser) -> None:
    links = Links(key_for("sign-in link", KEY), desk.clock)
    link = sign_in_link(links, a_door(desk).password.fingerprint(), "", NOW)
    for _ in range(3):  # a chat that previews it does not use it up
        assert stranger.get(link).status == 200
    assert stranger.send(link, {}, sec_fetch_site="cross-site").status == 403
    answer = stranger.send(link, {})
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert signed_in(stranger, answer).get("/").status == 200
    assert stranger.send(link, {}).status == stranger.get(link).status == 410
    token = link.rpartition("/")[2]
    for forged in (
        token[:-2] + "AA",
        token + "A",
        "a.b.c",
        "x" * 3000,
        "%00",
        token.replace(".", ".."),
    ):
        for answer in (stranger.get(f"/login/{forged}"), stranger.send(f"/login/{forged}", {})):
            assert answer.status in (404, 410), forged
            assert "kigen" not in cookies(answer)


def test_a_link_of_another_use_signs_nobody_in(desk: Desk, stranger: Browser) -> None:
    wrong = Links(key_for("hand-off link", KEY), desk.clock)
    late = Links(key_for("sign-in link", KEY), desk.clock)
    fingerprint = a_door(desk).password.fingerprint()
    for link in (
        sign_in_link(wrong, fingerprint, "", NOW),
        sign_in_link(late, fingerprint, "", NOW - LINK_LIVES),
        sign_in_link(late, "", "", NOW),
    ):
        assert stranger.get(link).status == 410
        assert stranger.send(link, {}).status == 410


def test_over_tls_the_cookie_is_bound_to_this_host(desk: Desk) -> None:
    config = Dashboard(url="https://kigen.example")
    with at_the_dashboard(desk, config) as owner:
        here = Browser(owner.port, host="kigen.example")
        cookie = cookies(filled(here, RIGHT))["__Host-kigen"]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        page = here.get("/", cookie=f"__Host-kigen={cookie.value}")
        assert page.status == 200
        assert here.get("/", cookie=f"kigen={cookie.value}").status == 303
        assert page.headers["strict-transport-security"]


def test_sessions_end_when_idle_and_after_their_longest_time(tmp_path: Path) -> None:
    now = [NOW]
    sessions = Sessions(tmp_path, lambda: now[0])
    idle, used = sessions.begin("owner", "x"), sessions.begin("owner", "x")
    for day in range(1, LONGEST.days):
        now[0] = NOW + timedelta(days=day)
        assert sessions.who(used, "x") is not None
        assert sessions.who(used, "y") is None  # the password is another one now
        if day == IDLE.days:
            assert sessions.who(idle, "x") is None
    now[0] = NOW + LONGEST
    assert sessions.who(used, "x") is None


def test_sessions_outlive_the_process_and_are_kept_as_hashes(tmp_path: Path) -> None:
    id = Sessions(tmp_path, lambda: NOW).begin("owner", "x")
    assert Sessions(tmp_path, lambda: NOW).who(id, "x") is not None
    kept = (tmp_path / "dashboard" / "sessions.json").read_text()
    assert id not in kept
    (tmp_path / "dashboard" / "sessions.json").write_text("{half")
    assert Sessions(tmp_path, lambda: NOW).who(id, "x") is None


def test_there_are_never_more_sessions_than_a_household_has(tmp_path: Path) -> None:
    now = [NOW]
    sessions = Sessions(tmp_path, lambda: now[0])
    ids = []
    for _ in range(MOST + 2):
        now[0] += timedelta(seconds=1)
        ids.append(sessions.begin("owner", "x"))
    alive = [sessions.who(id, "x") is not None for id in ids]
    assert alive == [False, False, *[True] * MOST]


def test_a_link_is_used_once_whoever_comes_first(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, lambda: NOW)
    sessions.begin("owner", "x", link="a")
    with pytest.raises(LinkUsed):
        sessions.begin("owner", "x", link="a")


def test_who_is_signed_in_is_shown_without_what_lets_them_in(desk: Desk, owner: Browser) -> None:
    door = a_door(desk)
    door.sessions.end_all()
    owner = replace(owner, session=door.sessions.begin("owner", door.password.fingerprint()))
    other = door.sessions.begin("owner", door.password.fingerprint())
    token = door.tokens.make("watch<b>", Scope.READ)
    page = owner.get("/access")
    assert page.status == 200
    assert page.body.count("this one") == 1
    assert "watch&lt;b&gt;" in page.body
    for secret in (owner.session, other, token, token.removeprefix("kigen_")):
        assert secret not in page.body
    assert owner.post("/logout/all").status == 303
    assert owner.get("/access").status == 303
