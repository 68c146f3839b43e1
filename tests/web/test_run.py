"""The pages of runs: what was played, what it has kept, and nothing that lies elsewhere."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from runner.challenge.codes import Asked
from runner.ledger.states import State
from runner.renewal.outcome import LineResult, RunResult
from runner.renewal.report import write_report
from runner.values.secret import Redactor, Secret
from runner.views.inbox import inbox_of
from runner.web.desk import Desk
from runner.web.evidence import folder_of
from runner.web.texts import texts
from tests.web.desks import NOW, Browser, NoRuns, a_desk, at_the_dashboard
from tests.web.waiting import CONFIG, HOSTILE, LINE, NAME, PNG, Clock, a_run, asked, paid, step


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Browser]]:
    folder = tmp_path_factory.mktemp("desk")
    with a_desk(folder, CONFIG, Clock()) as desk, at_the_dashboard(desk) as person:
        yield desk, person


@pytest.fixture
def desk(at: tuple[Desk, Browser]) -> Desk:
    clock = at[0].clock
    assert isinstance(clock, Clock)
    clock.now = clock.now.replace(minute=(clock.now.minute + 1) % 60)
    return at[0]


@pytest.fixture
def person(at: tuple[Desk, Browser], desk: Desk) -> Browser:
    return at[1]


def kept(desk: Desk, run_evidence: str | None) -> Path:
    assert run_evidence is not None
    return desk.home.evidence / run_evidence


def test_a_run_tells_how_it_went(desk: Desk, person: Browser) -> None:
    renewal = paid(desk, State.CONFIRMED)
    run = desk.ledger.renewals.moves(renewal.id)[-1].run_id
    desk.ledger.renewals.move(renewal.id, State.VERIFIED, reason="it shows", run_id=run)
    body = person.get(f"/runs/{run}").body
    for text in (
        "Needs you", "as it went", "by its schedule", "祖母の電話", "what the page said", "¥1,100",
        "Paid and proved", "01-confirmation.png", "login[0]", "0.25 s", "trace.zip", "Try again",
    ):  # fmt: skip
        assert text in body, text
    assert "hx-get" not in body


def test_the_facts_of_its_report_are_shown(desk: Desk, person: Browser) -> None:
    run = a_run(desk, "failed")
    line = LineResult(LINE, "x", outcome="failed", message="told", decision="decided so")
    result = RunResult(NAME, NAME, "docomo", desk.clock(), run.id, "failed", "told")
    result = replace(result, hint="try hunter2x", notes=["a note"], lines=[line])
    redactor = Redactor()
    redactor.add(Secret("hunter2x"))
    write_report(kept(desk, run.evidence), result, [], {}, redactor, pictures=[])
    body = person.get(f"/runs/{run.id}").body
    for text in ("decided so", "a note", "try •••"):
        assert text in body
    assert "hunter2x" not in body


def test_a_run_that_goes_on_is_looked_at_again(desk: Desk, person: Browser) -> None:
    runs = desk.runs
    assert isinstance(runs, NoRuns)
    run = a_run(desk, None)
    assert "Cut off" in person.get(f"/runs/{run.id}").body
    runs.playing = (NAME,)
    body = person.get(f"/runs/{run.id}").body
    assert "Playing since" in body
    assert f'hx-get="/runs/{run.id}"' in body
    assert '<noscript><meta http-equiv="refresh"' in body
    folder = desk.home.evidence / f"20261121-120000-{NAME}-{run.id[-6:]}"
    folder.mkdir()
    (folder / "01-first.png").write_bytes(PNG)
    (folder / "steps.json").write_text(json.dumps([step(), {**step(), "status": "running"}]))
    body = person.get(f"/runs/{run.id}").body
    assert "01-first.png" in body
    assert re.search(r"done ·.*Running now ·", body, re.DOTALL)
    runs.playing = ()
    desk.ledger.runs.end(run.id, outcome="renewed", evidence=folder.name)
    assert "hx-get" not in person.get(f"/runs/{run.id}").body


def test_a_run_leads_to_the_inbox_while_something_of_it_waits_there(tmp_path: Path) -> None:
    clock = Clock()
    with a_desk(tmp_path, CONFIG, clock) as desk, at_the_dashboard(desk) as person:
        way = f'href="/inbox">{texts("en")["inbox_waits"]}</a>'
        renewal, other = asked(desk), a_run(desk)
        clock.now += timedelta(minutes=1)
        going, runs = a_run(desk, None), desk.runs
        assert isinstance(runs, NoRuns)
        runs.playing = (NAME,)
        assert way in person.get(f"/runs/{renewal.run_id}").body
        assert way in person.get(f"/lines/{NAME}/{LINE}").body
        assert way in person.get(f"/runs/{going.id}").body, "the last run of the account"
        assert way not in person.get(f"/runs/{other.id}").body
        person.post(f"/renewals/{renewal.id}/refuse")
        for run in (renewal.run_id, going.id):
            assert way not in person.get(f"/runs/{run}").body
        inbox_of(desk.home, desk.clock).wait(NAME, Asked(6, NOW, NOW + timedelta(minutes=2)))
        assert way in person.get(f"/runs/{going.id}").body
        assert way not in person.get(f"/runs/{renewal.run_id}").body


def test_of_runs_without_an_end_only_the_last_one_is_running(tmp_path: Path) -> None:
    clock = Clock()
    with a_desk(tmp_path, CONFIG, clock) as desk, at_the_dashboard(desk) as person:
        a_run(desk, None)
        clock.now += timedelta(minutes=1)
        a_run(desk, None)
        with desk.ledger.leases.acquire(NAME, "run-2", 60):
            marks = re.findall(r'<span class="mark (\w+)">([^<]+)<', person.get("/runs").body)
    assert marks == [("warn", "Running now"), ("bad", "Cut off")]


def test_runs_are_listed_by_account_and_outcome_and_in_pages(desk: Desk, person: Browser) -> None:
    ids = [a_run(desk, "busy").id for _ in range(51)]
    first = person.get("/runs?outcome=busy").body
    assert sum(f'"/runs/{id}"' in first for id in ids) == 50
    older = next(part for part in first.split('"') if "before=" in part).replace("&amp;", "&")
    second = person.get(older).body
    assert sum(f'"/runs/{id}"' in second for id in ids) == 1
    assert "before=" not in second
    assert not any(f'"/runs/{id}"' in person.get("/runs?outcome=renewed").body for id in ids)
    assert "no such runs" in person.get("/runs?account=nobody").body
    for odd in ("?outcome=x", "?before=x", "?before=%00", "?account=%27%3B--"):
        assert person.get(f"/runs{odd}").status == 200


def test_what_a_portal_has_written_is_shown_as_text(desk: Desk, person: Browser) -> None:
    run = a_run(desk, "failed", message=HOSTILE)
    folder = kept(desk, run.evidence)
    facts = {"hint": HOSTILE, "step": HOSTILE, "where": HOSTILE, "notes": [HOSTILE]}
    lines = [{"line": HOSTILE, "outcome": HOSTILE, "message": HOSTILE + "!", "decision": HOSTILE}]
    (folder / "report.json").write_text(json.dumps({**facts, "lines": lines}))
    odd = {"kind": HOSTILE, "path": HOSTILE, "status": HOSTILE}
    (folder / "steps.json").write_text(json.dumps([{**step(HOSTILE), **odd}]))
    (folder / 'x"><script>.png').write_bytes(PNG)
    desk.ledger.readings.add(run.id, NAME, HOSTILE)
    answer = person.get(f"/runs/{run.id}")
    assert answer.status == 200
    assert answer.body.count("&lt;script&gt;alert(1)") >= 11
    assert "<script>" not in answer.body
    assert "<img src=x" not in answer.body
    assert not set("\u202e\u2067") & set(answer.body)
    assert "&lt;script&gt;" in person.get("/runs?outcome=failed").body


@pytest.mark.parametrize("broken", ["", "[", "[]", "{}", "3", '{"lines": [{}]}'])
def test_broken_evidence_hides_no_run(desk: Desk, person: Browser, broken: str) -> None:
    run = a_run(desk, "failed")
    folder = kept(desk, run.evidence)
    (folder / "report.json").write_text(broken)
    (folder / "steps.json").write_text("[" if broken.startswith("{") else broken)
    assert person.get(f"/runs/{run.id}").status == 200


def test_pictures_are_shown_and_all_else_is_downloaded(desk: Desk, person: Browser) -> None:
    run = a_run(desk)
    kinds = {
        "01-confirmation.png": ("image/png", "inline"),
        "report.html": ("application/octet-stream", "attachment"),
        "trace.zip": ("application/zip", "attachment"),
        "steps.json": ("application/octet-stream", "attachment"),
    }
    for name, (kind, how) in kinds.items():
        found = person.get(f"/runs/{run.id}/files/{name}")
        assert found.status == 200
        assert found.headers["content-type"] == kind
        assert found.headers["content-disposition"].startswith(how)
        assert found.headers["x-content-type-options"] == "nosniff"
        policies = found.headers.get_all("content-security-policy") or []
        assert any("sandbox" in policy for policy in policies)


def test_no_file_elsewhere_is_given(desk: Desk, person: Browser, tmp_path: Path) -> None:
    run, other = a_run(desk), a_run(desk)
    folder = kept(desk, run.evidence)
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    (folder / "link.png").symlink_to(secret)
    (folder / "hard.png.part").write_bytes(b"half")
    (folder / "inner").mkdir()
    (folder / "inner/x.png").write_bytes(b"secret")
    os.mkfifo(folder / "pipe.png")
    names = [
        "link.png", "hard.png.part", "inner", "inner/x.png", "pipe.png", ".", "..", "", "%2e%2e",
        "../../ledger.db", "..%2f..%2fledger.db", "%2e%2e%2f%2e%2e%2fledger.db",
        "..%5c..%5cledger.db", "%252e%252e%252fledger.db", quote(str(secret), safe=""),
        str(secret), f"../{other.evidence}/trace.zip", f"..%2f{other.evidence}%2ftrace.zip",
        "01-confirmation.png%00.html", "01-confirmation.png/", "./01-confirmation.png/..",
    ]  # fmt: skip
    for name in names:
        found = person.get(f"/runs/{run.id}/files/{name}")
        assert found.status in (307, 404), name
        assert "secret" not in found.body
    assert person.get("/runs/nope/files/x.png").status == 404
    assert Browser(person.port).get(f"/runs/{run.id}/files/trace.zip").status == 303
    assert "link.png" not in person.get(f"/runs/{run.id}").body


@pytest.mark.parametrize("name", ["..", ".", "", "/etc", "../receipts", "a/b", "link"])
def test_a_run_whose_folder_lies_elsewhere_has_none(desk: Desk, name: str, tmp_path: Path) -> None:
    link = desk.home.evidence / "link"
    if not link.is_symlink():
        link.symlink_to(tmp_path)
    run = a_run(desk)
    (desk.home.evidence / "a" / "b").mkdir(parents=True, exist_ok=True)
    assert folder_of(desk.home, replace(run, evidence=name)) is None
    assert folder_of(desk.home, run) is not None


def test_what_is_not_there_is_not_found(person: Browser) -> None:
    for path in ("/runs/nope", "/wishes/nope", "/runs/nope/files/a", "/renewals/nope/receipts/0"):
        assert person.get(path).status == 404


def test_receipts_are_given_and_nothing_else(desk: Desk, person: Browser, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    home = desk.home
    good = home.receipts / "20261121-docomo-1" / "01-receipt.png"
    good.parent.mkdir()
    good.write_bytes(PNG)
    (good.parent / "link.png").symlink_to(tmp_path / "secret.png")
    (home.receipts / "elsewhere").symlink_to(tmp_path)
    (home.folder / "secret.png").write_bytes(b"secret")
    named = (
        "receipts/20261121-docomo-1/01-receipt.png", "receipts/20261121-docomo-1/link.png",
        "receipts/elsewhere/secret.png", "receipts/../secret.png", str(tmp_path / "secret.png"),
        "receipts/x/../../secret.png", "secret.png", "ledger.db", "receipts/..", "",
    )  # fmt: skip
    one = paid(desk, State.AWAITING_PAYMENT, named)
    answers = [person.get(f"/renewals/{one.id}/receipts/{n}") for n in range(len(named) + 1)]
    assert [answer.status for answer in answers] == [200] + [404] * len(named)
    assert not any("secret" in answer.body for answer in answers)
    assert person.get(f"/renewals/{one.id}/receipts/-1").status == 404
    assert person.get("/renewals/nope/receipts/0").status == 404
