"""What comes in between: banners, surveys, a session that ends, a site that is slow."""

from __future__ import annotations

import pytest

from runner.config.workspace import shipped
from tests.e2e.world import COVERED, PAID, World

NIGHTLY = pytest.mark.nightly
CAMPAIGN = """
NAG = '''() => {
  let times = 0
  const nag = () => {
    if (sessionStorage.closed === 'enough' || document.querySelector('.cmp_close')) return
    document.body.insertAdjacentHTML('beforeend', `<div style="position:fixed;inset:0;background:#fff">
      <p class="cmp_close" onclick="sessionStorage.closed = sessionStorage.closed ? 'enough' : 'once';
        parentElement.remove()">閉じる</p></div>`)
  }
  document.addEventListener('mousemove', event => {
    if (event.target.matches('[type=submit]') && ++times === 3) nag()
  })
  if (sessionStorage.closed) setTimeout(nag, 1000)
}'''

async def nag_at_the_click(page):
    await page.evaluate(NAG)
"""
"""It comes at the click, as the button is tried twice before, and once more on the next such page: by itself
after a second, if no click comes before."""


@pytest.mark.parametrize("kind", ["campaign", pytest.param("survey", marks=NIGHTLY)])
def test_something_lies_over_every_page(world: World, kind: str) -> None:
    world.fault("banner", kind=kind)
    world.run("renewed")
    assert world.hits() >= 5
    assert world.charges == ["1100 JPY"]
    assert world.moves() in ([PAID], [COVERED, PAID])
    world.run("nothing_due")


def test_what_covers_the_button_at_the_click_is_closed_and_the_order_begins_anew(
    world: World,
) -> None:
    flow = (shipped() / "flows/docomo.yaml").read_text()
    pay = "  - pay: {click: complete"
    assert flow.count(pay) == 1
    flows = world.write() / "flows"
    flows.mkdir()
    (flows / "docomo.yaml").write_text(flow.replace(pay, f"  - call: nag_at_the_click\n{pay}"))
    (flows / "docomo.py").write_text(CAMPAIGN)
    told = world.run("renewed")
    assert told.line["renewal"]["reference"]
    assert world.charges == ["1100 JPY"]
    assert world.moves() == [COVERED, PAID]


PAGES = (
    "  - extract:\n      data_used", "  - click: add_data", "  - choose_plan:", "  - check: agree",
    "  - expect: {text: お申込み内容の確認, message: This is not", "  - screenshot: receipt",
    "  - click: order_history", "  - expect:\n      any: [{visible: orders}",
)  # fmt: skip
"""The first step on each page."""


@NIGHTLY
def test_what_lies_over_every_page_of_a_slow_run_is_closed_on_each(world: World) -> None:
    """Whoever is slower than it meets it every time: before the order and after the payment."""
    flow = (shipped() / "flows/docomo.yaml").read_text()
    for step in PAGES:
        assert flow.count(step) == 1, step
        flow = flow.replace(step, f"  - call: until_it_is_there\n{step}")
    flows = world.write() / "flows"
    flows.mkdir()
    (flows / "docomo.yaml").write_text(flow)
    (flows / "docomo.py").write_text(
        "async def until_it_is_there(page):\n    await page.locator('.cmp_close').wait_for()\n"
    )
    world.fault("banner", kind="campaign")
    world.run("renewed")
    assert world.charges == ["1100 JPY"]


@NIGHTLY
@pytest.mark.parametrize("kind", ["campaign", "survey"])
@pytest.mark.parametrize("after", range(8))
def test_something_lies_over_one_page(world: World, kind: str, after: int) -> None:
    world.fault("banner", kind=kind, after=after, count=1)
    world.run("renewed")
    assert world.charges == ["1100 JPY"]
    assert world.moves() in ([PAID], [COVERED, PAID])


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/mydocomo/application/data/", marks=NIGHTLY),
        "*/add/confirm",
        pytest.param("*/add/", marks=NIGHTLY),
    ],
)
def test_a_session_that_ends_in_the_middle_is_renewed_once(world: World, path: str) -> None:
    world.fault("session_expiry", path=path, count=1)
    told = world.run("renewed")
    assert world.hits() == 1
    assert world.events("signed_in") == 2
    assert world.charges == ["1100 JPY"]
    assert [moves[-1] for moves in world.moves() if moves[-1] != "aborted"] == ["verified"]
    assert told.line["outcome"] == "renewed"


@NIGHTLY
def test_a_session_that_ends_after_the_payment_is_renewed_to_see_the_proof(world: World) -> None:
    world.fault("session_expiry", path="*/history/", count=1)
    told = world.run("renewed")
    assert told.json["notes"] == ["signed in", "the session ended in the middle; signed in again"]
    assert world.events("signed_in") == 2
    assert (world.charges, world.moves()) == (["1100 JPY"], [PAID])


@NIGHTLY
def test_a_session_that_ends_twice_after_the_payment_is_left_to_the_next_run(world: World) -> None:
    world.fault("session_expiry", path="*/history/", count=2)
    told = world.run("renewal_pending")
    assert told.message.startswith("paid 1100 JPY, not proved yet: ")
    assert told.line["renewal"]["reference"]
    assert world.events("signed_in") == 2
    world.run("renewed")
    assert world.events("signed_in") == 3
    assert world.charges == ["1100 JPY"]


@NIGHTLY
def test_a_session_that_ends_at_every_order_is_given_up(world: World) -> None:
    world.fault("session_expiry", path="*/add/confirm")
    world.run("needs_you")
    assert world.events("signed_in") == 2
    assert world.charges == []
    assert {moves[-1] for moves in world.moves()} == {"aborted"}


@NIGHTLY
def test_a_slow_site(world: World) -> None:
    world.fault("slow", seconds=0.7)
    world.run("renewed")
    assert (world.charges, world.moves()) == (["1100 JPY"], [PAID])


@NIGHTLY
def test_a_very_slow_site(world: World) -> None:
    world.fault("slow", seconds=6)
    world.run("renewed")
    assert (world.charges, world.moves()) == (["1100 JPY"], [PAID])


@NIGHTLY
def test_figures_that_come_late(world: World) -> None:
    world.fault("slow", path="/mydocomo/api/usage", seconds=3)
    told = world.run("renewed")
    assert told.line["reading"]["data_left"]["text"] == "1.21 GB"


def test_figures_that_do_not_come(world: World) -> None:
    """The page shows, its figures do not: no value is made up."""
    world.hurry()
    world.fault("http", path="/mydocomo/api/usage", status="500")
    told = world.run("changed")
    assert told.json["step"].startswith("read")
    assert (world.readings(), world.renewals(), world.charges) == (0, [], [])
