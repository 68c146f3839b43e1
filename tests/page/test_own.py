"""What is typed stays on the account's own hosts, and out of pictures and texts."""

from __future__ import annotations

import pytest

from runner.flow.library import Library
from runner.page.problems import Missing, WrongHost
from tests.page.conftest import Practice

FORM = "<form method=post action=/took><input id=box name=box><button>送信</button></form>"
STRANGERS = [
    "https://evil.example.com",
    "https://practice.example.jp.example.com",
    "https://xn--prctice-3fg.example.jp",
]
STEPS = {
    "a password": "fill: {box: '{{ account.password }}'}",
    "an ID": "fill: {box: '{{ account.id }}'}",
    "a code": "one_time_code: {into: box, digits: 6}",
    "a key": "press: {key: Enter, on: box}",
    "a key of the page": "press: Enter",
}
BOX = "{box: {css: '#box'}, next: {role: link, name: 次へ}, in_frame: {css: '#box', frame: '#f'}}"


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("what", STEPS)
def test_nothing_is_typed_for_a_stranger(practice: Practice, stranger: str, what: str) -> None:
    practice.site.pages |= {"/": f"<a href={stranger}/form>次へ</a>", "/form": FORM}
    practice.phone.codes = ["271828"]
    practice.flow(
        f"read: [{{click: next}}, {{wait_for: {{visible: box}}}}, {{{STEPS[what]}}}]", BOX
    )
    with pytest.raises(WrongHost) as caught:
        practice.play()
    assert f"{stranger}/form" in caught.value.message
    assert caught.value.ends_as() == "needs_you"
    assert practice.site.posts == []


def test_a_code_is_not_even_asked_for_on_behalf_of_a_stranger(practice: Practice) -> None:
    practice.site.pages |= {"/": f"<a href={STRANGERS[0]}/form>次へ</a>", "/form": FORM}
    practice.phone.codes = ["271828"]
    practice.flow(f"read: [{{click: next}}, {{{STEPS['a code']}}}]", BOX)
    with pytest.raises(WrongHost):
        practice.play()
    assert practice.phone.codes == ["271828"]


@pytest.mark.parametrize(
    "frame",
    [
        f"<iframe id=f src={STRANGERS[1]}/form></iframe>",
        f'<iframe id=f srcdoc="{FORM}"></iframe>',
        "<iframe id=f src=/outer></iframe>",
    ],
    ids=["a look-alike", "no address", "ours in theirs in ours"],
)
@pytest.mark.parametrize("what", ["a password", "an ID", "a key"])
def test_nothing_is_typed_into_a_frame_of_a_stranger(
    practice: Practice, frame: str, what: str
) -> None:
    practice.site.pages |= {
        "/": frame,
        "/form": FORM,
        "/outer": f"<iframe id=g src={STRANGERS[0]}/inner></iframe>",
        "/inner": "<iframe id=h src=https://practice.example.jp/form></iframe>",
    }
    names = BOX
    if "/outer" in frame:
        names = BOX.replace("frame: '#f'", "frame: ['#f', '#g', '#h']")
    practice.flow(f"read: [{{{STEPS[what].replace('box', 'in_frame')}}}]", names)
    with pytest.raises(WrongHost):
        practice.play()
    assert practice.site.posts == []


def test_a_frame_of_our_own_gets_what_it_asks_for(practice: Practice) -> None:
    practice.site.pages |= {"/": "<iframe id=f src=/form></iframe>", "/form": FORM, "/took": "ok"}
    practice.flow(
        "read: [{fill: {in_frame: '{{ account.password }}'}}, {press: {key: Enter, on: in_frame}},"
        " {wait_for: {hidden: in_frame}}]",
        BOX,
    )
    practice.play()
    assert practice.site.posts == [("/took", {"box": "hunter2-secret"})]


def test_whose_address_it_is(practice: Practice) -> None:
    practice.flow("")
    owns = Library([practice.folder]).load("practice").flow.owns
    assert owns("https://practice.example.jp/")
    assert not owns("http://practice.example.jp/")
    assert not owns("https://practice.example.jp:8443/")
    assert not owns("https://practice.example.jp@evil.example.com/")
    assert not owns("blob:https://practice.example.jp/1")
    assert not owns("https://prаctice.example.jp/")


def test_pictures_show_no_secret(practice: Practice) -> None:
    """Two passwords make the same picture: in their box, in a box of text, echoed by the page."""
    practice.site.pages["/"] = (
        "<input id=box><p id=echo></p>"
        "<script>box.oninput = () => echo.textContent = 'you typed ' + box.value</script>"
    )
    practice.flow(f"read: [{{{STEPS['a password']}}}, {{screenshot: shown}}]", BOX)
    practice.play()
    assert practice.evidence is not None
    first = (practice.folder / "evidence" / practice.evidence.pictures[0]).read_bytes()
    practice.site.pages["/"] = practice.site.pages["/"].replace("box.value", "'HUNTER2-secret'")  # type: ignore[union-attr]
    practice.play()
    second = (practice.folder / "evidence" / practice.evidence.pictures[0]).read_bytes()
    assert first == second


def test_who_looks_on_sees_dots(practice: Practice) -> None:
    """Also without a cover: what draws the page itself (a trace, a person's live page) does not
    show a code that was typed into boxes of text."""
    boxes = "".join(f"<input class=digit maxlength=1 name=d{n}>" for n in range(6))
    practice.site.pages["/"] = f"{boxes}<p id=drawn></p>"
    practice.flow(
        "read: [{one_time_code: {into: digits, digits: 6}}, {extract: {style: {from: first, "
        "attribute: style}}}]",
        "{digits: {css: .digit, which: all}, first: {css: .digit, which: first}}",
    )
    practice.phone.codes = ["271828"]
    assert "disc" in practice.play()["style"]


def test_a_failure_keeps_no_typed_value(practice: Practice) -> None:
    boxes = "".join(f"<input class=digit maxlength=1 aria-label=d{n}>" for n in range(6))
    practice.site.pages["/"] = f"{boxes}<p>使える</p>"
    practice.flow(
        "step_time: 400 ms\nread: [{one_time_code: {into: digits, digits: 6}}, {click: gone}]",
        "{digits: {css: .digit, which: all}, gone: {css: '#gone'}}",
    )
    practice.phone.codes = ["271828"]
    practice.keep_failures = True
    with pytest.raises(Missing):
        practice.play()
    tree = (practice.folder / "evidence/page.yaml").read_text()
    assert tree.count("•••") == 6
    assert "使える" in tree
    assert not any(digit in tree.replace("d2", "").replace("d1", "") for digit in "78")
