"""Texts become shapes: what stays is a known word, whatever the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.values.shapes import LONGEST, Known, portal_words, shape, words_of

LABELS = ["1GB追加オプション", "dアカウントのID", "Log out"]
KNOWN = Known(portal_words() | words_of(LABELS), never=["taro-plan"])


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("090-1234-5678", "000-0000-0000"),
        ("０９０", "０００"),
        ("山田 花子 様", "字字 字字 字"),
        ("ヤマダ はなこ", "アアア あああ"),
        ("はな もも", "ああ ああ"),
        ("김철수 Łukasz", "가가가 Xxxxxx"),
        ("¥1,234（税込）", "¥0,000（税込）"),
        ("有効期限 2026年11月21日", "有効期限 0000年00月00日"),
        ("ご利用料金の確認", "ご利用料金の確認"),
        ("dアカウントのID", "dアカウントのID"),
        ("LOG OUT", "LOG OUT"),
        ("1GB追加オプション", "0GB追加オプション"),
        ("hanako.data@mail.example", "xxxxxx.xxxx@xxxx.xxxxxxx"),
        ("plan-data-2026x", "xxxx-xxxx-0000x"),
        ("Taro plan", "Xxxx xxxx"),
        ("次へ", "次へ"),
        ("a\u200bb 😀", "x?x ?"),
        ("x" * 99, "x" * LONGEST + "…"),
    ],
)
def test_examples(text: str, clean: str) -> None:
    assert KNOWN.clean(text) == clean


def test_no_common_first_name_or_surname_is_a_known_word() -> None:
    names = (
        "Bill Mark Will May June April Grace Hope Joy Grant Page Price Day Young Rose Sim An No To Law "
        "佐藤 鈴木 高橋 田中 伊藤 山本 中村 小林 加藤 吉田 さくら ひなた あおい はな めい ゆい 王伟 李娜 张伟 陳"
    )
    known = portal_words()
    assert [name for name in names.split() if name.casefold() in known] == []


THEIRS = "山田佐藤綾麗太郎花ヤマダハナコなえみりqzjkvwQZJ김철😀éß7"
"""Signs that stand in no known word here: none of them may be left."""
OURS = [
    "ログイン",
    "データ",
    "の",
    "は",
    "plan",
    "Log out",
    "追加オプション",
    "円",
    "GB",
    " ",
    "-",
    "@",
    "/",
    "_",
]


@settings(max_examples=400)
@given(st.lists(st.one_of(st.sampled_from(THEIRS), st.sampled_from(OURS)), max_size=20))
def test_nothing_of_theirs_is_left_wherever_it_stands(pieces: list[str]) -> None:
    assert not set(KNOWN.clean("".join(pieces))) & set(THEIRS)


@given(st.text(max_size=60))
def test_a_shape_says_nothing_twice(text: str) -> None:
    assert set(re.findall(r"\w", shape(text))) <= set("Xx字あア가0０_")
