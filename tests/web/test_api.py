"""The API: the words of `--json`, one way to refuse, and no more than who asks may have."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runner.cli.main import main
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.web.api import OPERATIONS, api_document
from runner.web.api_problems import Kind
from runner.web.desk import Desk
from runner.web.who import Scope
from tests.web.desks import Browser, a_door, at_the_dashboard
from tests.web.filled import CANARY, NOW, YEN, Clock, filled
from tests.web.serving import Answer, send

OPENAPI = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def desk(folder: Path, clock: Clock) -> Iterator[Desk]:
    with filled(folder, clock) as desk:
        yield desk


@pytest.fixture(scope="module")
def owner(desk: Desk) -> Iterator[Browser]:
    with at_the_dashboard(desk) as browser:
        yield browser


@pytest.fixture(scope="module")
def tokens(desk: Desk) -> dict[Scope, str]:
    made = a_door(desk).tokens
    return {scope: f"Bearer {made.make(scope.value, scope)}" for scope in Scope}


class Program:
    """A program with a token."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token

    def get(self, path: str) -> Any:
        answer = send(self.port, f"/api/v1{path}", headers={"authorization": self.token})
        assert answer.status == 200, answer.body
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        return json.loads(answer.body)

    def post(self, path: str, body: object = None, raw: bytes | None = None) -> Answer:
        headers = {"authorization": self.token, "content-type": "application/json"}
        sent = json.dumps(body or {}).encode() if raw is None else raw
        return send(self.port, f"/api/v1{path}", "POST", headers, sent)


@pytest.fixture
def program(owner: Browser, tokens: dict[Scope, str]) -> Program:
    return Program(owner.port, tokens[Scope.ACT])


def problem(answer: Answer) -> tuple[int, str]:
    """Its status and name; it is a whole problem document."""
    found = json.loads(answer.body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert found["status"] == answer.status
    assert found["title"]
    assert found["detail"]
    return answer.status, found["type"].removeprefix("urn:kigen:problem:")


def test_the_published_document_is_the_codes_own() -> None:
    assert json.loads(OPENAPI.read_text()) == api_document()


def test_the_page_names_every_request_and_every_problem() -> None:
    page = (OPENAPI.parent / "api.md").read_text()
    rows = re.findall(r"^\| `(GET|POST) ([^`?]+)`(?:, `([^`]+)`)?", page, re.MULTILINE)
    told = set()
    for method, path, second in rows:
        told.add((method, path))
        if second:  # one row for two: the whole path, or its last part
            told.add(
                (method, second if second.count("/") > 1 else path.rpartition("/")[0] + second)
            )
    assert told == {(one.method, one.path) for one in OPERATIONS}
    problems = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", page, re.MULTILINE)
    assert problems == [(one.type.rpartition(":")[2], str(one.status)) for one in Kind]


def test_all_operations_are_told_apart() -> None:
    assert len({one.id for one in OPERATIONS}) == len(OPERATIONS)
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS)
    for schema in api_document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


WORDS: list[tuple[str, list[str]]] = [
    ("/lines", ["status"]),
    ("/accounts/phone/history?days=60", ["history", "phone", "--days", "60"]),
    (
        "/accounts/phone/history?line=080-0000-3776&days=60",
        ["history", "phone", "080-0000-3776", "--days", "60"],
    ),
    ("/schedule?count=4&account=phone", ["schedule", "--count", "4", "--account", "phone"]),
    ("/plan?days=60&account=phone", ["plan", "phone", "--days", "60"]),
]


Today = tuple[Path, Program, Clock]


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Today]:
    """A desk whose clock is set to that of this machine, as the command line's is."""
    folder, clock = tmp_path_factory.mktemp("today"), Clock(datetime.now(UTC))
    with filled(folder, clock) as desk, at_the_dashboard(desk) as owner:
        token = a_door(desk).tokens.make("reader", Scope.READ)
        yield folder, Program(owner.port, f"Bearer {token}"), clock


Printed = Callable[..., Any]


