"""`until` of a signal: what a flow gets wrong about it is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.flow.library import Library
from runner.flow.mistakes import Mistakes

FLOW = """\
flow: practice
title: Practice
hosts: [practice.example.jp]
signals:
  signed_in: {text: Hello}
  %s
login: [{goto: 'https://practice.example.jp/'}]
read: [{goto: 'https://practice.example.jp/'}]
"""


def load(folder: Path, signal: str) -> Library:
    (folder / "flows").mkdir()
    (folder / "flows" / "practice.yaml").write_text(FLOW % signal)
    (folder / "selectors").mkdir()
    (folder / "selectors" / "practice.yaml").write_text("site: practice\nselectors: {}\n")
    library = Library([folder])
    library.load("practice")
    return library


def test_a_maintenance_may_say_when_it_ends(tmp_path: Path) -> None:
    library = load(tmp_path, 'maintenance: {text: Closed, until: "/until (.+)/"}')
    sign = library.load("practice").flow.signals["maintenance"]
    assert sign.until is not None
    assert sign.until.regex.search("until 6:00")


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        ("maintenance: {text: Closed, until: until}", "a group around the day and the time"),
        ('maintenance: {text: Closed, until: "/until .+/"}', "write it like"),
        ('maintenance: {until: "/until (.+)/"}', "not by what the page is known"),
        ('locked: {text: Locked, until: "/until (.+)/"}', "belongs to `maintenance`"),
    ],
)
def test_what_is_wrong_about_an_end_is_told(tmp_path: Path, signal: str, said: str) -> None:
    with pytest.raises(Mistakes) as caught:
        load(tmp_path, signal)
    assert said in str(caught.value)
    assert "practice.yaml" in str(caught.value)
