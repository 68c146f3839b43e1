"""A report tells all that a person asks for, in one file, and nothing that is secret."""

from __future__ import annotations

import base64
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import sync_playwright

from runner.browser.find import find
from runner.ledger.records import OUTCOMES
from runner.ledger.states import State
from runner.page.evidence import StepRecord
from runner.renewal import report
from runner.renewal.outcome import RenewalResult, RunResult
from runner.renewal.report import write_report
from runner.renewal.report_words import ENDINGS, STATES
from runner.values.secret import Redactor
from tests.renewal.report_example import PRICE, START, at, example, failed, png

TOKYO = ZoneInfo("Asia/Tokyo")
EVIL = "<script>alert(1)</script>\"'><img src=https://evil.example/x onerror=alert(2)>"


def written(
    folder: Path, given: Mapping[str, Any], redactor: Redactor | None = None, **more: Any
) -> str:
    file = write_report(folder, redactor=redactor or Redactor(), timezone=TOKYO, **given, **more)
    return file.read_text("utf-8")


class Outline(HTMLParser):
    """What a page is made of: its tags, its text, and whether every tag is closed in order."""

    VOID = frozenset({"meta", "img", "link", "br", "hr", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_it_tells_what_happened_from_the_outcome_to_the_files(tmp_path: Path) -> None:
    text = Outline(written(tmp_path, example(tmp_path))).text
    told = [
        "Renewed",
        "The renewal is paid, and the provider shows that it counts.",
        "renewed for 1100 JPY: the history shows it, and the data has grown",
        "There is nothing to do.",
        "Data SIM in the router",
        "Balance before: ¥3,200 → now: ¥2,100",
        "Expires before: November 24, 2026 → now: December 31, 2026",
        "Days left before: 3 → now: 40",
        "Data left before: 215 MB → now: 1.21 GB",
        "Phone 090-0000-4649",
        "days_left <= 5 holds (days_left = 3)",
        "Renewal Paid and proved",
        "Price ¥1,100",
        "Receipt 20261121000001",
        "16:44:30 Agreed, to be paid next the price on the page",
        "Confirmation at renew[2]",
        "8.4 s in all",
        "one_time_code interrupts[0].do[0] · line 48 typed into 6 boxes done 0.60",
        "Account home Flow docomo Run 01KAJ7M7P3",
        "2026-11-21 16:44:26 JST",
        "8.4 seconds",
        str(tmp_path),
    ]
    places = [text.find(part) for part in told]
    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places)


def test_a_failed_run_shows_where_and_what_the_page_was(tmp_path: Path) -> None:
    page = Outline(written(tmp_path, failed(tmp_path)))
    assert "Where step read[1] , docomo.yaml:83" in page.text
    assert "What to do run kigen flows check docomo and look at the picture" in page.text
    assert "Data SIM in the router Site has changed" in page.text
    assert 'heading "お知らせ" [level=1]' in page.text
    assert "error: Failed to load resource: 404" in page.text
    assert "Requests that failed" not in page.text  # there were none
    assert page.all("details") == [{}, {}]  # folded
    assert "The page when the run ended at read[1]" in page.text


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_words_a_sign_and_a_next_step(tmp_path: Path, outcome: str) -> None:
    result = RunResult("home", "docomo", "NTT docomo", START, outcome=outcome)
    page = written(tmp_path, {"result": result, "steps": [], "moves": {}, "pictures": []})
    ending = ENDINGS[outcome]
    for words in (ending.title, ending.meaning, ending.todo):
        assert words in Outline(page).text
    assert f'<header class="top {ending.tone}">' in page
    assert '<svg class="sign"' in page


def test_the_words_cover_the_closed_lists() -> None:
    assert tuple(sorted(ENDINGS)) == tuple(sorted(OUTCOMES))
    assert sorted(STATES) == sorted(State)


def test_only_a_renewal_looks_like_a_success() -> None:
    assert [name for name, ending in ENDINGS.items() if ending.tone == "good"] == ["renewed"]


def test_texts_from_a_portal_stay_texts(tmp_path: Path) -> None:
    given = example(tmp_path)
    result: RunResult = given["result"]
    line = result.lines[0]
    line.title = line.decision = line.message = result.message = result.hint = EVIL
    line.reading = {**(line.reading or {}), EVIL: EVIL, "list": [{"a": EVIL}]}
    line.renewal = RenewalResult("r1", "verified", EVIL, PRICE, EVIL)
    result.title = result.account = result.step = result.where = f"`{EVIL}`"
    result.notes = [EVIL, "a\x00b\ud800c\u0085"]
    given["steps"][0].note = given["steps"][1].kind = given["steps"][1].path = EVIL
    given["steps"][1].status = EVIL
    given["moves"]["r1"][0] = replace(given["moves"]["r1"][0], reason=EVIL)
    for name in ("page.yaml", "console.txt", "requests.txt"):
        (tmp_path / name).write_text(EVIL)
    page = Outline(written(tmp_path, given))
    assert page.all("script") == []
    assert EVIL in page.text
    assert "a\ufffdb\ufffdc\ufffd" in page.text
    for _, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)


