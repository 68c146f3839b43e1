"""A refused password is known until it changes, whatever becomes of keys."""

from __future__ import annotations

from pathlib import Path

from runner.browser.refusals import Refusals
from runner.values.secret import Secret

OLD = {"id": "taro", "password": Secret("hunter2-canary")}


def test_a_refused_password_is_known_until_it_changes(tmp_path: Path) -> None:
    refusals = Refusals(tmp_path)
    assert not refusals.has("docomo", OLD)
    refusals.add("docomo", OLD)
    assert refusals.has("docomo", dict(reversed(OLD.items())))
    assert not refusals.has("docomo", {**OLD, "password": Secret("hunter3")})
    assert not refusals.has("other", OLD)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"canary" not in file.read_bytes()
    refusals.forget("docomo")
    assert not refusals.has("docomo", OLD)


def test_the_same_password_has_another_hash_each_time(tmp_path: Path) -> None:
    hashes = set()
    for _ in range(2):
        Refusals(tmp_path).add("docomo", OLD)
        hashes.add((tmp_path / "docomo.json").read_text())
    assert len(hashes) == 2


def test_the_owner_is_told_of_each_refused_password_once(tmp_path: Path) -> None:
    refusals = Refusals(tmp_path)
    assert not refusals.told("docomo")
    refusals.tell("docomo")  # of nothing
    refusals.add("docomo", OLD)
    assert not refusals.told("docomo")
    refusals.tell("docomo")
    assert Refusals(tmp_path).told("docomo")
    assert refusals.has("docomo", OLD)
    refusals.add("docomo", {**OLD, "password": Secret("hunter3")})
    assert not refusals.told("docomo")


def test_a_damaged_record_is_none(tmp_path: Path) -> None:
    (tmp_path / "docomo.json").write_text("{")
    assert not Refusals(tmp_path).has("docomo", OLD)
