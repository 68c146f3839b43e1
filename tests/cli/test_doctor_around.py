"""`kigen doctor` on the dashboard and the ping address. The broker: tests/mqtt/test_doctor.py."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.browser.check import Fact
from runner.cli.doctor_around import around
from runner.config.home import Home
from runner.config.workspace import Workspace
from runner.values.secret import Redactor
from runner.web.password import Password

CANARY = "canary-5d0f"
SAFE = ("for this machine only", True)


def found(folder: Path, config: str) -> dict[str, Fact]:
    """The facts, none of which tells a secret."""
    (folder / "config.yaml").write_text(f"{config}\naccounts: {{}}\n")
    facts = list(around(Workspace.open(folder), Home(folder / "home"), Redactor()))
    assert CANARY not in str(facts)
    return {fact.name: fact for fact in facts}


def door(folder: Path, config: str) -> Fact:
    return found(folder, f"dashboard: {config}")["dashboard's door"]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_what_is_not_wanted_is_not_looked_at(tmp_path: Path) -> None:
    assert found(tmp_path, "dashboard: false") == {}


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        (f"https://hc.example/{CANARY}", None),
        (f"http://[::1]:8000/{CANARY}", None),
        (f"hc.example/{CANARY}", "`ping: url:`: its address does not begin with https://"),
        (f"ftp://hc.example/{CANARY}", "`ping: url:`: its address does not begin with https://"),
        (f"https:///{CANARY}", "`ping: url:`: its address names no host."),
        (f"https://hc.example:port/{CANARY}", "`ping: url:`: its address can't be read."),
        (f"https://hc.example/a {CANARY}", "`ping: url:`: its address has a space in it."),
        (None, "`ping: url:`: "),
    ],
)
def test_a_ping_address_is_looked_at_and_not_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str | None, wrong: str | None
) -> None:
    if address is not None:
        monkeypatch.setenv("PING", address)
    fact = found(tmp_path, "dashboard: false\nping: {url: env:PING}")["ping"]
    assert fact.ok == (wrong is None)
    assert fact.hint.startswith(wrong or "")


def test_the_dashboard_s_address_is_free_or_taken(tmp_path: Path, taken: int) -> None:
    free = found(tmp_path, "dashboard: {listen: '127.0.0.1:0'}")["dashboard"]
    assert (free.value, free.ok) == ("127.0.0.1:0 is free for `kigen serve`", True)
    fact = found(tmp_path, f"dashboard: {{listen: '127.0.0.1:{taken}'}}")["dashboard"]
    assert (fact.value, fact.ok) == (f"127.0.0.1:{taken} can't be had", False)
    assert "name another address" in fact.hint


def test_an_address_that_we_serve_is_well(tmp_path: Path, taken: int) -> None:
    note = tmp_path / "home" / "dashboard" / "address"
    note.parent.mkdir(parents=True)
    note.write_text(f"http://127.0.0.1:{taken}")
    with note.open() as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        fact = found(tmp_path, f"dashboard: {{listen: '127.0.0.1:{taken}'}}")["dashboard"]
    assert (fact.value, fact.ok) == (f"served at http://127.0.0.1:{taken}", True)


def test_an_address_that_others_reach_wants_a_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", CANARY)
    open_ = "listen: '0.0.0.0:0', url: 'https://kigen.example'"
    alone = door(tmp_path, "{listen: '127.0.0.1:0'}")
    assert (alone.value, alone.ok) == SAFE
    nothing = door(tmp_path, f"{{{open_}}}")
    assert (nothing.value, nothing.ok) == ("others reach it", False)
    assert "nothing keeps them out" in nothing.hint
    assert door(tmp_path, f"{{{open_}, password: env:PASSWORD}}").ok
    assert "MISSING" in door(tmp_path, f"{{{open_}, password: env:MISSING}}").hint
    signs_in = "proxy: {{from: [{}], users: [me]}}"
    assert door(tmp_path, f"{{{open_}, {signs_in.format('172.18.0.2/32')}}}").ok
    everywhere = door(tmp_path, f"{{{open_}, {signs_in.format('0.0.0.0/0')}}}")
    assert "Whoever sends the header Remote-User is let in" in everywhere.hint
    unveiled = door(tmp_path, "{listen: '0.0.0.0:0', password: env:PASSWORD}")
    assert "can be read on the way" in unveiled.hint
    Password(tmp_path / "home", b"key").set("correct horse battery")
    assert door(tmp_path, f"{{{open_}}}").ok