def test_no_secret_is_shown_wherever_it_stands(tmp_path: Path) -> None:
    secret = "pa<ss&wörd"
    given = example(tmp_path)
    result: RunResult = given["result"]
    line = result.lines[0]
    for thing, names in (
        (result, ("title", "account", "flow", "message", "hint", "step", "where", "run_id")),
        (line, ("title", "decision", "message")),
    ):
        for name in names:
            setattr(thing, name, f"[{secret}]")
    result.notes = [secret]
    line.reading = {secret: [secret], "phone": secret}
    line.renewal = RenewalResult("r1", "verified", secret, PRICE, secret)
    given["steps"][0] = StepRecord(secret, secret, 1, START, 1.0, secret, secret)
    given["moves"]["r1"][0] = replace(given["moves"]["r1"][0], reason=secret)
    given["pictures"].append(f"09-{secret}.png")
    for name in ("page.yaml", "console.txt", "requests.txt"):
        (tmp_path / name).write_text(f"- text: {secret}")
    redactor = Redactor()
    redactor.add(secret)
    page = written(tmp_path, given, redactor)
    assert "pa&lt;ss" not in page
    assert "pa<ss" not in page
    assert "pa%3Css" not in page
    assert page.count("•••") > 20


def test_masking_leaves_pictures_whole(tmp_path: Path) -> None:
    given = example(tmp_path)
    whole = base64.b64encode((tmp_path / "03-receipt.png").read_bytes()).decode()
    redactor = Redactor()
    redactor.add(whole[40:52])
    assert f"base64,{whole}" in written(tmp_path, given, redactor)


def test_nothing_is_loaded_from_anywhere(tmp_path: Path) -> None:
    page = written(tmp_path, example(tmp_path))
    outline = Outline(page)
    assert [i["src"] for i in outline.all("img") if not (i["src"] or "").startswith("data:")] == []
    assert outline.all("link") == outline.all("script") == []
    for attributes in outline.all("a"):
        assert not re.match(r"[a-z]+:|//", attributes["href"] or "")
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    policy = [m["content"] for m in outline.all("meta") if "http-equiv" in m]
    assert len(policy) == 1
    assert "default-src 'none'; img-src data:" in (policy[0] or "")


def test_the_page_has_a_sound_structure(tmp_path: Path) -> None:
    for given in (example(tmp_path), failed(tmp_path)):
        page = written(tmp_path, given)
        outline = Outline(page)
        assert page.startswith("<!DOCTYPE html>\n<html lang=\"en\">")  # fmt: skip
        ids = [a["id"] for _, a in outline.tags if "id" in a]
        assert len(ids) == len(set(ids))
        links = [a["href"] or "" for a in outline.all("a")]
        assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
        assert len(outline.all("h1")) == len(outline.all("main")) == 1
        assert all("scope" in header for header in outline.all("th"))
        assert all(picture.get("alt") for picture in outline.all("img"))


def test_confirmation_and_receipt_come_first_and_a_failure_before_them(tmp_path: Path) -> None:
    given = example(tmp_path)
    (tmp_path / "04-failure.png").write_bytes(png())
    page = written(tmp_path, given | {"pictures": [*given["pictures"], "04-failure.png"]})
    captions = re.findall(r"<figcaption><strong>(.*?)</strong>", page)
    assert captions == ["The page when the run ended", "Confirmation", "Receipt", "Top page"]


