"""What runs have said, on pages in another language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner.web.desk import Desk
from tests.web.desks import Browser, a_desk, at_the_dashboard
from tests.web.waiting import CONFIG, HOSTILE, Clock, a_run


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Browser]]:
    folder = tmp_path_factory.mktemp("desk")
    with a_desk(folder, CONFIG, Clock()) as desk, at_the_dashboard(desk) as person:
        yield desk, person


def test_what_a_run_has_said_is_in_the_language_of_the_page(at: tuple[Desk, Browser]) -> None:
    desk, person = at
    text = "the page asks 1600 JPY; agreed is 1100 JPY; nothing was paid"
    run = a_run(desk, "too_expensive", message=text)
    body = person.get(f"/runs/{run.id}", accept_language="ja").body
    assert '<html lang="ja">' in body
    assert (
        "<p>ページの金額は1,600円ですが、取り決めは1,100円です。支払いは行っていません</p>" in body
    )
    assert text not in body
    assert f"<p>{text}</p>" in person.get(f"/runs/{run.id}", accept_language="en").body


def test_what_has_no_translation_is_english_and_says_so(at: tuple[Desk, Browser]) -> None:
    desk, person = at
    run = a_run(desk, "failed", message=f"odd {HOSTILE}; nothing was paid")
    body = person.get(f"/runs/{run.id}", accept_language="zh-TW").body
    assert (
        '<p><span lang="en">odd &lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;'
        "txt.</span>；沒有付款</p>" in body
    )
