"""The example of docs/new-provider.md is a flow without mistakes."""

from __future__ import annotations

import re
from pathlib import Path

from runner.flow.library import Library
from tests.e2e.world import World

ROOT = Path(__file__).parents[2]


def test_the_example_is_whole(tmp_path: Path) -> None:
    text = (ROOT / "docs/new-provider.md").read_text(encoding="utf-8")
    flow, selectors = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    for kind, content in (("flows", flow), ("selectors", selectors)):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "kumo-mobile.yaml").write_text(content, encoding="utf-8")
    site = Library([tmp_path]).load("kumo-mobile")
    assert site.flow.proved == "documented", "there is no practice portal of it here"


def test_its_test_asks_for_what_there_is() -> None:
    text = (ROOT / "docs/new-provider.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    asked = set(re.findall(r"\b(?:world|kumo)\.(\w+)", example)) - {"world"}
    assert {"at", "run", "charges"} <= asked <= {*dir(World), *World.__dataclass_fields__}