def test_missing_and_broken_pictures_are_named(tmp_path: Path) -> None:
    given = example(tmp_path)
    (tmp_path / "01-confirmation.png").unlink()
    (tmp_path / "02-top_page.png").write_bytes(b"")
    (tmp_path / "03-receipt.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "04-folder.png").mkdir()
    page = Outline(written(tmp_path, given | {"pictures": [*given["pictures"], "04-folder.png"]}))
    assert page.all("img") == []
    assert "the file is not there: 01-confirmation.png" in page.text
    assert "the file is no picture: 02-top_page.png" in page.text
    assert "the file is no picture: 03-receipt.png" in page.text
    assert "the file is not there: 04-folder.png" in page.text


def test_pictures_beyond_the_room_are_linked(tmp_path: Path) -> None:
    given = example(tmp_path)
    (tmp_path / "03-receipt.png").write_bytes(png() + bytes(report.EMBEDDED_AT_MOST))
    page = Outline(written(tmp_path, given))
    assert len(page.all("img")) == 2
    assert "Receipt at renew[3] 03-receipt.png – too large to be shown here" in page.text
    assert {"href": "03-receipt.png"} in page.all("a")


def test_a_long_page_is_cut_and_says_so(tmp_path: Path) -> None:
    given = failed(tmp_path)
    (tmp_path / "page.yaml").write_text("- text: a\n" * 100_000)
    page = written(tmp_path, given)
    assert len(page) < 400_000
    assert "This is the beginning; the whole text is in page.yaml." in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_opens_from_disk_at_every_width(tmp_path: Path, width: int) -> None:
    given = example(tmp_path)
    given["result"].notes = [EVIL, "https://example.jp/" + "a" * 200]
    written(tmp_path, given)
    program = find(None, False, os.environ).path
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url.split(":")[0]))
        page.on("console", lambda message: said.append(message.text))
        page.goto((tmp_path / "report.html").as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        drawn = page.evaluate("[...document.images].map(image => image.naturalWidth)")
        browser.close()
    assert wide == width
    assert drawn == [320, 320, 320]
    assert said == []
    assert [scheme for scheme in asked if scheme != "data"] == ["file"]


def test_steps_inside_others_are_indented_and_bars_stay_inside(tmp_path: Path) -> None:
    given = example(tmp_path)
    given["steps"].append(StepRecord("logout[0]", "click", 130, at(-5), 900.0, "running"))
    page = written(tmp_path, given)
    depths = re.findall(r'--depth: (\d)"><span class="kind">(\w+)', page)
    assert {kind for depth, kind in depths if depth == "1"} == {"one_time_code", "goto"}
    assert ("0", "goto") in depths
    phases = re.findall(r'<th scope="rowgroup" colspan="3">(.*?)</th>', page)
    assert phases == ["Login", "Read", "Renew", "History", "Logout"]
    bars = re.findall(r"margin-left: ([\d.]+)%; width: ([\d.]+)%", page)
    assert len(bars) == 13
    assert all(float(left) >= 0 and float(left) + float(width) <= 100.01 for left, width in bars)
    assert "cut off" in Outline(page).text


def test_a_trace_is_named_and_what_is_half_written_is_not(tmp_path: Path) -> None:
    given = example(tmp_path)
    (tmp_path / "trace.zip.part").write_bytes(b"half")
    (tmp_path / "trace.zip").write_bytes(b"scrubbed")
    page = written(tmp_path, given)
    assert "trace.zip.part" not in page
    assert {"href": "trace.zip"} in Outline(page).all("a")


def test_the_file_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    result = RunResult("home", "docomo", "NTT docomo", START, outcome="busy", message="held")
    file = write_report(folder, result, [], {}, Redactor(), pictures=[])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = sorted(folder.iterdir())
    assert [entry.name for entry in files] == ["report.html", "report.json"]
    assert stat.S_IMODE(files[1].stat().st_mode) == 0o600


def test_colours_can_be_read_in_light_and_dark() -> None:
    """WCAG AA: 4.5 to 1 for text on what it stands on."""
    style = (Path(report.__file__).parent / "templates" / "report.css").read_text()
    light, dark = (
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part))
        for part in style.split("@media screen and (prefers-color-scheme: dark)")
    )
    tones = {ending.tone for ending in ENDINGS.values()}
    pairs = [("ink", "card"), ("muted", "card"), ("link", "card"), ("fault", "card")]
    pairs += [("ink", "paper"), *((t, f"{t}-tint") for t in tones)]
    pairs += [("ink", f"{tone}-tint") for tone in tones]
    for colours in (light, dark):
        for front, back in pairs:
            assert _contrast(colours[front], colours[back]) >= 4.5, (front, back)


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
