"""What every practice portal has, whichever it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from runner.sandbox import control, derive, portals
from runner.sandbox.books import Books
from runner.sandbox.errors import UnknownName
from tests.sandbox.visitor import Visitor

LEAN = """
import sys
from runner.sandbox import control, portals
portals.every()
heavy = {"starlette", "jinja2", "uvicorn", "cryptography", "playwright"} & set(sys.modules)
print(" ".join(sorted(heavy)))
"""


@pytest.mark.parametrize("name", portals.NAMES)
def test_it_has_a_state_secrets_and_explained_settings(tmp_path: Path, name: str) -> None:
    portal = portals.named(name)
    assert portal.name == name
    known = control.secrets(tmp_path, name)
    assert known
    assert all(isinstance(value, str) and value for value in known.values())
    assert control.secrets(tmp_path, name) == known, "they stay as they are"
    assert all(meaning for meaning in control.keys(name).values())
    assert control.sms(tmp_path, name) is None
    with Books(tmp_path) as books:
        seeded = {row["portal"] for row in books.rows("SELECT DISTINCT portal FROM facts")}
    assert seeded == {name}, "only what is asked for gets a state"


def test_portals_are_cheap_to_look_at() -> None:
    """The credential commands of a run load them; what serves pages is loaded by the server alone."""
    found = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


def test_an_unknown_portal_is_named_with_a_near_one(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean softbank"):
        control.secrets(tmp_path, "softbnk")


def test_every_host_answers_and_a_reset_leaves_every_portal_with_a_state(
    visitor: Visitor, home: Path
) -> None:
    for portal in portals.every():
        for host in portal.hosts:
            assert visitor.ask(f"https://{host}/").status < 500, host
        assert control.secrets(home, portal.name)


def test_a_fault_of_one_portal_leaves_the_others_alone(visitor: Visitor, home: Path) -> None:
    control.fault(home, "maintenance", portal="ymobile")
    assert visitor.ask("https://my.ymobile.jp/muc/d/top").status == 503
    assert visitor.ask("https://my.softbank.jp/msb/d/top").status == 200


def test_a_fault_strikes_where_its_portal_shares_a_site(visitor: Visitor, home: Path) -> None:
    control.fault(home, "maintenance", portal="softbank-prepaid")
    assert visitor.ask("https://my.softbank.jp/msb/d/top").status == 503


def test_passwords_of_portals_differ(tmp_path: Path) -> None:
    seed = derive.seed(tmp_path)
    names = ("softbank", "softbank-prepaid", "ymobile")
    assert len({derive.password(seed, name, "password", 1) for name in names}) == 3
