"""A page whose scripts write what is no text: the run pays, proves it, and tells it like any other."""

from __future__ import annotations

import pytest

from runner.config.workspace import shipped
from tests.e2e.world import World

CODE = """
async def spoil(page):
    await page.evaluate('''() => {
      const odd = "\\ud800" + String.fromCharCode(0, 27) + "[2J\\udc00"
      document.title += odd
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      const texts = []
      while (walk.nextNode()) texts.push(walk.currentNode)
      for (const text of texts) if (/^M?[0-9]{6,}|GB/.test(text.data.trim())) text.data += odd
    }''')
    return "\\udfff"
"""


@pytest.mark.nightly
def test_a_page_that_writes_what_is_no_text(world: World) -> None:
    flow = (shipped() / "flows" / "docomo.yaml").read_text(encoding="utf-8")
    spoil = "  - call: {function: spoil, into: odd}\n"
    receipt = "  - extract:\n      reference: {from: receipt}\n"
    orders = "  - extract_all:\n      rows: orders\n"
    assert flow.count(receipt) == flow.count(orders) == 1
    flow = flow.replace(receipt, spoil + receipt).replace(orders, spoil + orders)
    flows = world.write() / "flows"
    flows.mkdir()
    (flows / "docomo.yaml").write_text(flow, encoding="utf-8")
    (flows / "docomo.py").write_text(CODE, encoding="utf-8")
    told = world.run("renewed")
    (line,) = told.json["lines"]
    assert "�" in line["renewal"]["reference"]
    assert line["renewal"]["state"] == "verified"
    assert "\x1b" not in told.out + told.err
    assert world.charges == ["1100 JPY"]
    world.run("nothing_due")
