"""Settings, secrets and the books, with and without a server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from runner.sandbox import control
from runner.sandbox.errors import SandboxError
from tests.sandbox.visitor import TOP, Visitor


def month(visitor: Visitor) -> dict[str, str]:
    found: dict[str, str] = json.loads(visitor.ask(f"{TOP}api/usage").text)["month"]
    return found


def test_settings_show_on_the_pages_at_once(visitor: Visitor, home: Path) -> None:
    visitor.sign_in(home)
    control.set_(home, "docomo", "data_left", "512MB")
    control.set_(home, "docomo", "expires_on", date(2031, 4, 5))
    control.set_(home, "docomo", "used", "2")
    assert month(visitor) == {
        "used": "2.00",
        "available": "2.50",
        "left": "0.50",
        "limitDate": "20310405",
    }
    control.set_(home, "docomo", "plan", "irumo <3GB>")
    contract = visitor.ask(f"{TOP}contract/").text
    assert "irumo &lt;3GB&gt;" in contract
    assert "2031年4月5日" in contract
    control.set_(home, "docomo", "price", 1650)
    assert "1,650円" in visitor.ask(f"{TOP}application/data/").text


def test_every_setting_can_be_set(home: Path) -> None:
    samples = {
        "data_left": "1", "expires_on": "2030-01-01", "used": "1", "plan": "x", "bill": "1",
        "price": "1", "activation": "90", "two_step": "weak", "locked": "yes", "lock_after": "3",
        "session_minutes": "5", "code_minutes": "5", "now": "real", "code_by": "mail",
        "mail_server": "127.0.0.1:2525",
    }  # fmt: skip
    for key in control.keys("docomo"):
        control.set_(home, "docomo", key, samples.get(key))


@pytest.mark.parametrize(
    ("portal", "key", "value", "words"),
    [
        ("docomo", "two_steps", "weak", "Did you mean two_step?"),
        ("docomo", "two_step", "week", "one of strong, weak, off"),
        ("docomo", "due", "yes", "no value"),
        ("docomo", "data_left", "lots", "a data volume"),
        ("docomo", "expires_on", "soon", "a date"),
        ("docomo", "now", "2027-01-01T00:00", "a moment"),
        ("docomo", "activation", "-1", "seconds"),
        ("dokomo", "due", None, "Did you mean docomo?"),
    ],
)
def test_mistakes_are_explained(
    tmp_path: Path, portal: str, key: str, value: str | None, words: str
) -> None:
    with pytest.raises(SandboxError, match=words):
        control.set_(tmp_path, portal, key, value)


def test_the_clock_can_be_set_back(visitor: Visitor, home: Path) -> None:
    control.set_(home, "docomo", "now", "2025-01-31T10:00+09:00")
    visitor.sign_in(home)
    assert "2025/01/31" in visitor.ask(f"{TOP}api/usage").text


def test_reset_forgets_all_but_the_secrets(visitor: Visitor, home: Path) -> None:
    secrets = control.secrets(home, "docomo")
    control.set_(home, "docomo", "two_step", "off")
    visitor.sign_in(home)
    visitor.complete(visitor.to_confirmation())
    control.fault(home, "maintenance")
    control.reset(home)
    assert control.charges(home) == []
    assert control.events(home) == []
    assert control.faults(home) == []
    assert control.secrets(home, "docomo") == secrets
    assert visitor.ask(f"{TOP}contract/").status == 302


def test_the_password_is_one_that_portals_take(tmp_path: Path) -> None:
    for _ in range(20):
        control.set_(tmp_path, "docomo", "password")
        password = control.secrets(tmp_path, "docomo")["password"]
        for needed in ("[a-zA-Z]", "[0-9]", "[^a-zA-Z0-9]", r"^[!-~]{8,20}$"):
            assert re.search(needed, password), password


def test_homes_have_secrets_of_their_own(tmp_path: Path) -> None:
    one, two = (control.secrets(tmp_path / name, "docomo") for name in "ab")
    assert one["password"] != two["password"]
    assert one == control.secrets(tmp_path / "a", "docomo")


def test_no_secret_is_in_any_file_and_all_files_are_private(visitor: Visitor, home: Path) -> None:
    secrets = control.secrets(home, "docomo")
    page = visitor.give_password(secrets["id"], secrets["password"])
    message = control.sms(home, "docomo")
    assert message is not None
    found = re.search(r"[0-9]{6}", message.text)
    assert found
    visitor.ask(
        "https://cfg.smt.docomo.ne.jp/auth/cgi/idauth",
        {"arcv": page.hidden("arcv"), "rotpwd": found[0], "deviceflg": "1"},
    )
    tickets = [value for jar in visitor.cookies.values() for value in jar.values()]
    canaries = [secrets["password"], found[0], *tickets, page.hidden("arcv")]
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.name == "books.sqlite" for path in files)
    for path in files:
        content = path.read_bytes()
        assert not [c for c in canaries if c.encode() in content], path
        assert path.stat().st_mode & 0o077 == 0, path
    assert (home / "sandbox").stat().st_mode & 0o077 == 0


def test_steering_needs_no_web_server() -> None:
    heavy = "starlette uvicorn jinja2 trustme cryptography ssl asyncio"
    program = (
        "import sys, runner.sandbox.control;"
        f"print([m for m in '{heavy}'.split() if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_many_may_open_a_new_home_at_once(tmp_path: Path) -> None:
    program = (
        f"from runner.sandbox import control; print(control.secrets({str(tmp_path)!r}, 'docomo'))"
    )
    many = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _ in range(6)
    ]
    said = {process.communicate()[0] for process in many}
    assert [process.returncode for process in many] == [0] * 6
    assert len(said) == 1


def test_unknown_hosts_are_misdirected(visitor: Visitor) -> None:
    for host in ("example.com", "www.docomo.ne.jp.example.com", ""):
        assert visitor.ask("https://127.0.0.1/", host=host or "x").status == 421


def test_unknown_pages_and_old_addresses(visitor: Visitor) -> None:
    assert visitor.ask(f"{TOP}nothing/").status == 404
    old = visitor.ask("https://www.nttdocomo.co.jp/mydocomo/data")
    assert (old.status, old.headers["location"]) == (301, TOP)
