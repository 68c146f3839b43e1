"""YAML with places: what a text means, what is refused, and where everything stands."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from runner.flow.mistakes import Mistakes, Place, did_you_mean, width
from runner.flow.source import LARGEST, Source, load, loads


def said(text: str) -> str:
    with pytest.raises(Mistakes) as caught:
        loads(text, "a.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "on",
        "yes",
        "Off",
        "12:30",
        "1:02:03",
        "2026-11-21",
        "090",
        "00",
        "-0",
        "+8190",
        "1.10",
        "1e5",
        ".5",
        "0x1f",
        "0o17",
        "1_000",
        ".inf",
        ".nan",
        "8981100000000000000",
    ],
)
def test_what_only_looks_like_something_else_stays_text(text: str) -> None:
    assert loads(f"a: {text}").data == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("7", 7),
        ("-3", -3),
        ("1.5", 1.5),
        ("0", 0),
        ("~", None),
        ("null", None),
        ("", None),
        ("'7'", "7"),
        ('"true"', "true"),
    ],
)
def test_truth_numbers_and_nothing(text: str, value: object) -> None:
    found = loads(f"a: {text}").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_always_text() -> None:
    assert loads("090: a\n1: b\ntrue: c").data == {"090": "a", "1": "b", "true": "c"}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: 1\nb: 2\na: 3", "3:1", "second time"),
        ("a: 1\n---\nb: 2", "2:1", "second document"),
        ("a: !!python/object:os.system x", "1:4", "tags"),
        ("a: !!binary aGk=", "1:4", "tags"),
        ("a: {<<: {b: 1}}", "1:5", "merged"),
        ("a: *b", "1:4", "anchor"),
        ("a: &a [*a]", "1:8", "inside of what it repeats"),
        ("a: {{ account.id }}", "1:5", "quotes"),
        ("[a]: b", "1:1", "single text"),
        ("? \n: b", "1:2", "key"),
        ("a:\n\tb: 1", "2:1", "tab"),
        ("a: b: c", "1:5", "`:`"),
        ("a: [b", "1:4", "`]`"),
        ("a: 'b", "1:4", "quote"),
        ("a: @b", "1:4", "begin"),
        ("a: \x01", "1:4", "printed"),
        ("a: x\x7fy", "1:5", "printed"),
        ("a: x\ud800y", "1:5", "printed"),
        ('a: "x\\\\0 \\0"', "1:10", "printed"),
        ('a: "\\x1b[31m"', "1:5", "printed"),
        ('a: 1\nb: ["c", "d\\\n  e\\u0085f\\bg"]', "3:11", "single quotes"),
        ('"k\\u0000": 1', "1:3", "printed"),
        ("[" * 5000, "1:101", "inside each other"),
        ("- " * 5000, "1:201", "inside each other"),
    ],
)
def test_refused(text: str, place: str, words: str) -> None:
    message = said(text)
    assert message.startswith(f"a.yaml:{place}: ")
    assert words in message


@pytest.mark.parametrize("parser", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
@pytest.mark.parametrize(
    "text", ['a: "x\\ud800"', 'a: "x\\ud83d\\ude00"', 'a: "x\\U00110000"', '"x\\udfff": 1']
)
def test_half_a_surrogate_pair_is_refused_whoever_parses(
    parser: Any, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runner.flow.yaml_text._PARSER", parser)
    message = said(text)
    assert message.startswith("a.yaml:1:")
    assert "sign" in message
    assert "^" in message


def test_escapes_of_signs_that_can_be_printed_are_taken() -> None:
    found = loads(r'"\t\n\"\\\u671f\U0001F600\x41 \N\L\_"').data
    assert found == '\t\n"\\期😀A \x85\u2028\xa0'


def test_aliases_repeat_values_but_not_without_measure() -> None:
    assert loads("a: &x {b: [1]}\nc: *x").data["c"] == {"b": [1]}
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    assert "aliases repeat more than" in said(laughs)


def test_places_of_values_and_keys() -> None:
    source = loads("a:\n  - b: 日本語\n    c: 'x y'\nd: {e: 1, f: [2]}\ng:\n")
    assert source.place(("a", 0, "b")) == Place(2, 8, 11)
    assert source.place(("a", 0, "b"), key=True) == Place(2, 5, 6)
    assert source.place(("a", 0, "c")) == Place(3, 8, 13)
    assert source.place(("d", "f")) == Place(4, 14, 17)
    assert source.place(("a",)) == Place(1, 1, 2)
    assert source.place(("g",)) == Place(5, 1, 2)
    assert source.has(("d", "e"))
    assert not source.has(("d", "z"))


def test_what_is_not_there_has_the_place_of_what_holds_it() -> None:
    source = loads("a:\n  b: {c: 1}\n")
    assert source.place(("a", "b", "x", "y")) == source.place(("a", "b")) == Place(2, 6, 12)
    assert source.place(("z",)).line == 1


def test_places_behind_an_alias() -> None:
    source = loads("a: &x {b: 1}\nc: *x\n")
    assert source.place(("c",)) == Place(2, 4, 6)
    assert source.place(("c", "b")) == Place(1, 11, 12)


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("a: bcd efg", 4, (1, 8)),
        ('a: "bcd efg"', 4, (1, 9)),
        (r'a: "b\n\u65e5 efg"', 4, (1, 15)),
        ("a: 'b''d efg'", 4, (1, 10)),
        ("a: |\n  bcd\n  efg\n", 5, (3, 4)),
        ("a: >\n  bcd\n  efg\n", 5, (1, 4)),
    ],
)
def test_a_column_inside_a_text(text: str, offset: int, place: tuple[int, int]) -> None:
    found = loads(text).mistake(("a",), "here", column_offset=offset).place
    assert (found.line, found.column) == place


def test_carets_stand_under_full_width_text() -> None:
    source = loads("名前: {種類: ﾃﾞｰﾀ, 値: e\u0301 x}", "a.yaml")
    assert str(source.mistake(("名前", "種類"), "wrong", "think")) == (
        "a.yaml:1:10: wrong\n    名前: {種類: ﾃﾞｰﾀ, 値: e\u0301 x}\n                 ^^^^\n    think"
    )
    assert width("名前: {種類: ") == len("                 ") - 4
    assert str(source.mistake(("名前", "値"), "wrong")).splitlines()[2].count("^") == 3


def test_a_long_line_is_shown_around_the_caret() -> None:
    text = "a: [" + "xxxxxxxx, " * 200 + "HERE, " + "yyyyyyyy, " * 200 + "z]"
    shown = str(loads(text).mistake(("a", 200), "wrong")).splitlines()
    start = shown[2].index("^")
    assert shown[1][start : start + 4] == "HERE"
    assert len(shown[1]) < 150


def test_a_hidden_value_is_never_shown() -> None:
    source = loads("a: {b: secret, c: wrong, d: [secret,\n  secret]}", "a.yaml")
    for path in (("a", "b"), ("a", "d"), ("a", "b"), ("a", "nothing")):
        source.hide(path)
    shown = str(source.mistake(("a", "c"), "told"))
    assert "secret" not in shown
    line, carets = shown.splitlines()[1:3]
    assert line[carets.index("^") : carets.rindex("^") + 1] == "wrong"
    assert "secret" not in str(source.mistake(("a", "d", 1), "told"))


def test_a_file_with_a_mark_and_other_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb:\r\n  c: x\r\n")
    source = load(file)
    assert source.data == {"a": 1, "b": {"c": "x"}}
    assert source.place(("b", "c")) == Place(3, 6, 7)


def test_files_that_can_not_be_read(tmp_path: Path) -> None:
    def reason(path: Path) -> str:
        with pytest.raises(Mistakes) as caught:
            load(path)
        return str(caught.value)

    (tmp_path / "latin.yaml").write_bytes("a: 1\nb: é\n".encode("latin-1"))
    (tmp_path / "large.yaml").write_bytes(b"#" * (LARGEST + 1))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "there is no such file" in reason(tmp_path / "none.yaml")
    assert "folder" in reason(tmp_path)
    assert "latin.yaml:2:4: this is not UTF-8" in reason(tmp_path / "latin.yaml")
    assert "larger" in reason(tmp_path / "large.yaml")
    assert "can't be read" in reason(tmp_path / "loop")


def test_an_empty_file_has_no_data() -> None:
    source: Source = loads("# nothing\n")
    assert source.data is None
    assert source.place(()) == Place(1, 1, 2)


def test_did_you_mean() -> None:
    assert did_you_mean("clik", ["click", "fill"]) == "did you mean `click`?"
    assert did_you_mean("Log_In", ["log_in"]) == "did you mean `log_in`?"
    assert did_you_mean("zzz", ["click"]) is None
