"""A field test: it signs in and looks, performs nothing that writes, and keeps nothing that is personal."""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.flow.library import Library
from runner.flow.steps import STEPS
from runner.page.problems import Problem
from runner.page.trial.labels import labels_of
from runner.page.trial.looking import HELD, NEVER, Looking
from runner.renewal.bundle import Played, write_bundle
from runner.renewal.outcome import RunResult
from runner.values.secret import Redactor
from tests.page.conftest import Practice

PERSONAL = {
    "name": "綾小路 麗華",
    "kana": "アヤノコウジ レイカ",
    "romaji": "Reika Ayanokoji",
    "phone": "080-8317-2946",
    "mail": "reika.aya@mail-canary.example",
    "street": "神楽坂7丁目31番",
    "born": "1987年6月23日",
    "customer": "KX739251TT",
    "card": "**** 8361",
    "amount": "74,913円",
    "token": "eyJhbGciOiJ9xQ7",
    "emoji": "🦩Reika",
}
PAGE = """
<h1>残高の確認</h1><p>{name} 様 ({kana}) {emoji}</p>
<nav aria-label="{romaji}"><a href="/member/{customer}?key={token}#{token}">{phone}</a></nav>
<a href="https://{customer}.example.net/{token}">ログアウト</a>
<label>お名前 <input value="{name}"></label> <input placeholder="{mail}" aria-label="{street}">
<textarea>{street}</textarea><select><option>{romaji}</option></select><input type=password value="{token}">
<img alt="{name}" src=""><details open><summary>{born}</summary>{card}</details>
<table><tr><th scope=row>合計</th><td id=total>{amount}</td></tr></table>
<button title="{phone}" aria-pressed=true>{mail}</button><div role=alert>{customer} {token}</div>
<p>- "{phone}": [level=1] {born}</p><svg role=img aria-label="{customer}"></svg><code>{token}</code>
""".format(**PERSONAL)
NAMES = ("box", "agree", "way", "send", "ready")
REFUSED = {"call", "card", "choose_plan", "download", "extend", "pay", "upload"}


@pytest.fixture
def looked(practice: Practice) -> Iterator[Practice]:
    yield practice
    assert practice.site.posts == [], "nothing was sent"


def play(practice: Practice, phase: str = "read") -> Looking:
    """Play a phase as a field test does; problems are kept by it, not raised."""
    site = Library([practice.folder]).load("practice")
    practice.looking = Looking(labels_of(site, ["main"]))
    with contextlib.suppress(Problem):
        practice.play(phase)
    return practice.looking


def test_what_writes_is_held_back(looked: Practice) -> None:
    looked.site.pages["/"] = """
      <form method=post action=/done><input id=box><input type=checkbox id=agree>
      <select id=way><option>a<option>b</select><button id=send>送信</button></form>
      <p id=ready>here</p>"""
    looked.flow(
        """
        read:
          - fill: {box: "1"}
          - check: agree
          - select: {way: b}
          - press: {key: Enter, on: box}
          - upload: {box: flows/practice.yaml}
          - click: send
          - wait_for: {visible: ready}
        """,
        "\n".join(f"{name}: {{css: '#{name}'}}" for name in NAMES),
    )
    looking = play(looked)
    assert looking.held == [
        "read: fill box",
        "read: check agree",
        "read: select way",
        "read: press box",
        "read: upload box",
        "read: click send",
    ]


@pytest.mark.parametrize(
    "step",
    [
        "pay: {click: send, price: price, done: {visible: ready}}",
        "extend: {click: send, done: {visible: ready}}",
    ],
)
def test_a_renewal_would_be_held_back_too(looked: Practice, step: str) -> None:
    """No field test plays `renew`; should one ever, nothing would come of it."""
    looked.site.pages["/"] = """
      <form method=post action=/done><p id=box>550円</p><button id=send>送信</button></form>
      <p id=ready>here</p>"""
    looked.flow(
        f"renew: [{{extract: {{price: {{from: box, as: money}}}}}}, {{{step}}}]",
        "\n".join(f"{name}: {{css: '#{name}'}}" for name in NAMES),
    )
    assert play(looked, "renew").held[0].split()[:2] == [
        "renew:",
        step.split(":")[0],
    ]


