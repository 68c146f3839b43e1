"""The sentences of runs in other languages: found, shown with their values, and still in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from time import process_time

import pytest
import yaml

from runner.values.format import LANGUAGES
from runner.values.sentences import LONGEST, ORIGINAL, Piece, Template, in_language, said

RUNNER = Path(__file__).parents[2] / "runner"
FLOWS = Path(__file__).parents[2] / "flows"
CATALOGUES = RUNNER / "values" / "sentences"
SPEAK = (
    "renewal", "page", "schedule", "challenge", "ledger", "notify", "values", "browser/passkeys.py",
    "browser/saved.py", "browser/session.py", "browser/vault.py", "config/secrets.py", "cli/wiring.py",
    "flow/choice.py", "web/act.py",
)  # fmt: skip
"""Where the sentences of runs are made."""
TRANSLATED = tuple(language for language in LANGUAGES if language != ORIGINAL)
HOLE = re.compile(r"\{(\w+)(?::\w+)?\}")
OPEN = "\0"
"""What is put in, in the texts of the code."""


def entries(language: str) -> dict[str, dict[str, str]]:
    """The templates by their files."""
    files = sorted((CATALOGUES / language).glob("*.yaml"))
    return {file.name: yaml.safe_load(file.read_text("utf-8")) for file in files}


def test_every_language_has_the_same_sentences() -> None:
    first = {name: list(found) for name, found in entries(TRANSLATED[0]).items()}
    assert first
    for language in TRANSLATED[1:]:
        assert {name: list(found) for name, found in entries(language).items()} == first, language
    everything = [text for texts in first.values() for text in texts]
    assert len(everything) == len(set(everything))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_same_holes(language: str) -> None:
    for texts in entries(language).values():
        for english, translated in texts.items():
            holes = HOLE.findall(english)
            assert sorted(HOLE.findall(translated)) == sorted(holes), english
            assert len(holes) == len(set(holes)), english
            fixed = Template.of(english).fixed
            assert any(fixed), f"nothing but holes: {english}"
            assert all(fixed[1:-1]), f"nothing between two holes: {english}"


def test_every_sentence_is_one_of_the_code_or_of_a_flow() -> None:
    places = [*code(), flow_texts()]
    for texts in entries(TRANSLATED[0]).values():
        for english in texts:
            fixed = [words for words in Template.of(english).fixed if words]
            assert any(all(is_said(words, place) for words in fixed) for place in places), (
                f"no longer in one file of the code: {english}"
            )


def is_said(words: str, place: frozenset[str]) -> bool:
    """Whether a file has these words, as a whole or sentence by sentence."""
    return words in place or all(one in place for one in re.split(r"(?<=[.]) ", words))


@cache
def code() -> tuple[frozenset[str], ...]:
    """The words of every file, as they stand between what is put in."""
    files = [
        file
        for name in SPEAK
        for file in ([RUNNER / name] if name.endswith(".py") else (RUNNER / name).rglob("*.py"))
    ]
    return tuple(frozenset(words_of(file)) for file in files)


def words_of(file: Path) -> Iterator[str]:
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    docs = {
        id(node.value)
        for node in nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in nodes:
        if id(node) not in docs and isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp):
            for text in texts_of(node):
                yield from text.split(OPEN)


def texts_of(node: ast.AST) -> list[str]:
    """What an expression of texts may come to."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(one) for one in product(*map(texts_of, parts))]
        case ast.FormattedValue(value=inner):
            return texts_of(inner)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [one + more for one in texts_of(left) for more in texts_of(right)]
        case ast.IfExp(body=one, orelse=other):
            return [*texts_of(one), *texts_of(other)]
    return [OPEN]


@cache
def flow_texts() -> frozenset[str]:
    files = FLOWS.glob("*.yaml")
    return frozenset(
        text for file in files for text in _told(yaml.safe_load(file.read_text("utf-8")))
    )


