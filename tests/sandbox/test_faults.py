"""What goes wrong when it is told to, and only then."""

from __future__ import annotations

import http.client
import time
from pathlib import Path

import pytest

from runner.sandbox import control, faults
from runner.sandbox.errors import SandboxError
from tests.sandbox.visitor import ADD, TOP, Visitor, sms_code

BROKEN = (http.client.RemoteDisconnected, ConnectionError, OSError)


def test_maintenance_stands_in_for_every_page(visitor: Visitor, home: Path) -> None:
    number = control.fault(home, "maintenance")
    page = visitor.ask(TOP)
    assert page.status == 503
    assert "ただいまメンテナンス中です" in page.text
    control.clear_faults(home, number)
    control.fault(home, "maintenance", status="200", host="id.*")
    assert visitor.ask(TOP).status == 200
    closed = visitor.ask("https://id.smt.docomo.ne.jp/cgi7/id/menu")
    assert (closed.status, "システムメンテナンスのため" in closed.text) == (200, True)


def test_after_and_count_choose_the_requests(visitor: Visitor, home: Path) -> None:
    control.fault(home, "http", status=502, path="/mydocomo/", after=1, count=2)
    assert [visitor.ask(TOP).status for _ in range(5)] == [200, 502, 502, 200, 200]
    [fault] = control.faults(home)
    assert (fault["seen"], fault["hits"]) == (5, 2)


def test_a_slow_answer_is_late(visitor: Visitor, home: Path) -> None:
    control.fault(home, "slow", seconds=0.5)
    begin = time.monotonic()
    assert visitor.ask(TOP).status == 200
    assert time.monotonic() - begin >= 0.5


def test_other_requests_do_not_wait_for_a_slow_one(visitor: Visitor, home: Path) -> None:
    control.fault(home, "slow", seconds=30, path="/mydocomo/")
    with pytest.raises(TimeoutError):
        visitor.ask(TOP, time=0.3)
    assert visitor.ask("https://id.smt.docomo.ne.jp/cgi7/id/menu", time=2).status == 200


@pytest.mark.parametrize(("when", "charged"), [("before", 0), ("after", 1), ("middle", 1)])
def test_a_dropped_connection_at_the_last_button(
    visitor: Visitor, home: Path, when: str, charged: int
) -> None:
    control.set_(home, "docomo", "two_step", "off")
    visitor.sign_in(home)
    confirmation = visitor.to_confirmation()
    control.fault(home, "drop", when=when, path="*/complete")
    expected = http.client.IncompleteRead if when == "middle" else BROKEN
    with pytest.raises(expected):
        visitor.complete(confirmation)
    assert len(control.charges(home)) == charged
    assert visitor.ask(TOP).status == 200


def test_right_codes_can_be_refused(visitor: Visitor, home: Path) -> None:
    control.fault(home, "wrong_code", count=1)
    page = visitor.sign_in(home)
    assert "セキュリティコードが間違っています。" in page.text
    assert "ログアウト" in visitor.sign_in(home).text


def test_the_human_check_lets_nobody_in_and_sends_nothing(visitor: Visitor, home: Path) -> None:
    control.fault(home, "human_check")
    page = visitor.ask("https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin")
    assert "Let's confirm you are human" in page.text
    assert "Complete the security check before continuing." in page.text
    assert "authid" not in page.text
    assert control.sms(home, "docomo") is None


def test_a_session_can_end_at_a_chosen_request(visitor: Visitor, home: Path) -> None:
    control.set_(home, "docomo", "two_step", "off")
    visitor.sign_in(home)
    control.fault(home, "session_expiry", after=2, count=1)
    pages = [visitor.ask(f"{TOP}contract/").status for _ in range(4)]
    assert pages == [200, 200, 302, 302]


def test_a_changed_layout_still_works_by_its_field_names(visitor: Visitor, home: Path) -> None:
    control.fault(home, "changed_layout")
    secrets = control.secrets(home, "docomo")
    page = visitor.to_password(secrets["id"])
    assert 'id="Di_Pass"' not in page.text
    assert "ログイン" not in page.text
    visitor.give_password(secrets["id"], secrets["password"])
    assert len(sms_code(home)) == 6
    assert "次へ" not in visitor.ask(ADD).text


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("maintenence", {}, "Did you mean maintenance?"),
        ("slow", {"second": 3}, "Did you mean seconds?"),
        ("slow", {"seconds": "soon"}, "a number of seconds"),
        ("http", {"status": 404}, "one of 500, 502, 503"),
        ("drop", {"portal": "dokomo"}, "Did you mean docomo?"),
        ("price", {"portal": "dokomo"}, "Did you mean docomo?"),
    ],
)
def test_mistakes_are_explained(
    tmp_path: Path, name: str, options: dict[str, str], words: str
) -> None:
    with pytest.raises(SandboxError, match=words):
        control.fault(tmp_path, name, **options)
    assert control.faults(tmp_path) == []


def test_every_fault_is_described() -> None:
    kinds = control.fault_kinds()
    assert set(kinds) == set(faults.KINDS)
    assert all(text for options in kinds.values() for text in options.values())