@pytest.fixture
def printed(
    today: Today, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Printed:
    """What the command line prints with --json."""
    monkeypatch.setenv("KIGEN_HOME", str(today[0] / "home"))

    def call(*words: str) -> Any:
        assert main(["--workspace", str(today[0]), *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return call


@pytest.mark.parametrize(("path", "words"), WORDS)
def test_it_says_what_the_command_line_says(
    path: str, words: list[str], today: Today, printed: Printed
) -> None:
    _, program, clock = today
    clock.now = begun = datetime.now(UTC)
    before = program.get(path)
    said = printed(*words)
    clock.now = ended = datetime.now(UTC)
    after = program.get(path)
    assert said
    # The command line's moment lies between those two: so does what it says.
    assert timeless(said, begun, ended) in [timeless(one, begun, ended) for one in (before, after)]


def timeless(value: Any, begun: datetime, ended: datetime) -> Any:
    """Without what another moment changes: the clock went on between the two."""
    if isinstance(value, list):
        return [timeless(one, begun, ended) for one in value]
    if isinstance(value, dict):
        moving = ("from", "until", "next_run", "days_left", "danger")
        kept = {key: one for key, one in value.items() if key not in moving}
        return {key: timeless(one, begun, ended) for key, one in kept.items()}
    return "now" if is_between(value, begun, ended) else value


def is_between(value: Any, begun: datetime, ended: datetime) -> bool:
    """What is due in this very moment is told with this moment."""
    try:
        return begun <= datetime.fromisoformat(value) <= ended
    except (TypeError, ValueError):  # no text, not a moment, or a day
        return False


def test_renewals_are_those_that_are_exported(today: Today, printed: Printed) -> None:
    exported, program = printed("export", "renewals"), today[1]
    assert program.get("/renewals")["renewals"] == exported[::-1]
    assert program.get(f"/renewals/{exported[0]['id']}") == exported[0]
    (paid,) = program.get("/renewals?state=verified&account=phone")["renewals"]
    assert (paid["amount"], paid["currency"], paid["reference"]) == ("3000", "JPY", "R-1")


def test_long_lists_come_in_pages(program: Program) -> None:
    seen, path = [], "/runs?limit=2"
    while True:
        page = program.get(path)
        seen += [run["id"] for run in page["runs"]]
        if page["next"] is None:
            break
        assert len(page["runs"]) == 2
        path = f"/runs?limit=2&before={page['next']}"
    everything = program.get("/runs?limit=500")["runs"]
    assert seen == [run["id"] for run in everything]
    assert seen == sorted(seen, reverse=True)
    assert program.get(f"/runs/{seen[0]}") == everything[0]
    assert {one["outcome"] for one in program.get("/runs?outcome=unreachable")["runs"]} == {
        "unreachable"
    }
    only = program.get("/renewals?limit=1")
    (rest,) = program.get(f"/renewals?before={only['next']}")["renewals"]
    assert rest["id"] < only["renewals"][0]["id"]


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        ("/nowhere", 404, "not-found"),
        ("/accounts/nobody/history", 404, "not-found"),
        ("/accounts/phone/history?line=none", 404, "not-found"),
        ("/accounts/..%2f..%2fetc/history", 404, "not-found"),
        ("/runs/0", 404, "not-found"),
        ("/runs/" + "0" * 32, 404, "not-found"),
        ("/renewals/" + "0" * 32, 404, "not-found"),
        ("/schedule?account=nobody", 404, "not-found"),
        ("/runs?limit=0", 400, "wrong-request"),
        ("/runs?limit=1_0", 400, "wrong-request"),
        ("/runs?limit=%D9%A1", 400, "wrong-request"),
        ("/runs?limit=1&limit=2", 400, "wrong-request"),
        ("/runs?before=x", 400, "wrong-request"),
        ("/runs?outcome=good", 400, "wrong-request"),
        ("/runs?nonsense=1", 400, "wrong-request"),
        ("/lines?x=1", 400, "wrong-request"),
        ("/plan?days=99999", 400, "wrong-request"),
        ("/renewals?state=paid", 400, "wrong-request"),
    ],
)
def test_mistakes_are_named(path: str, status: int, name: str, program: Program) -> None:
    answer = send(program.port, f"/api/v1{path}", headers={"authorization": program.token})
    assert problem(answer) == (status, name)


def test_a_wrong_method_names_the_right_ones(program: Program) -> None:
    answer = program.post("/lines")
    assert problem(answer) == (405, "wrong-method")
    assert {word.strip() for word in answer.headers["allow"].split(",")} == {"GET", "HEAD"}
    found = send(program.port, "/api/v1/lines", "HEAD", {"authorization": program.token})
    assert (found.status, found.body) == (200, "")


@pytest.mark.parametrize(
    ("raw", "status", "name"),
    [
        (b"", 400, "wrong-request"),
        (b"{", 400, "wrong-request"),
        (b"[]", 400, "wrong-request"),
        (b"\xff", 400, "wrong-request"),
        (b"[" * 20_000, 400, "wrong-request"),
        (b'{"dry_run": "yes"}', 400, "wrong-request"),
        (b'{"dry_run": 1}', 400, "wrong-request"),
        (b'{"wet_run": true}', 400, "wrong-request"),
        (b'{"dry_run": true, "dry_run": false}', 400, "wrong-request"),
        (b" " * 70_000, 413, "too-large"),
    ],
)
def test_wrong_bodies(raw: bytes, status: int, name: str, program: Program, desk: Desk) -> None:
    assert problem(program.post("/accounts/phone/run", raw=raw)) == (status, name)
    assert desk.ledger.wishes.open() == {}


def test_only_json_is_taken(program: Program) -> None:
    """A form of another site can send anything but this type without being asked for leave."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"authorization": program.token, "content-type": kind}
        answer = send(program.port, "/api/v1/accounts/phone/run", "POST", headers, b"{}")
        assert problem(answer) == (415, "wrong-type")


def test_who_may_do_what(desk: Desk, owner: Browser, tokens: dict[Scope, str]) -> None:
    run, lines = "/api/v1/accounts/phone/run", "/api/v1/lines"
    json_type = {"content-type": "application/json"}

    def asked(path: str, method: str = "GET", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return send(owner.port, path, method, {**json_type, **named}, b"{}")

    for wrong in ({}, {"authorization": "Bearer kigen_x"}, {"cookie": "kigen=x"}):
        for path, method in ((lines, "GET"), (run, "POST"), ("/api/v1/openapi.json", "GET")):
            answer = asked(path, method, **wrong)
            assert problem(answer) == (401, "not-signed-in")
            assert answer.headers["www-authenticate"] == "Bearer"
    reading, calendar = tokens[Scope.READ], tokens[Scope.CALENDAR]
    assert asked(lines, authorization=reading).status == 200
    assert problem(asked(run, "POST", authorization=reading)) == (403, "not-allowed")
    assert problem(asked(lines, authorization=calendar)) == (403, "not-allowed")
    cookie = f"kigen={owner.session}"
    assert asked(lines, cookie=cookie).status == 200
    elsewhere = {"x_csrf_token": owner.csrf, "origin": "https://a.example"}
    for headers in ({}, {"x_csrf_token": "x"}, elsewhere):
        assert problem(asked(run, "POST", cookie=cookie, **headers)) == (403, "not-allowed")
    assert desk.ledger.wishes.open() == {}
    assert asked(run, "POST", cookie=cookie, x_csrf_token=owner.csrf).status == 202
    (wish,) = desk.ledger.wishes.open().values()
    assert wish.by == "the API (owner)"


def test_no_answer_holds_a_secret(program: Program) -> None:
    paths = [one.path for one in OPERATIONS if one.method == "GET" and "{" not in one.path]
    paths += ["/accounts/phone/history", "/openapi.json", "/accounts/nobody/history"]
    for path in paths:
        answer = send(program.port, f"/api/v1{path}", headers={"authorization": program.token})
        assert CANARY not in answer.body
        assert program.token.removeprefix("Bearer ") not in answer.body


def test_it_tells_which_settings_hold(program: Program, desk: Desk, folder: Path) -> None:
    config = folder / "config.yaml"
    good = config.read_text()
    assert program.get("/settings") == {"read_at": desk.settings.taken.isoformat(), "trouble": None}
    config.write_text(good.replace("accounts:", f"acounts: {CANARY}\naccounts:"))
    try:
        found = program.get("/settings")
    finally:
        config.write_text(good)
        desk.settings.refresh()
    (mistake,) = found["trouble"]["mistakes"]
    line = good.splitlines().index("accounts:") + 1
    assert (mistake["file"], mistake["line"], mistake["column"]) == (str(config), line, 1)
    assert (mistake["message"], mistake["hint"]) == (
        "unknown key `acounts`",
        "did you mean `accounts`?",
    )
    assert datetime.fromisoformat(found["trouble"]["since"]) > datetime.fromisoformat(
        found["read_at"]
    )
    assert found["trouble"]["message"] is None
    assert CANARY not in json.dumps(found)
    assert program.get("/settings")["trouble"] is None


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


def test_no_two_kinds_of_problems_have_one_name() -> None:
    assert len({kind.type for kind in Kind}) == len(Kind)
    assert all(400 <= kind.status < 600 for kind in Kind)
