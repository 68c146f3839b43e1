"""The page of one line: figures, curves, policy, plan, renewals, runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from runner.ledger.states import State
from runner.schedule.forecast import Known, forecast
from runner.web.desk import Desk
from runner.web.texts import LANGUAGES, texts
from tests.web.desks import Browser, at_the_dashboard
from tests.web.filled import CANARY, NOW, YEN, filled
from tests.web.serving import text

GRANDMA = "/lines/phone/080-0000-3776"
EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with filled(tmp_path_factory.mktemp("line")) as desk:
        yield desk


@pytest.fixture(scope="module")
def owner(desk: Desk) -> Iterator[Browser]:
    with at_the_dashboard(desk) as browser:
        yield browser


def section(page: str, name: str) -> str:
    """The part of the page under the heading that these words are."""
    title = re.escape(texts("en")[name])
    found = re.search(rf"<h2[^>]*>{title}</h2>(.*?)</section>", page, re.DOTALL)
    assert found is not None
    return found[1]


def test_it_tells_how_the_line_stands_and_how_it_is_kept(owner: Browser) -> None:
    page = owner.get(GRANDMA).body
    said = text(page)
    for part in (
        "SoftBank prepaid · phone · 080-0000-3776", "3 days left", "Balance ¥550", "Data left 3 GB",
        "Expires Nov 24, 2026", "Read 3 hours ago",
        "Renewed once it has 7 days or less left, with plan “3000yen” for ¥3,000. "
        "Above ¥1,000 you are asked first.",
        "Runs every day at 09:30. (Asia/Tokyo time)",
    ):  # fmt: skip
        assert part in said
    assert CANARY not in page


def test_its_plan_is_the_forecasts(owner: Browser, desk: Desk) -> None:
    account, site = desk.workspace.account("phone")
    until = NOW + timedelta(days=400)
    told = forecast(
        [(account, site.flow)],
        Known.of(desk.ledger),
        NOW,
        until,
        desk.zone,
        desk.workspace.config.caps,
    )
    mine = [action for action in told.actions if action.line == "080-0000-3776"]
    planned = section(owner.get(GRANDMA).body, "planned")
    assert re.findall(r'datetime="([^"]+)"', planned) == [a.at.isoformat() for a in mine]
    assert text(planned).count("Renewal, once you approve 3000yen ¥3,000") == len(mine) > 1


def test_curves_are_for_eyes_and_ears_and_their_figures_stand_below(owner: Browser) -> None:
    past = section(owner.get(f"{GRANDMA}?days=30").body, "past")
    assert past.count("<svg") == 3
    assert len(re.findall(r'aria-labelledby="(\w+)-title \1-desc"', past)) == 3
    assert re.findall(r'<title id="\w+-title">(.*?)</title>', past) == [
        "Days left", "Balance", "Data left",
    ]  # fmt: skip
    assert "The last 30 days: first ¥550, last ¥550; lowest ¥550, highest ¥550." in past
    assert "With a gap, in which nothing was read." in past
    assert "Nov 21, 2026 12:30 3 ¥550 3 GB" in text(past)
    assert " style=" not in past


@pytest.mark.parametrize(("query", "days"), [("", 90), ("?days=365", 365), ("?days=9e9", 90)])
def test_the_period_is_one_of_three(owner: Browser, query: str, days: int) -> None:
    past = section(owner.get(GRANDMA + query).body, "past")
    assert re.findall(r'\?days=(\d+)"( aria-current="true")?', past) == [
        (str(one), ' aria-current="true"' if one == days else "") for one in (30, 90, 365)
    ]


def test_renewals_and_runs_lead_to_their_runs(owner: Browser, desk: Desk) -> None:
    page = owner.get(GRANDMA).body
    renewals, runs = section(page, "renewals"), section(page, "runs")
    for renewal in desk.ledger.renewals.list("phone", "080-0000-3776"):
        assert f'href="/runs/{renewal.run_id}"' in renewals
        assert texts("en")[f"state_{renewal.state.value}"] in renewals
    for run in desk.ledger.runs.list("phone", limit=10):
        assert f'href="/runs/{run.id}"' in runs
    assert texts("en")["trigger_due"] in runs


def test_what_can_be_done_with_it_stands_there(owner: Browser) -> None:
    page = owner.get(GRANDMA).body
    for action in ("run", "pause"):
        assert f'action="/accounts/phone/{action}"' in page
    assert "/accounts/phone/resume" not in page
    paused = owner.get("/lines/phone/080-0000-3777").body
    assert 'action="/accounts/phone/resume"' in paused
    assert "/accounts/phone/run" not in paused


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_readers_language(owner: Browser, language: str) -> None:
    answer = owner.get(GRANDMA, accept_language=language)
    assert answer.status == 200
    assert texts(language)["policy"] in answer.body
    assert not re.search(r"\{\w*\}", text(answer.body))


def test_a_line_without_a_site_or_a_reading_has_its_page(owner: Browser) -> None:
    page = text(owner.get("/lines/kiosk/070-1111-2222").body)
    assert "at the post office" in page
    assert "You renew it yourself. You are reminded once it has 14 days or less left." in page
    assert texts("en")["nothing_read"] in page
    assert texts("en")["no_runs"] in page


@pytest.mark.parametrize(
    "path", ["/lines/phone/nobody", "/lines/nobody/080-0000-3776", "/lines/phone/../../etc/passwd"]
)
def test_there_is_no_page_of_a_line_that_is_not_there(owner: Browser, path: str) -> None:
    assert owner.get(path).status == 404


def test_what_a_portal_has_written_is_text(desk: Desk, owner: Browser) -> None:
    ledger = desk.ledger
    run = ledger.runs.start("phone", "softbank-prepaid", trigger="hand", deadline_at=NOW)
    renewal = ledger.renewals.plan(run.id, "phone", "080-0000-3777", EVIL, EVIL, YEN)
    for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED):
        ledger.renewals.move(
            renewal.id, state, reason=EVIL, reference=EVIL, run_id=run.id,
            receipts=["receipts/one/receipt.png"],
        )  # fmt: skip
    ledger.readings.add(run.id, "phone", "080-0000-3777", values={"plan": EVIL, "note": EVIL})
    ledger.runs.end(run.id, outcome="needs_you", message=EVIL)
    for path in ("/", "/lines/phone/080-0000-3777"):
        page = owner.get(path).body
        assert EVIL not in page
        assert path == "/" or "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert f'href="/renewals/{renewal.id}/receipts/0">Receipt 1</a>' in page
