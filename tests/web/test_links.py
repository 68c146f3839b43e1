"""A link can't be made, changed, lengthened, moved to another thing, or used after its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.web.links import DeadLink, Links, key_for

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=15)
KEY = key_for("test", b"home key")


def links(now: datetime = NOW, key: bytes = KEY) -> Links:
    return Links(key, lambda: now)


def test_a_link_is_good_until_its_time() -> None:
    token = links().make("page-1", "run-1", UNTIL)
    assert links().id_of(token) == "page-1"
    links().check(token, "run-1")
    links(UNTIL - timedelta(seconds=1)).check(token, "run-1")
    for later in (UNTIL, UNTIL + timedelta(days=1)):
        with pytest.raises(DeadLink):
            links(later).check(token, "run-1")


def test_a_link_is_bound_to_its_run_and_to_its_key() -> None:
    token = links().make("page-1", "run-1", UNTIL)
    with pytest.raises(DeadLink):
        links().check(token, "run-2")
    with pytest.raises(DeadLink):
        links(key=key_for("another use", b"home key")).check(token, "run-1")
    with pytest.raises(DeadLink):
        links(key=key_for("test", b"other key")).check(token, "run-1")


def test_a_longer_life_is_not_to_be_had() -> None:
    id, expires, signature = links().make("page-1", "run-1", UNTIL).split(".")
    for forged in (f"{id}.{int(expires) + 60}.{signature}", f"page-2.{expires}.{signature}"):
        with pytest.raises(DeadLink):
            links().check(forged, "run-1")


@given(st.text())
def test_no_text_is_a_link_by_chance(text: str) -> None:
    with pytest.raises(DeadLink):
        links().check(text, "run-1")


@given(st.integers(min_value=0), st.characters(blacklist_categories=["Cs"]))
def test_one_changed_sign_breaks_it(at: int, sign: str) -> None:
    token = links().make("page-1", "run-1", UNTIL)
    at %= len(token)
    changed = token[:at] + sign + token[at + 1 :]
    if changed != token:
        with pytest.raises(DeadLink):
            links().check(changed, "run-1")


@given(st.text(), st.text(), st.text(), st.text())
def test_what_a_link_says_is_read_in_one_way_only(a: str, b: str, c: str, d: str) -> None:
    """No two things share a signature because their names run into each other."""
    if (a, b) != (c, d) and "." not in a + c:
        token = links().make(a, b, UNTIL)
        with pytest.raises(DeadLink):
            links().check(f"{c}.{token.split('.', 1)[1]}", d)
