"""A proxy that signs people in is believed; whoever pretends to be one is not."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from runner.cli.served_dashboard import check
from runner.config.dashboard import Dashboard
from runner.config.home import Home
from runner.config.workspace import Workspace
from runner.flow.mistakes import Mistakes
from runner.web.csrf import Csrf
from runner.web.desk import Desk
from runner.web.links import key_for
from runner.web.password import Password
from tests.web.desks import CHEAP, KEY, Browser, at_the_dashboard


def proxied(*networks: str) -> Dashboard:
    proxy = {"header": "Remote-User", "from": list(networks), "users": ["mai", "aoi"]}
    return Dashboard.model_validate({"proxy": proxy})


def test_whom_the_proxy_names_is_let_in(desk: Desk) -> None:
    with at_the_dashboard(desk, proxied("127.0.0.0/8")) as owner:
        visitor = Browser(owner.port)
        assert visitor.get("/", remote_user="mai").status == 200
        assert visitor.get("/", remote_user="eve").status == 303
        assert visitor.get("/", remote_user="mai, eve").status == 303
        assert visitor.get("/").status == 303
        assert "/logout" not in visitor.get("/", remote_user="mai").body
        assert owner.get("/").status == 200  # a session counts beside it


def test_the_header_from_a_strangers_address_counts_for_nothing(desk: Desk) -> None:
    with at_the_dashboard(desk, proxied("192.0.2.0/24", "2001:db8::/32")) as owner:
        for headers in (
            {"remote_user": "mai"},
            {"remote_user": "mai", "x_forwarded_for": "192.0.2.1"},
            {"remote_user": "mai", "forwarded": "for=192.0.2.1", "x_real_ip": "192.0.2.1"},
        ):
            assert Browser(owner.port).get("/", **headers).status == 303


def test_a_header_that_stands_there_twice_was_not_set_by_the_proxy_alone(desk: Desk) -> None:
    asked = (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nRemote-User: mai\r\nRemote-User: mai\r\n"
        b"Connection: close\r\n\r\n"
    )
    with (
        at_the_dashboard(desk, proxied("127.0.0.1")) as owner,
        socket.create_connection(("127.0.0.1", owner.port), 10) as line,
    ):
        line.sendall(asked)
        assert line.recv(12) == b"HTTP/1.1 303"


def test_forms_behind_a_proxy_need_its_users_token(desk: Desk) -> None:
    tokens = {name: Csrf(key_for("csrf", KEY)).token(f"proxy {name}") for name in ("mai", "aoi")}
    with at_the_dashboard(desk, proxied("127.0.0.1")) as owner:
        visitor = Browser(owner.port)
        for token, status in ((tokens["mai"], 404), (tokens["aoi"], 403), ("", 403)):
            found = visitor.send("/nowhere", {"csrf": token}, remote_user="mai")
            assert found.status == status


def test_addresses_that_the_proxy_adds_are_counted_one_by_one(desk: Desk) -> None:
    with at_the_dashboard(desk, proxied("127.0.0.1")) as owner:
        visitor = Browser(owner.port)
        for _ in range(130):
            last = visitor.get("/api", x_forwarded_for="192.0.2.7, 198.51.100.1").status
        assert last == 429
        assert visitor.get("/api", x_forwarded_for="198.51.100.1, 192.0.2.7").status == 401


@pytest.mark.nightly
def test_addresses_that_strangers_make_up_are_not_counted(desk: Desk) -> None:
    with at_the_dashboard(desk, proxied("192.0.2.0/24")) as owner:
        for number in range(130):
            last = Browser(owner.port).get("/api", x_forwarded_for=f"198.51.100.{number}").status
        assert last == 429


def workspace(folder: Path, text: str) -> Workspace:
    (folder / "config.yaml").write_text(f"accounts: {{}}\n{text}\n")
    return Workspace.open(folder)


@pytest.mark.parametrize("listen", ["0.0.0.0:8751", "[::]:8751", "192.0.2.1:1", "kigen.example:1"])
def test_nothing_is_served_to_others_without_a_lock(tmp_path: Path, listen: str) -> None:
    home = Home(tmp_path / "home")
    listening = f'dashboard:\n  listen: "{listen}"\n'
    check(workspace(tmp_path, listening + "  password: env:DASHBOARD\n"), home)
    check(workspace(tmp_path, listening + "  proxy: {from: [192.0.2.9], users: [mai]}\n"), home)
    with pytest.raises(Mistakes):
        check(workspace(tmp_path, listening + "  proxy: {from: [192.0.2.9]}\n"), home)
    with pytest.raises(Mistakes) as wrong:
        check(workspace(tmp_path, listening), home)
    (mistake,) = wrong.value.mistakes
    assert mistake.place.line == 3
    assert listen in mistake.shown
    assert "password" in str(mistake)
    Password(home.folder, b"", hasher=CHEAP).set("correct horse")
    check(workspace(tmp_path, listening), home)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dashboard: false",
        "dashboard: true",
        'dashboard: {listen: "127.0.0.1:1"}',
        'dashboard: {listen: "127.8.8.8:1"}',
        'dashboard: {listen: "[::1]:1"}',
        'dashboard: {listen: "localhost:1"}',
    ],
)
def test_on_this_machine_a_link_is_enough(tmp_path: Path, text: str) -> None:
    check(workspace(tmp_path, text), Home(tmp_path / "home"))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("proxy: {from: [], users: [mai]}", "at least 1"),
        ("proxy: {from: [nowhere], users: [mai]}", "an address or a network is wanted"),
        ("proxy: {from: [127.0.0.1], users: [mai], header: 'a b'}", "header"),
        ("proxy: {users: [mai]}", "from"),
        ("password: hunter22", "a secret does not stand in this file"),
    ],
)
def test_mistakes_are_shown_where_they_are(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(Mistakes, match=wrong) as found:
        workspace(tmp_path, f"dashboard:\n  {text}")
    assert "hunter22" not in str(found.value)