def _told(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (part[key] for key in ("message", "tell") if isinstance(part.get(key), str))
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _told(one)


def test_all_that_the_flows_tell_is_translated() -> None:
    assert flow_texts() <= set(entries(TRANSLATED[0])["flows.yaml"])


def test_values_are_shown_as_the_language_writes_them() -> None:
    text = (
        "renewed for 1550 JPY: the provider's history shows it (2026-11-21, 1550 JPY, 20261121); "
        "expires_on went from 2026-11-25 to 2026-12-25, data_left went from 512 MB to 3.25 GB"
    )
    assert in_language(text, "ja") == (
        "更新しました（1,550円）：事業者の支払い履歴で確認できました（2026年11月21日、1,550円、20261121）。"
        "有効期限が2026年11月25日から2026年12月25日に変わりました。データ残量が512 MBから3.25 GBに変わりました"
    )
    assert in_language("it was run last on 2026-11-21 10:00 UTC", "zh-TW") == (
        "上次執行是 2026年11月21日 10:00 UTC"
    )


@pytest.mark.parametrize(
    ("text", "japanese"),
    [
        (
            "the page asks 600 JPY; agreed is 550 JPY; nothing was paid",
            "ページの金額は600円ですが、取り決めは550円です。支払いは行っていません",
        ),
        (
            "`days_left <= 7` holds (days_left = 3) (after the payment: `receipt` was not there within 30 s)",
            "条件「days_left <= 7」を満たします（days_left = 3）"
            "（支払い後：`receipt`を30秒以内に確認できませんでした）",
        ),
        (
            "Mai's phone: it is due, but no plan is set for it in config.yaml",
            "Mai's phone：更新の時期ですが、config.yaml にプランが設定されていません",
        ),
        (
            "the site is closed for maintenance: “nothing is due” (until 2026-11-22 06:00 JST)",
            "サイトはメンテナンス中です：「nothing is due」（2026年11月22日 06:00 JSTまで）",
        ),
        (
            "the plan “550 JPY” is not on offer; the page offers nothing",
            "プラン「550 JPY」が一覧にありません。ページの内容：nothing",
        ),
    ],
)
def test_sentences_within_sentences_and_the_words_of_others(text: str, japanese: str) -> None:
    assert said(text, "ja") == (Piece(japanese, "ja"),)


def test_brackets_hold_no_more_than_stands_in_them() -> None:
    text = "`days_left <= 7` holds (days_left = 3); chose 1GB (1100 JPY)"
    assert (
        in_language(text, "zh-CN")
        == "满足条件“days_left <= 7”（days_left = 3）；选择了 1GB (1100 JPY)"
    )
    odd = "`days_left <= 7` holds (days_left = 3) and so (it seems)"
    assert said(odd, "zh-CN") == (Piece(odd, ORIGINAL),)


def test_what_has_no_translation_stays_english() -> None:
    assert said("a sentence of somebody else", "ja") == (
        Piece("a sentence of somebody else", ORIGINAL),
    )
    assert said("something odd; nothing was paid", "ja") == (
        Piece("something odd", ORIGINAL),
        Piece("。支払いは行っていません", "ja"),
    )
    assert said("残高が不足しています (E-12)", "ja")[0].language == "ja"
    assert said("nothing is due", ORIGINAL) == (Piece("nothing is due", ORIGINAL),)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_finds_its_own_translation(language: str) -> None:
    """No template takes away what belongs to another one."""
    given = {"value": "2026-11-21", "said": "it costs nothing", "known": "it costs nothing"}
    for texts in entries(language).values():
        for english, translated in texts.items():
            put_in = {name: given.get(kind, "X") for name, kind in Template.of(english).holes}
            shown = {name: in_language(text, language) for name, text in put_in.items()}
            shown |= {name: "2026年11月21日" for name in put_in if put_in[name] == given["value"]}
            assert in_language(filled(english, put_in), language) == filled(translated, shown)


def filled(template: str, given: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hole: given[hole[1]], template)


@pytest.mark.parametrize(
    "piece",
    ["a; ", ": ", "nothing is due; ", "`a`: ", "it is due, but ", "”: “", ", is ", "it is 1"],
)
def test_no_text_of_a_site_keeps_a_page_waiting(piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    began = process_time()
    said(text, "ja")
    assert process_time() - began < 5
    assert said(text + "x", "ja") == (Piece(text + "x", ORIGINAL),)
