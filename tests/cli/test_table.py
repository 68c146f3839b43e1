"""Tables keep to the room that there is, and count cells, not characters."""

from __future__ import annotations

import re

import pytest

from runner.cli.chart import chart
from runner.cli.table import Cell, Column, table, width
from tests.cli.test_times import at

COLUMNS = [
    Column("name", least=8),
    Column("amount", right=True),
    Column("message", least=10, rank=2),
    Column("when", rank=1),
]
ROWS = [
    [
        "祖母の電話番号とても長い名前",
        "550 JPY",
        "a message that goes on and on and on",
        "11-21 09:30",
    ],
    ["short", "12,345.67 EUR", "", "by hand"],
]


@pytest.mark.parametrize("room", [30, 60, 80, 200])
def test_no_line_is_wider_than_the_room(room: int) -> None:
    assert max(width(line) for line in table(COLUMNS, ROWS, room=room).splitlines()) <= room


def test_without_a_limit_nothing_is_cut() -> None:
    text = table(COLUMNS, ROWS)
    assert "…" not in text
    assert all(cell in text for row in ROWS for cell in row)


def test_columns_line_up_though_signs_are_wide() -> None:
    head, first, second = table(COLUMNS, ROWS, room=60).splitlines()
    ends = [width(line[: line.index(end) + len(end)]) for line, end in
            ((head, "amount"), (first, "550 JPY"), (second, "EUR"))]  # fmt: skip
    assert len(set(ends)) == 1


def test_what_has_no_room_is_named() -> None:
    lines = table(COLUMNS, ROWS, room=30).splitlines()
    assert lines[-1] == "(no room for: message, when)"
    assert "11-21" not in lines[1]


def test_figures_are_never_cut() -> None:
    assert "12,345.67 EUR" in table(COLUMNS, ROWS, room=30)


def test_a_site_s_text_cannot_steer_the_terminal() -> None:
    text = table([Column("x")], [["\x1b[2Jgone\nnew line"]])
    assert "\x1b" not in text
    assert len(text.splitlines()) == 2


def test_colours_only_where_they_are_wanted() -> None:
    rows = [[Cell("3", "bad")]]
    assert "\x1b" not in table([Column("days")], rows)
    coloured = table([Column("days")], rows, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == table([Column("days")], rows)
    assert "\x1b[1;31m3\x1b[0m" in coloured


def test_a_curve_rises_and_falls_with_its_values() -> None:
    lines = chart("days", [(at(1), 0.0), (at(2), 10.0), (at(3), 5.0)], 40)
    top, bottom = lines[1], lines[5]
    assert lines[0] == "days"
    assert top.startswith("10 ▕")
    assert bottom.startswith(" 0 ▕")
    assert 0 < top.count("█") < bottom.count("█")
    assert lines[-1].split() == ["2026-11-01", "2026-11-03"]


def test_a_curve_keeps_to_its_room_and_shows_debts() -> None:
    lines = chart("balance", [(at(1), -300.0), (at(9), 1200.5)], 60, " JPY")
    assert max(map(len, lines)) <= 60
    assert lines[1].startswith("1,200.5 JPY")
    assert lines[5].lstrip().startswith("-300 JPY")
