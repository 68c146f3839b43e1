"""What an owner does on the dashboard: once, only if it still is what was shown, and written down."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.challenge.codes import Asked
from runner.ledger.states import State
from runner.renewal import approval
from runner.values.money import Money
from runner.views.inbox import inbox_of
from runner.web.desk import Desk
from tests.web.desks import Browser, NoRuns, a_desk, at_the_dashboard
from tests.web.waiting import CONFIG, LINE, NAME, Clock, a_run, asked, lost_letter, paid


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Browser, Clock]]:
    folder, clock = tmp_path_factory.mktemp("desk"), Clock()
    with a_desk(folder, CONFIG, clock) as desk, at_the_dashboard(desk) as person:
        yield desk, person, clock


@pytest.fixture
def desk(at: tuple[Desk, Browser, Clock]) -> Desk:
    desk, _, clock = at
    clock.now += timedelta(minutes=1)
    # What another test has left open is over.
    for renewal in desk.ledger.renewals.list(states={State.PLANNED, State.APPROVED}):
        desk.ledger.renewals.move(renewal.id, State.ABORTED, reason="over")
    for renewal in desk.ledger.renewals.list(states={State.UNKNOWN, State.AWAITING_PAYMENT}):
        to = State.ABORTED if renewal.state is State.AWAITING_PAYMENT else State.NOT_CHARGED
        desk.ledger.renewals.move(renewal.id, to, reason="over")
    return desk


@pytest.fixture
def person(at: tuple[Desk, Browser, Clock], desk: Desk) -> Browser:
    return at[1]


def said(person: Browser, path: str, **form: str) -> str:
    """Send a form; gives what the page says then."""
    answer = person.post(path, form)
    assert answer.status == 303, (answer.status, answer.body)
    there = answer.headers["location"]
    assert person.get(there).status == 200
    return there.rpartition("said=")[2]


def state(desk: Desk, id: str) -> State:
    return desk.ledger.renewals.get(id).state


def test_an_approval_is_given_once_at_the_price_that_was_shown(desk: Desk, person: Browser) -> None:
    one = asked(desk)
    path = f"/renewals/{one.id}/approve"
    for price in ("1099 JPY", "1101 JPY", "1100 USD", "", "much"):
        assert said(person, path, price=price) == "other_price"
    assert state(desk, one.id) is State.PLANNED
    assert said(person, path, price="1100 JPY") == "approved"
    assert said(person, path, price="1100 JPY") == "settled"
    move = desk.ledger.renewals.moves(one.id)[-1]
    assert (move.to_state, move.evidence, move.price) == (
        State.APPROVED, "dashboard", Money.parse("1100 JPY"),
    )  # fmt: skip
    approved = desk.ledger.renewals.get(one.id)
    assert approval.covers(approved, Money.parse("1100 JPY"))
    assert approved.next_at == desk.clock(), "the next run is called for"
    runs = desk.runs
    assert isinstance(runs, NoRuns)
    assert runs.woken > 0


def test_a_double_click_approves_once(desk: Desk, person: Browser) -> None:
    one = asked(desk)

    def click(_: int) -> str:
        return said(person, f"/renewals/{one.id}/approve", price="1100 JPY")

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(click, range(6)))
    assert answers == ["approved"] + ["settled"] * 5
    moves = [move.to_state for move in desk.ledger.renewals.moves(one.id)]
    assert moves == [State.PLANNED, State.APPROVED]


def test_what_has_run_out_is_not_approved(
    desk: Desk, person: Browser, at: tuple[Desk, Browser, Clock]
) -> None:
    one = asked(desk)
    before = desk.clock()
    at[2].now += timedelta(days=3)
    assert said(person, f"/renewals/{one.id}/approve", price="1100 JPY") == "too_late"
    assert state(desk, one.id) is State.PLANNED
    assert f"/renewals/{one.id}/approve" not in person.get("/inbox").body
    at[2].now = before


def test_what_was_not_asked_for_is_not_approved(desk: Desk, person: Browser) -> None:
    run = a_run(desk)
    one = desk.ledger.renewals.plan(run.id, NAME, LINE, "other", "1GB", Money.parse("1100 JPY"))
    assert said(person, f"/renewals/{one.id}/approve", price="1100 JPY") == "settled"
    assert state(desk, one.id) is State.PLANNED
    assert person.post("/renewals/nope/approve", {"price": "1100 JPY"}).status == 404


def test_a_refusal_is_written_down(desk: Desk, person: Browser) -> None:
    one = asked(desk)
    assert said(person, f"/renewals/{one.id}/refuse") == "refused"
    assert said(person, f"/renewals/{one.id}/refuse") == "settled"
    assert said(person, f"/renewals/{one.id}/approve", price="1100 JPY") == "settled"
    move = desk.ledger.renewals.moves(one.id)[-1]
    assert (move.to_state, move.evidence) == (State.ABORTED, "dashboard")
    assert approval.refused(desk.ledger, one, Money.parse("1100 JPY"), desk.clock())


@pytest.mark.parametrize(("word", "to"), [("yes", State.CHARGED), ("no", State.NOT_CHARGED)])
def test_an_unknown_payment_is_settled_once(
    desk: Desk, person: Browser, word: str, to: State
) -> None:
    """A second click on a stale page must not settle the next state as well."""
    one = paid(desk, State.UNKNOWN)
    form = {"state": "unknown", "charged": word}
    path = f"/renewals/{one.id}/resolve"
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: said(person, path, **form), range(4)))
    assert sorted(answers)[1:] == ["settled"] * 3 or answers.count("settled") == 3
    assert state(desk, one.id) is to
    assert said(person, path, **form) == "settled"
    assert desk.ledger.renewals.moves(one.id)[-1].evidence == "dashboard"
    if to is State.CHARGED:
        desk.ledger.renewals.move(one.id, State.VERIFIED, reason="it shows")


def test_nothing_is_settled_by_half_a_form(desk: Desk, person: Browser) -> None:
    one = paid(desk, State.UNKNOWN)
    path = f"/renewals/{one.id}/resolve"
    assert person.post(path, {"state": "unknown"}).status == 400
    assert person.post(path, {"state": "unknown", "charged": "maybe"}).status == 400
    assert said(person, path, charged="yes") == "settled", "without the state that was shown"
    assert state(desk, one.id) is State.UNKNOWN


def test_a_lost_message_goes_out_again_or_is_put_away(desk: Desk, person: Browser) -> None:
    one = lost_letter(desk.ledger)
    assert said(person, f"/letters/{one.id}/again") == "sent_again"
    assert said(person, f"/letters/{one.id}/again") == "settled"
    assert len(desk.ledger.outbox.list(("waiting",))) == 1
    assert said(person, f"/letters/{one.id}/away") == "settled"
    assert desk.ledger.outbox.get(one.id).put_away_by == "dashboard"
    assert person.post("/letters/nope/away").status == 404


def test_a_code_goes_to_the_run_that_waits(desk: Desk, person: Browser) -> None:
    inbox = inbox_of(desk.home, desk.clock)
    path = f"/accounts/{NAME}/code"
    assert said(person, path, code="12345") == "code_kept"
    inbox.wait(NAME, Asked(digits=6, since=desk.clock(), until=desk.clock() + timedelta(minutes=3)))
    for wrong in ("12345", "1234567", "abcdef", "", "１２"):
        assert said(person, path, code=wrong) == "no_code"
    assert said(person, path, code="１２３ 456") == "code_given"
    assert {one.text for one in inbox.take(NAME, desk.clock())} == {"12345", "123456"}
    inbox.rest(NAME)
    assert person.post("/accounts/nobody/code", {"code": "123456"}).status == 404


def test_a_run_is_asked_for_once_and_not_while_one_goes_on(desk: Desk, person: Browser) -> None:
    path = f"/accounts/{NAME}/run"
    runs = desk.runs
    assert isinstance(runs, NoRuns)
    run = a_run(desk, None)
    runs.playing = (NAME,)
    assert said(person, path) == "being_played"
    runs.playing = ()
    with desk.ledger.leases.acquire(NAME, run.id, 60):
        assert said(person, path) == "being_played"
        desk.ledger.runs.end(run.id, outcome="renewed")
        first = person.post(path, {"dry_run": "yes"}).headers["location"]
        assert "account is free" in person.get(first).body
    again = person.post(path).headers["location"]
    assert first == again, "the wish that waits is shown"
    wish = desk.ledger.wishes.open()[NAME]
    assert (first, wish.by, wish.dry_run) == (f"/wishes/{wish.id}", "dashboard", True)
    assert "begins at once" in person.get(first).body
    runs.playing = ("a", "b", "c")
    assert "3 runs at the same time" in person.get(first).body
    runs.playing = ()
    run = desk.ledger.runs.start(
        NAME, NAME, trigger="asked", deadline_at=desk.clock(), dry_run=True, wish=wish.id
    )
    answer = person.get(first)
    assert (answer.status, answer.headers["location"]) == (303, f"/runs/{run.id}")
    assert person.get(first, hx_request="true").headers["hx-redirect"] == f"/runs/{run.id}"
    assert person.post("/accounts/nobody/run").status == 404


def test_lines_are_paused_and_resumed(desk: Desk, person: Browser) -> None:
    path = f"/accounts/{NAME}/pause"
    assert said(person, path, line=LINE, until="2099-01-01") == "paused"
    (pause,) = desk.ledger.pauses.now().values()
    assert (pause.line, pause.by) == (LINE, "dashboard")
    assert pause.until == datetime(2098, 12, 31, 15, 0, tzinfo=UTC)
    for wrong in ("soon", "2020-01-01", "0001-01-01", "2099-13-01"):
        assert said(person, path, line=LINE, until=wrong) == "no_date"
    assert said(person, path) == "paused"
    assert len(desk.ledger.pauses.now()) == 2
    assert said(person, f"/accounts/{NAME}/resume", line=LINE) == "resumed"
    assert said(person, f"/accounts/{NAME}/resume") == "resumed"
    assert said(person, f"/accounts/{NAME}/resume") == "settled"
    assert person.post(path, {"line": "nope"}).status == 404


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("/runs?account=x", "/runs?said=settled"),
        ("/lines/docomo/1", "/lines/docomo/1?said=settled"),
        ("//evil.example", "/inbox?said=settled"),
        ("https://evil.example/", "/inbox?said=settled"),
        ("/\\evil.example", "/inbox?said=settled"),
        ("/x\r\nset-cookie: a=b", "/inbox?said=settled"),
        ("", "/inbox?said=settled"),
    ],
)
def test_a_form_leads_to_pages_of_ours_only(
    desk: Desk, person: Browser, back: str, leads_to: str
) -> None:
    answer = person.post(f"/accounts/{NAME}/resume", {"back": back})
    assert answer.headers["location"] == leads_to


def test_nothing_is_done_without_our_own_form(desk: Desk, person: Browser) -> None:
    one = asked(desk)
    path = f"/renewals/{one.id}/approve"
    assert person.send(path, {"price": "1100 JPY"}).status == 403
    assert person.get(path).status == 405
    assert Browser(person.port).post(path, {"price": "1100 JPY"}).status == 303, "to the sign-in"
    assert person.post(path, {"price": "1100 JPY"}, sec_fetch_site="cross-site").status == 403
    assert state(desk, one.id) is State.PLANNED


def test_only_our_own_words_are_said(person: Browser, tmp_path: Path) -> None:
    assert "Paused." in person.get("/inbox?said=paused").body
    for word in ("<b>x</b>", "nope", "approved%22"):
        assert 'class="said"' not in person.get(f"/inbox?said={word}").body
