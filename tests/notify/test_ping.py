"""Calling an address that waits for it: what counts as heard, and what is said where it was not."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import trustme

from runner.notify.ping import ping
from runner.values.secret import Secret
from tests.mqtt.web import Web, web_server

TOKEN = "5bf66975-hunter2"


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as web:
        yield web


def call(web: Web, path: str = f"/ping/{TOKEN}", time_limit: float = 10) -> str | None:
    return ping(Secret(f"http://127.0.0.1:{web.port}{path}"), time_limit)


def test_a_plain_get_is_all_that_is_sent(web: Web) -> None:
    assert call(web, f"/api/push/{TOKEN}?status=up&msg=OK") is None
    assert web.heard == [f"GET /api/push/{TOKEN}?status=up&msg=OK"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_goes_where_it_is_sent(web: Web, status: int) -> None:
    web.answers[f"/ping/{TOKEN}"] = (status, f"/new/{TOKEN}")
    assert call(web) is None
    assert web.heard[-1] == f"GET /new/{TOKEN}"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "the answer was 404 Not Found"),
        (429, "the answer was 429 Too Many Requests"),
        (500, "the answer was 500 Internal Server Error"),
        (599, "the answer was 599"),
    ],
)
def test_any_other_answer_is_no_answer(web: Web, status: int, said: str) -> None:
    web.answers[f"/ping/{TOKEN}"] = (status, None)
    assert call(web) == said


def test_it_is_not_sent_in_circles(web: Web) -> None:
    web.answers[f"/ping/{TOKEN}"] = (302, f"/ping/{TOKEN}")
    assert call(web) == "the answer was 302 Found"
    assert len(web.heard) <= 6


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("ftp://127.0.0.1/x", "it sends on from http to ftp"),
        ("file:///etc/passwd", "the answer was 302 Found"),
        ("gopher://x", "the answer was 302 Found"),
    ],
)
def test_it_stays_on_the_web(web: Web, to: str, said: str) -> None:
    web.answers[f"/ping/{TOKEN}"] = (302, to)
    assert call(web) == said


def test_silence_is_waited_for_no_longer_than_the_limit(web: Web) -> None:
    web.open.clear()
    began = time.monotonic()
    assert call(web, time_limit=0.3) == "no answer within 0.3 s"
    assert time.monotonic() - began < 25


def test_an_answer_that_only_drips_is_left_too() -> None:
    sent = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            taken, _ = server.accept()
            with taken, suppress(OSError):
                for sign in b"HTTP/1.1 200 OK" + b" " * 500:
                    taken.send(bytes([sign]))
                    sent.append(sign)
                    done.wait(0.05)

        done = threading.Event()
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        address = Secret(f"http://127.0.0.1:{server.getsockname()[1]}/{TOKEN}")
        assert ping(address, 0.5) == "no answer within 0.5 s"
        assert sent
        done.set()
        thread.join(10)


def test_a_certificate_is_looked_at_and_https_is_kept() -> None:
    ca = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(tls)
    with web_server(tls) as web:
        reason = ping(Secret(f"https://127.0.0.1:{web.port}/{TOKEN}"))
    assert reason is not None
    assert "certificate" in reason
    assert web.heard == []


def test_https_is_never_left_for_http(monkeypatch: pytest.MonkeyPatch) -> None:
    ca = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(tls)
    with ca.cert_pem.tempfile() as trusted, web_server(tls) as web:
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        address = Secret(f"https://127.0.0.1:{web.port}/{TOKEN}")
        assert ping(address) is None
        web.answers[f"/{TOKEN}"] = (302, f"http://127.0.0.1:{web.port}/{TOKEN}")
        assert ping(address) == "it sends on from https to http"


@pytest.mark.parametrize(
    "address",
    [
        TOKEN, f"ftp://{TOKEN}", f"file:///{TOKEN}", f"http://{TOKEN}.invalid/", f"https://[{TOKEN}",
        f"http://127.0.0.1:1/{TOKEN}", f"http://user:{TOKEN}@127.0.0.1:1/", f"http://127.0.0.1:{TOKEN}/",
        f"http://127.0.0.1/{TOKEN} with spaces", "http://",
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told_without_the_address(address: str) -> None:
    reason = ping(Secret(address))
    assert reason
    assert "hunter2" not in reason
