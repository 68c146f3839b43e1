"""The application around all pages: headers, hosts, languages, errors, files of its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from runner.ledger.errors import LedgerError
from runner.web import texts as texts_module
from runner.web.app import create_app
from runner.web.pages import Pages
from runner.web.serve import NotServed, listening
from runner.web.texts import LANGUAGES, texts, wanted
from tests.web.serving import ask, on_a_port

ROOM = Path(texts_module.__file__).parent


@contextmanager
def served(base: str = "http://127.0.0.1:1", language: str = "en") -> Iterator[int]:
    """The application on a port of its own, in a loop of its own."""
    pages = Pages(base, language)

    async def said(request: Request) -> Response:
        return pages.message(request, request.query_params["key"], status=200)

    async def broken(_: Request) -> Response:
        raise RuntimeError("secret details")

    async def unread(_: Request) -> Response:
        raise LedgerError("secret details", "of the file")

    routes = [Route("/said", said), Route("/broken", broken), Route("/unread", unread)]
    app = create_app([*routes, Route("/metrics", unread)], pages)
    with on_a_port(app) as port:
        yield port


def test_every_answer_is_closed_to_what_is_not_ours() -> None:
    with served() as port:
        for path, status in (
            ("/said?key=dead", 200),
            ("/nowhere", 404),
            ("/broken", 500),
            ("/static/kigen.css", 200),
            ("/static/../app.py", 404),
            ("/static/%2e%2e/app.py", 404),
        ):
            found, headers, body = ask(port, path)
            assert found == status, path
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'none'")
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cache-control"] == "no-store"
            assert "server" not in headers
            assert "secret details" not in body


def test_what_went_wrong_is_named_without_its_details() -> None:
    with served() as port:
        for path, status, title in (
            ("/nowhere", 404, "Not found"),
            ("/broken", 500, "Something went wrong here"),
            ("/unread", 503, "The ledger can&#39;t be read just now"),
            ("/metrics", 503, "urn:kigen:problem:unavailable"),
        ):
            found, _, body = ask(port, path)
            assert (found, title in body, "secret" in body) == (status, True, False), path


def test_over_tls_the_browser_is_told_to_stay_there() -> None:
    with served("https://kigen.example/lines") as port:
        _, headers, body = ask(port, "/said?key=dead", Host="kigen.example")
        assert headers["strict-transport-security"]
        assert "wss://kigen.example" in headers["content-security-policy"]
        assert 'href="/lines/static/kigen.css"' in body


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("kigen.example", 200),
        ("kigen.example:443", 200),
        ("localhost:8750", 200),
        ("[::1]:8750", 200),
        ("evil.example", 400),
        ("kigen.example.evil.example", 400),
        ("", 400),
    ],
)
def test_it_answers_under_its_own_names_only(host: str, status: int) -> None:
    with served("https://kigen.example") as port:
        assert ask(port, "/said?key=dead", Host=host)[0] == status


@pytest.mark.parametrize(
    ("host", "server", "status"),
    [
        ("192.168.1.5:8751", "192.168.1.5", 404),
        ("192.168.1.5", "::ffff:192.168.1.5", 404),
        ("[fe80::1]:8751", "fe80::1%eth0", 404),
        ("192.168.1.6", "192.168.1.5", 400),
        ("home.example", "192.168.1.5", 400),
    ],
)
def test_a_number_that_was_called_is_no_strangers_name(host: str, server: str, status: int) -> None:
    found = []

    async def call() -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            found.append(message.get("status"))

        scope = {
            "type": "http", "method": "GET", "path": "/nowhere", "query_string": b"",
            "headers": [(b"host", host.encode())], "server": (server, 8751), "scheme": "http",
        }  # fmt: skip
        await create_app([], Pages("http://127.0.0.1:8751"))(scope, receive, send)

    asyncio.run(call())
    assert found[0] == status


def test_a_port_that_is_taken_is_told() -> None:
    with served() as port, pytest.raises(NotServed, match=f"127.0.0.1:{port} can't be listened on"):
        listening("127.0.0.1", port)


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("ja,en;q=0.8", "ja"),
        ("fr, en;q=0.5, ja;q=0.9", "ja"),
        ("zh-TW", "zh-TW"),
        ("zh-Hant-HK,zh;q=0.9", "zh-TW"),
        ("zh", "zh-CN"),
        ("en-GB", "en"),
        ("fr", "ja"),
        ("ja;q=0, en", "en"),
        ("ja;q=much, en", "en"),
        (None, "ja"),
    ],
)
def test_the_language_is_the_readers(accepts: str | None, language: str) -> None:
    assert wanted(accepts, otherwise="ja") == language


def test_a_page_says_which_language_it_is_in() -> None:
    with served(language="zh-TW") as port:
        _, headers, body = ask(port, "/said?key=dead", Accept_Language="ja")
        assert '<html lang="ja">' in body
        assert headers["content-language"] == "ja"
        assert texts("ja")["dead_title"] in body
        assert texts("zh-TW")["dead_title"] in ask(port, "/said?key=dead")[2]


def test_all_languages_say_the_same_things() -> None:
    keys = {language: set(texts(language)) for language in LANGUAGES}
    assert all(found == keys["en"] for found in keys.values()), keys
    assert all(
        isinstance(words, str) and words for one in LANGUAGES for words in texts(one).values()
    )


def test_no_word_has_two_meanings() -> None:
    for language in LANGUAGES:
        lines = [line for file in ROOM.glob(f"texts/{language}/*.yaml") for line in file.open()]
        keys = [line.partition(":")[0] for line in lines]
        assert sorted(keys) == sorted(set(keys)), language


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    pages = "".join(file.read_text() for file in ROOM.glob("templates/*.html"))
    used = set(re.findall(r"\bt\.(?!get\()(\w+)", pages))
    begun = tuple(re.findall(r'\bt(?:\[|\.get\()"(\w+_)" ~', pages))  # t["need_" ~ need]
    code = "".join(file.read_text() for file in ROOM.glob("*.py"))
    begun += tuple(re.findall(r'\bf"(\w+_){', code))  # f"act_done_{what}"
    assert used <= set(texts("en"))
    said = {key for key in texts("en") if key not in used and not key.startswith(begun)}
    named = set(re.findall(r'"(\w+)"', code))  # pages.message(request, "dead", …)
    assert {re.sub(r"_(title|text)$", "", key) for key in said} <= named


def test_pages_hold_no_script_and_no_style_of_their_own() -> None:
    for file in ROOM.glob("templates/*.html"):
        page = file.read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page), file.name
