"""What a flow gets wrong is told with its place, all at once, before anything is played."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from runner.flow.library import Library, NoSuchFlow
from runner.flow.mistakes import Mistakes

HEADER = """\
flow: practice
title: Practice
hosts: [practice.example.jp]
needs: {id: text, password: secret}
signals: {signed_in: {visible: out}}
"""
PLANS = "plans: {1GB: {price: 550 JPY}}\n"
LOGIN = "login: [{goto: 'https://practice.example.jp/'}]\n"
READ = "read: [{goto: 'https://practice.example.jp/'}]\n"
SELECTORS = """\
site: practice
selectors:
  out: {role: link, name: ログアウト}
  box: {css: input}
  row(title): {css: tr, has_text: "{{ title }}"}
"""


def write(folder: Path, flow: str, selectors: str = SELECTORS, name: str = "practice") -> None:
    for kind, text in (("flows", flow), ("selectors", selectors)):
        (folder / kind).mkdir(exist_ok=True)
        (folder / kind / f"{name}.yaml").write_text(text)


def wrong(folder: Path, flow: str, selectors: str = SELECTORS) -> str:
    write(folder, flow, selectors)
    with pytest.raises(Mistakes) as caught:
        Library([folder]).load("practice")
    return str(caught.value)


CASES = {
    "selector": (LOGIN + "read: [{click: bx}]", ["no selector `bx`", "did you mean `box`"]),
    "arguments": (LOGIN + "read: [{click: row}]", ["takes 1 argument"]),
    "a hole in what a page says": (
        LOGIN + "read: [{wait_for: {text: '/{{ line.name }}/'}}]",
        ["is not filled in here", "a selector with an argument"],
    ),
    "name": (
        LOGIN + "read: [{fill: {box: '{{ acount.id }}'}}]",
        ["`acount` is not known", "did you mean `account`"],
    ),
    "member": (
        LOGIN + "read: [{fill: {box: '{{ account.di }}'}}]",
        ["`account.di` is not known", "`account.id`"],
    ),
    "secret in an address": (
        LOGIN + "read: [{goto: 'https://practice.example.jp/{{ account.password }}'}]",
        ["a secret may only be filled"],
    ),
    "secret beside text": (
        LOGIN + "read: [{fill: {box: 'x{{ account.password }}'}}]",
        ["stands there alone"],
    ),
    "secret in a condition": (
        LOGIN + "read: [{if: {that: account.password == 'x', then: [{click: box}]}}]",
        ["a secret may only be filled"],
    ),
    "foreign host": (
        LOGIN + "read: [{goto: 'https://practice.example.jp.evil.com/'}]",
        ["not on one of the flow's hosts"],
    ),
    "no https": (LOGIN + "read: [{goto: 'http://practice.example.jp/'}]", ["over HTTPS"]),
    "pay outside renew": (
        LOGIN + "read: [{pay: {click: box, price: 1 JPY, done: {text: x}}}]",
        ["`pay` belongs into `renew`"],
    ),
    "two pays": (
        PLANS
        + LOGIN
        + READ
        + "renew: [{pay: &p {click: box, price: 1 JPY, done: {text: x}}}, {pay: *p}]",
        ["a flow has one `pay`"],
    ),
    "pay in a loop": (
        PLANS
        + LOGIN
        + READ
        + "renew: [{for_each: {in: '[1, 2]', do: "
        + "[{pay: {click: box, price: 1 JPY, done: {text: x}}}]}}]",
        ["could pay more than once"],
    ),
    "two ways to renew": (
        PLANS + LOGIN + READ + "renew: [{extend: &e {click: box, done: {text: x}}}, {extend: *e}]",
        ["a flow has one `extend`"],
    ),
    "extend outside renew": (
        LOGIN + "read: [{extend: {click: box, done: {text: x}}}]",
        ["`extend` belongs into `renew`"],
    ),
    "price that no page was asked for": (
        PLANS + LOGIN + READ + "renew: [{pay: {click: box, price: plan.price, done: {text: x}}}]",
        ["must be read from the page", "`extract` it"],
    ),
    "unknown part": (LOGIN + "read: [{use: sign_inn}]", ["no part `sign_inn`"]),
    "part that uses itself": (
        "parts: {a: [{use: b}], b: [{use: a}]}\n" + LOGIN + "read: [{use: a}]",
        ["uses itself"],
    ),
    "kind of a reading": (
        LOGIN + "read: [{extract: {balance: {from: box, as: text}}}]",
        ["`balance` is read as money"],
    ),
    "history without rows": (LOGIN + READ + "history: [{click: box}]", ["`extract_all`"]),
    "history without amounts": (
        LOGIN + READ + "history: [{extract_all: {rows: box, fields: {on: date}}}]",
        ["need the field `amount`"],
    ),
    "no such function": (LOGIN + "read: [{call: close_it}]", ["no `async def close_it`"]),
    "time zone": ("timezone: Asia/Tokio\n" + LOGIN + READ, ["no time zone `Asia/Tokio`"]),
    "no signal for being signed in": (None, ["`signed_in` is missing"]),
    "loop name outside its loop": (
        LOGIN
        + "read: [{for_each: {in: '[1]', as: it, do: [{click: box}]}}, {fill: {box: '{{ it }}'}}]",
        ["`it` is not known"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_is_seen_and_told(tmp_path: Path, name: str) -> None:
    body, parts = CASES[name]
    if body is None:
        text = HEADER.replace("signals: {signed_in: {visible: out}}\n", "") + LOGIN + READ
    else:
        text = HEADER + body
    told = wrong(tmp_path, text)
    for part in parts:
        assert part in told
    assert "practice.yaml:" in told
    assert "^" in told


def test_the_caret_points_at_the_name_inside_the_text(tmp_path: Path) -> None:
    told = wrong(tmp_path, HEADER + LOGIN + "read: [{fill: {box: '番号 {{ acount.id }}'}}]\n")
    line, caret = told.splitlines()[1:3]
    start = line.index("acount")
    width = sum(2 if sign > "ÿ" else 1 for sign in line[:start])
    assert caret.startswith(" " * width + "^")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    told = wrong(tmp_path, HEADER + LOGIN + "read: [{click: bx}, {click: ot}, {use: part}]")
    assert "`bx`" in told
    assert "`ot`" in told
    assert "`part`" in told


@pytest.mark.parametrize(
    ("selectors", "part"),
    [
        ("out: {role: buton}", "did you mean `button`"),
        ("out: {css: a, text: b}", "exactly one of"),
        ("out: {css: a, name: b}", "`name` belongs with `role`"),
        ("out: {css: '{{ titel }}'}", "not an argument"),
        ("out: {css: a, within: nothing}", "no selector `nothing`"),
        ("out: {text: '/(/'}", "not a regular expression"),
        ("out(x): {text: '/^({{ x }}/'}", "not a regular expression"),
        ("out: {text: '/^{{ titel }}/'}", "not an argument"),
        ("out: []", "at least 1 entry"),
    ],
)
def test_mistakes_of_selectors(tmp_path: Path, selectors: str, part: str) -> None:
    body = textwrap.indent(selectors, "  ")
    told = wrong(tmp_path, HEADER + LOGIN + READ, f"site: practice\nselectors:\n{body}\n")
    assert part in told
    assert "selectors" in told


def test_an_unknown_flow_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, HEADER + LOGIN + READ)
    with pytest.raises(NoSuchFlow) as caught:
        Library([tmp_path]).load("practise")
    assert caught.value.hint == "did you mean `practice`?"


def test_earlier_folders_win(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    for folder, title in ((own, "Own"), (shipped, "Shipped")):
        folder.mkdir()
        write(folder, HEADER.replace("Practice", title) + LOGIN + READ)
    assert Library([own, shipped]).load("practice").flow.title == "Own"


def test_parts_of_another_flow_bring_their_own_selectors(tmp_path: Path) -> None:
    other = (HEADER + LOGIN + READ).replace("flow: practice", "flow: other")
    write(
        tmp_path,
        other + "parts: {leave: [{click: bye}]}\n",
        "site: other\nselectors: {out: {css: a}, bye: {css: b}}\n",
        "other",
    )
    write(tmp_path, HEADER + LOGIN + "read: [{use: other/leave}]")
    site = Library([tmp_path]).load("practice")
    assert list(site.others) == ["other"]
    assert site.others["other"].selectors.find("bye") is not None
