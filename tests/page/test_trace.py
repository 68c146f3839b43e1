"""A trace that is kept holds nothing that was typed, no cookie, no token, no form."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Browser

from runner.page.trace import scrub
from runner.values.secret import Redactor, Secret
from tests.page.conftest import Practice

PASSWORD = 'hu"nt\\er2+canary/ü'
PAGE = (
    "<form method=post action='/took?ticket=q1w2e3r4t5y6u7i8&mode=confirmation'>"
    "<input type=hidden name=letters value=qWertZuiopAsdfGhjklYxcvb>"
    "<input type=hidden name=arcv value=z9y8x7w6v5u4t3s2r1>"
    "<input type=password name=pw><input class=digit name=a><input class=digit name=b>"
    "<button>送信</button></form>"
    "<script>document.cookie='sid=c00kie-c00kie-c00kie;secure'</script>"
)


def text_of(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


@pytest.fixture
def clean(practice: Practice, practice_browser: Browser, tmp_path: Path) -> Path:
    practice.site.pages |= {"/": PAGE, "/took": "<p>送信しました</p>"}
    raw = tmp_path / "raw.zip"

    async def play() -> None:
        context = await practice_browser.new_context()
        await context.tracing.start(snapshots=True)
        page = await context.new_page()
        await page.goto("https://practice.example.jp/")
        await page.fill("[name=pw]", PASSWORD)
        await page.locator(".digit").nth(0).fill("7")
        await page.locator(".digit").nth(1).type("8")
        await page.click("button")
        await page.wait_for_selector("p")
        await page.reload()
        await context.tracing.stop(path=raw)
        await context.close()

    practice.runner.run(play())
    before = text_of(raw)
    for secret in ("c00kie-c00kie", "q1w2e3r4", "z9y8x7w6", '"value":"7"', "canary"):
        assert secret in before
    redactor = Redactor()
    redactor.add(Secret(PASSWORD))
    scrub(raw, tmp_path / "trace.zip", redactor)
    assert not raw.exists()
    return tmp_path / "trace.zip"


def test_it_holds_no_secret_and_can_still_be_read(clean: Path) -> None:
    text = text_of(clean)
    for secret in ("c00kie-c00kie", "q1w2e3r4", "z9y8x7w6", "canary", "hu%22nt", 'fill("7'):
        assert secret not in text
    assert "qWertZuiop" not in text
    assert "mode=confirmation" in text
    assert '"__playwright_value_":"7"' not in text
    assert '"value":"7"' not in text
    assert '"text":"8"' not in text
    assert "送信しました" in text
    with zipfile.ZipFile(clean) as archive:
        names = archive.namelist()
        assert not [name for name in names if name.endswith((".jpeg", ".png"))]
        for name in names:
            if name.endswith((".trace", ".network")):
                kinds = {json.loads(line)["type"] for line in archive.read(name).splitlines()}
                assert kinds & {"before", "resource-snapshot"}
    assert clean.stat().st_mode & 0o777 == 0o600
    assert list(clean.parent.glob("*.part")) == []


def test_a_trace_that_is_none_is_not_kept(tmp_path: Path) -> None:
    raw = tmp_path / "raw.zip"
    raw.write_bytes(b"no archive")
    with pytest.raises(zipfile.BadZipFile):
        scrub(raw, tmp_path / "trace.zip", Redactor())
    assert [file.name for file in tmp_path.iterdir()] == []
