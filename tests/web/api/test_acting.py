"""What the API does: runs, pauses, approvals, codes and messages, each once."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.web.desk import Desk
from runner.web.who import Scope
from tests.web.api.program import Program, problem
from tests.web.desks import a_door, at_the_dashboard
from tests.web.filled import NOW, YEN, filled


def test_a_run_is_asked_for_once(program: Program, desk: Desk) -> None:
    answer = program.post("/accounts/travel/run", {"dry_run": True})
    wish = json.loads(answer.body)
    assert answer.status == 202
    assert (wish["account"], wish["dry_run"], wish["run"]) == ("travel", True, None)
    assert program.get(f"/wishes/{wish['id']}") == wish
    assert problem(program.post("/accounts/travel/run")) == (409, "not-possible")
    assert problem(program.post("/accounts/nobody/run")) == (404, "not-found")


def test_lines_are_paused_and_resumed(program: Program, desk: Desk) -> None:
    until = f"{NOW.date() + timedelta(days=5)}"
    paused = program.post("/accounts/kiosk/pause", {"until": until})
    assert json.loads(paused.body) == {"lines": ["070-1111-2222"]}
    pause = desk.ledger.pauses.of("kiosk", "070-1111-2222")
    assert pause is not None
    assert f"{pause.until}" == "2026-11-25 15:00:00+00:00"
    (line,) = [one for one in program.get("/lines") if one["account"] == "kiosk"]
    assert line["paused"] == {"until": "2026-11-25T15:00:00+00:00"}
    one = {"line": "070-1111-2222"}
    assert json.loads(program.post("/accounts/kiosk/resume", one).body) == {
        "lines": ["070-1111-2222"]
    }
    assert json.loads(program.post("/accounts/kiosk/resume").body) == {"lines": []}
    assert problem(program.post("/accounts/kiosk/pause", {"line": "x"})) == (404, "not-found")
    for past in (f"{NOW.date()}", "0001-01-01"):
        answer = program.post("/accounts/kiosk/pause", {"until": past})
        assert problem(answer) == (409, "not-possible")
    answer = program.post("/accounts/kiosk/pause", {"until": "soon"})
    assert problem(answer) == (400, "wrong-request")


def test_a_renewal_is_approved_for_the_price_that_was_shown(
    tmp_path: Path,
) -> None:
    with filled(tmp_path) as desk, at_the_dashboard(desk) as owner:
        token = a_door(desk).tokens.make("doer", Scope.ACT)
        program = Program(owner.port, f"Bearer {token}")
        (waiting,) = program.get("/inbox")["approvals"]
        path = f"/renewals/{waiting['id']}"
        other = {"price": {"amount": "2999", "currency": "JPY"}}
        assert problem(program.post(f"{path}/approve", other)) == (409, "not-possible")
        assert problem(program.post(f"{path}/approve")) == (400, "wrong-request")
        for amount in ("٣٠٠٠", "3000\n", "1e3"):
            odd = {"price": {"amount": amount, "currency": "JPY"}}
            assert problem(program.post(f"{path}/approve", odd)) == (400, "wrong-request")
        price = {"amount": waiting["amount"], "currency": waiting["currency"]}
        answer = program.post(f"{path}/approve", {"price": price, "reason": "go on"})
        assert json.loads(answer.body)["state"] == "approved"
        move = desk.ledger.renewals.moves(waiting["id"])[-1]
        assert (move.reason, move.evidence) == ("go on", "the API (doer)")
        assert program.get("/inbox")["approvals"] == []
        for deed in ("approve", "refuse"):
            body = {"price": price} if deed == "approve" else {}
            assert problem(program.post(f"{path}/{deed}", body)) == (409, "not-possible")


def test_a_renewal_is_refused_and_a_payment_resolved(program: Program, desk: Desk) -> None:
    (waiting,) = program.get("/inbox")["approvals"]
    answer = program.post(f"/renewals/{waiting['id']}/refuse")
    assert json.loads(answer.body)["state"] == "aborted"
    unknown = _unknown(desk)
    assert [one["id"] for one in program.get("/inbox")["unknown"]] == [unknown.id]
    path = f"/renewals/{unknown.id}/resolve"
    stale = {"state": "confirmed", "charged": False}
    assert problem(program.post(path, stale)) == (409, "not-possible")
    said = {"state": "unknown", "charged": False}
    assert json.loads(program.post(path, said).body)["state"] == "not_charged"
    assert problem(program.post(path, said)) == (409, "not-possible")


def _unknown(desk: Desk) -> Renewal:
    run = desk.ledger.runs.list("phone")[0].id
    renewal = desk.ledger.renewals.plan(run, "phone", "080-0000-3776", "c9", "3000yen", YEN)
    for state in (State.APPROVED, State.COMMITTING, State.UNKNOWN):
        renewal = desk.ledger.renewals.move(renewal.id, state, reason="test")
    return renewal


def test_a_code_is_handed_over_and_never_said_again(program: Program) -> None:
    answer = program.post("/accounts/phone/code", {"code": "482913"})
    assert json.loads(answer.body) == {"waited": False}
    for wrong in ("12", "123456789", "48291x", 482913):
        answer = program.post("/accounts/phone/code", {"code": wrong})
        assert problem(answer) == (400, "wrong-request")
        assert "48291" not in answer.body


def test_letters_are_sent_again_or_put_away(program: Program) -> None:
    (lost,) = program.get("/inbox")["letters"]
    again = json.loads(program.post(f"/letters/{lost['id']}/again").body)
    assert (again["state"], again["event"]) == ("waiting", lost["event"])
    assert problem(program.post(f"/letters/{lost['id']}/again")) == (409, "not-possible")
    assert problem(program.post(f"/letters/{again['id']}/away")) == (409, "not-possible")
    assert problem(program.post("/letters/" + "0" * 32 + "/away")) == (404, "not-found")
    assert program.get("/inbox")["letters"] == []
