"""Pictures of the dashboard for docs/pictures: `python -m tests.pictures`, or with the names of some.

They show what tests/dashboard/showcase.py makes up, and one run that is really played on the practice portal.
The browser itself packs them small.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from runner.browser.find import find
from tests.dashboard.pages import OPEN, PAGES
from tests.dashboard.visitor import Scheme, Served, at_a_port, window

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
LARGEST = 60_000
"""Bytes of one picture."""
TALLEST = 1500
"""Pixels of a page that are shown."""
SHOTS: tuple[tuple[str, str, str, Scheme, str], ...] = (
    *(
        (name, name, "en", "light", "desk")
        for name in ("lines", "line", "inbox", "runs", "run", "settings", "access")
    ),
    *((name, name, "en", "light", "phone") for name in ("login", "approve", "resolve")),
    ("lines-dark", "lines", "en", "dark", "desk"),
    ("line-dark-phone", "line", "en", "dark", "phone"),
    ("inbox-phone", "inbox", "en", "light", "phone"),
    ("lines-ja", "lines", "ja", "light", "desk"),
    ("inbox-ja-dark-phone", "inbox", "ja", "dark", "phone"),
)
"""Name of the file, page, language, scheme, size."""

PACK = """async ([png, quality]) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0);
  const packed = await canvas.convertToBlob({type: "image/webp", quality});
  return [...new Uint8Array(await packed.arrayBuffer())];
}"""


def main(wanted: Sequence[str] = ()) -> None:
    """Take them anew: all of them, or those of these names."""
    with tempfile.TemporaryDirectory(prefix="kigen-") as temporary:
        folder, played = Path(temporary) / "lines", Path(temporary) / "played"
        folder.mkdir()
        play(played)
        with at_a_port(folder, played=played) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find(None, False, os.environ).path,
                chromium_sandbox=os.geteuid() != 0,
            )
            for name, page, language, scheme, size in SHOTS:
                if not wanted or name in wanted:
                    take(browser, served, name, page, language, scheme, size)
            browser.close()


def play(home: Path) -> None:
    """Renew the practice line at docomo, in a home of its own."""
    subprocess.run(
        [sys.executable, "-m", "runner", "--workspace", str(ROOT), "run", "flow", "docomo"],
        env={**os.environ, "KIGEN_HOME": str(home)},
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def take(
    browser: Browser, served: Served, name: str, page: str, language: str, scheme: Scheme, size: str
) -> None:
    """One picture, into docs/pictures."""
    with window(
        browser, served, signed_in=page in PAGES, language=language, scheme=scheme, size=size
    ) as seen:
        seen.page.goto(served.path((PAGES | OPEN)[page]))
        seen.page.wait_for_load_state("networkidle")
        width, height = seen.page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
        png = seen.page.screenshot(
            full_page=True,
            clip={"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)},
        )
    packed = pack(browser, png)
    (FOLDER / f"dashboard-{name}.webp").write_bytes(packed)
    print(f"dashboard-{name}.webp: {len(packed)} bytes")


def pack(browser: Browser, png: bytes) -> bytes:
    """The picture as WebP, as good as fits."""
    page: Page = browser.new_page()
    try:
        for quality in (0.9, 0.8, 0.65, 0.5, 0.35):
            given = [base64.b64encode(png).decode(), quality]
            packed = bytes(page.evaluate(PACK, given))
            if len(packed) <= LARGEST:
                return packed
    finally:
        page.close()
    raise ValueError(f"a picture is too large: {len(packed)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