def test_a_link_is_opened_not_clicked(looked: Practice) -> None:
    looked.site.pages |= {
        "/": "<a id=more href=/more onclick=\"fetch('/order', {method: 'POST'})\">次へ</a>",
        "/more": "<p id=end>完了</p>",
    }
    looked.flow(
        "read: [{click: more}, {wait_for: {visible: end}}]",
        "more: {css: '#more'}\nend: {css: '#end'}",
    )
    looking = play(looked)
    assert (looking.held, looking.problem) == ([], None)
    assert [page.tree for page in looking.pages][-1].endswith("完了")


def test_a_stranger_s_link_is_not_opened(looked: Practice) -> None:
    looked.site.pages["/"] = (
        "<a id=more href=https://elsewhere.example.net/>次へ</a><p id=end>x</p>"
    )
    looked.flow(
        "read: [{click: more}, {wait_for: {visible: end}}]",
        "more: {css: '#more'}\nend: {css: '#end'}",
    )
    assert play(looked).held == ["read: click more"]


def test_signing_in_is_done(practice: Practice) -> None:
    practice.site.pages |= {
        "/": "<form method=post action=/in><input id=box><button id=send>送信</button></form>",
        "/in": "<p>ログアウト</p>",
    }
    practice.flow(
        'login: [{fill: {box: "{{ account.id }}"}}, {click: send}]',
        "box: {css: '#box'}\nsend: {css: '#send'}",
    )
    looking = play(practice, "login")
    assert [path for path, _ in practice.site.posts] == ["/in"]
    assert looking.held == []
    assert looking.pages[0].matches == {"box": [1], "send": [1]}


def test_what_spends_is_never_done_not_even_to_sign_in(looked: Practice) -> None:
    """The list of what is never done holds every kind that spends or runs a program of its own."""
    assert {kind for kind, step in STEPS.items() if step.effect == "spend"} <= NEVER
    assert NEVER == REFUSED
    assert HELD.startswith("held back")


def test_nothing_personal_is_in_the_bundle(looked: Practice) -> None:
    looked.site.pages["/"] = PAGE
    looked.flow(
        """
        step_time: 1 second
        read:
          - extract: {price: {from: total, as: date}}
          - click: gone
        """,
        "total: {css: '#total'}\ngone: {text: 合計}\nwith_name(x): {text: '{{ x }}'}",
    )
    looking = play(looked)
    assert looking.problem == "Unread"
    (page,) = looking.pages
    assert 'heading "残高の確認" [level=1]' in page.tree
    assert "合計" in page.tree
    boxes = re.findall(r"- (?:textbox|combobox).*: (.*)$", page.tree, re.MULTILINE)
    assert set(boxes) == {"…"}, "not even the shape of what stands in a box"
    assert page.matches == {"total": [1], "gone": [1], "with_name": [None]}
    site = Library([looked.folder]).load("practice")
    result = RunResult("main", "practice", "Practice", datetime.now(UTC), outcome="changed")
    result.message = f"the site says {PERSONAL['name']}"
    played = Played(site, result, looking, looked.evidence.steps if looked.evidence else [], False)
    file = write_bundle(looked.folder / "evidence", played, Redactor())
    assert file.stat().st_mode & 0o777 == 0o600
    nothing_of_theirs(file)


def nothing_of_theirs(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(texts) >= {"READ-ME.txt", "summary.json", "steps.json", "selectors.json"}
    for what, personal in PERSONAL.items():
        for part in {personal, *personal.replace("-", " ").replace("@", " ").split()}:
            if re.search(r"\w\w", part):
                assert [name for name, text in texts.items() if part in text] == [], what


def test_a_selector_that_has_gone_is_told(looked: Practice) -> None:
    looked.site.pages["/"] = "<p>残高</p>"
    looked.flow(
        "step_time: 1 second\nread: [{extract: {balance: {from: balance, as: money}}}]",
        "balance: [{css: '#balance'}, {text: 残高}]\nother: {css: '#other'}",
    )
    looking = play(looked)
    assert looking.problem == "Unread"
    assert looking.pages[-1].matches == {"balance": [0, 1], "other": [0]}
