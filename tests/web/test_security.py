"""Attempts to get at what is not served, to write into the log, and to keep the owner waiting."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from loguru import logger

from runner.cli.logs import FILE, set_up
from runner.values.secret import Redactor, Secret
from runner.web import texts as texts_module
from runner.web.desk import Desk
from runner.web.password import Password
from tests.web.desks import CHEAP, Browser, a_door, at_the_dashboard

STATIC = Path(texts_module.__file__).parent / "static"
PATHS = (
    "../app.py", "..%2fapp.py", "%2e%2e/app.py", "..%5capp.py", "....//app.py", "/etc/passwd",
    "%2fetc/passwd", "vendor/../../app.py", "kigen.css/../../app.py", "%00kigen.css", "C:/kigen.css",
    "vendor/..%252f..%252fapp.py", "\u2025/app.py",
)  # fmt: skip


def raw(port: int, target: bytes, *headers: bytes) -> bytes:
    """One request with its target as it is: no client tidies it up."""
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close", *headers]
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(b"\r\n".join([*lines, b"", b""]))
        found = b""
        while more := line.recv(65536):
            found += more
    return found


@pytest.mark.parametrize("path", PATHS)
def test_nothing_but_our_own_files_is_served(owner: Browser, path: str) -> None:
    session = f"Cookie: kigen={owner.session}".encode()
    for folder in ("/static/", "/"):
        for headers in ([], [session]):
            found = raw(owner.port, folder.encode() + path.encode("utf-8"), *headers)
            assert found[9:12] in (b"303", b"400", b"404"), found
            assert b"Starlette" not in found
            assert b"root:" not in found


def test_a_folder_is_not_listed(owner: Browser) -> None:
    assert owner.get("/static/").status == owner.get("/static/vendor").status == 404


def test_what_is_asked_for_never_breaks_a_line_of_the_log(
    desk: Desk, owner: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(tmp_path, Redactor(), shown="trace", written="trace")
    try:
        forged = "%0d%0aerror:%20forged%1b[31m%e2%80%a8forged"
        with at_the_dashboard(desk):
            for path in (
                f"/{forged}",
                f"/login/{forged}",
                f"/static/{forged}",
                f"/login?next={forged}",
            ):
                owner.get(path)
                owner.send(
                    path, {"next": "/\r\nforged", "password": "\r\nforged", "csrf": "\nforged"}
                )
            raw(owner.port, b"/ \x00\nforged: x")
            logger.error("a stranger asked for {}", "x\r\nerror: forged")
    finally:
        logger.remove()
    for line in capsys.readouterr().err.splitlines():
        assert not line.startswith(("forged", "error: forged")), line
    for line in (tmp_path / FILE).read_text().splitlines():
        assert json.loads(line)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_names_that_lead_here_by_a_trick_are_not_answered(owner: Browser, host: str) -> None:
    """DNS rebinding: another site's name, which its owner lets point to this machine."""
    for path in ("/", "/login", "/api", "/static/kigen.css"):
        assert owner.get(path, host=host).status == 400


def test_methods_that_no_page_has_are_refused(owner: Browser) -> None:
    for method in (b"PUT", b"DELETE", b"PATCH", b"TRACE", b"CONNECT", b"BREW"):
        with socket.create_connection(("127.0.0.1", owner.port), 10) as line:
            line.sendall(
                method + b" / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                b"Cookie: kigen=" + owner.session.encode() + b"\r\n\r\n"
            )
            assert line.recv(12) in (b"HTTP/1.1 403", b"HTTP/1.1 405", b"HTTP/1.1 400")


def test_sockets_of_the_dashboard_do_not_open(owner: Browser) -> None:
    upgrade = (
        b"Upgrade: websocket", b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )  # fmt: skip
    asked = raw(
        owner.port,
        b"/",
        f"Cookie: kigen={owner.session}".encode(),
        b"Connection: Upgrade",
        *upgrade,
    )
    assert not asked.startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize(
    "given", ["correct horse", CHEAP.hash("correct horse")], ids=["plain", "hash"]
)
def test_a_password_from_elsewhere_is_plain_or_a_hash(tmp_path: Path, given: str) -> None:
    password = Password(tmp_path, b"", lambda: Secret(given))
    assert password.check("correct horse")
    assert not password.check("correct horses")
    assert not password.check(given) or given == "correct horse"
    assert not password.check("")
    assert (
        password.fingerprint() != Password(tmp_path, b"other", lambda: Secret(given)).fingerprint()
    )


def test_without_a_password_none_is_right(tmp_path: Path) -> None:
    password = Password(tmp_path, b"")
    assert not password.is_set
    assert not password.check("")


def test_pages_are_served_while_passwords_are_checked(desk: Desk) -> None:
    """Checks take long and much memory: two at a time, and beside the pages."""
    let_go, at_once, most, lock = threading.Event(), [0], [0], threading.Lock()

    class Slow(Password):
        def check(self, password: str) -> bool:
            with lock:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
            let_go.wait(60)
            with lock:
                at_once[0] -= 1
            return False

    door = replace(a_door(desk), password=Slow(desk.home.folder, b"", lambda: Secret("x")))
    with at_the_dashboard(desk, door=door) as owner:
        page = owner.get("/login")
        cookie = page.headers["set-cookie"].partition(";")[0]
        token = page.body.partition('name="csrf" value="')[2].partition('"')[0]

        def attempt() -> None:
            owner.send("/login", {"csrf": token, "password": "x"}, cookie=cookie)

        threads = [threading.Thread(target=attempt) for _ in range(4)]
        for thread in threads:
            thread.start()
        ends = time.monotonic() + 60
        while at_once[0] < 2 and time.monotonic() < ends:
            time.sleep(0.01)
        assert owner.get("/").status == 200
        let_go.set()
        for thread in threads:
            thread.join(60)
    assert most[0] == 2


def test_htmx_is_the_one_that_was_published_and_may_not_evaluate(owner: Browser) -> None:
    folder = STATIC / "vendor"
    digest = hashlib.sha256((folder / "htmx.min.js").read_bytes()).hexdigest()
    assert digest in (folder / "NOTICE.md").read_text()
    page = owner.get("/").body
    (config,) = re.findall(r"""<meta name="htmx-config" content='([^']+)'>""", page)
    assert json.loads(config)["allowEval"] is False
