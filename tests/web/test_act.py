"""Links of messages: each does one thing, once, and nothing else, whoever follows it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.browser.vault import Vault
from runner.challenge.codes import Asked
from runner.challenge.inbox import Inbox
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.notify.todo import Todo
from runner.renewal.approval import approve, ask
from runner.values.money import Money
from runner.web.act_links import USE, ActLinks, MessageLinks
from runner.web.csrf import Csrf
from runner.web.desk import Desk
from runner.web.links import Links, key_for
from tests.web.desks import KEY, Browser, a_desk, at_the_dashboard
from tests.web.serving import Answer

PRICE = Money.parse("1100 JPY")
START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
CONFIG = """
timezone: Asia/Tokyo
accounts:
  main:
    flow: docomo
    at: sandbox
    credentials: {id: me, password: env:PASSWORD}
    lines: {"090-1": {title: "<b>祖母</b>"}}
"""


class Place:
    """A dashboard, a stranger's browser, and what makes links for messages."""

    def __init__(self, desk: Desk, stranger: Browser, clock: Callable[[], datetime]) -> None:
        self.desk, self.stranger = desk, stranger
        self.inbox = Inbox(Vault(desk.home.folder, {}), desk.clock)
        links = ActLinks(Links(key_for(USE, KEY), clock), "https://kigen.example/x/")
        self.link_to = MessageLinks(links, desk.ledger, self.inbox, clock)
        self._cycle = 0

    def planned(self, price: Money = PRICE) -> Renewal:
        self._cycle += 1
        run = self.desk.ledger.runs.start("main", "docomo", trigger="due", deadline_at=START)
        return self.desk.ledger.renewals.plan(
            run.id, "main", "090-1", f"c{self._cycle}", "1GB", price
        )

    def asked(self) -> Renewal:
        until = self.desk.clock() + timedelta(days=3)
        return ask(self.desk.ledger, self.planned(), PRICE, until, "above the limit")

    def unknown(self) -> Renewal:
        renewal = self.planned()
        for state in (State.APPROVED, State.COMMITTING, State.UNKNOWN):
            renewal = self.desk.ledger.renewals.move(renewal.id, state, reason="test")
        return renewal

    def waits_for_code(self, minutes: int = 5) -> None:
        now = self.desk.clock()
        self.inbox.wait("main", Asked(6, now, now + timedelta(minutes=minutes)))

    def path(self, what: str, about: str, price: Money | None = PRICE) -> str:
        """Where the link of a message leads to."""
        link = self.link_to(Todo(what, about, price))  # type: ignore[arg-type] # what the test says
        assert link is not None
        return link.removeprefix("https://kigen.example/x")

    def open(self, path: str) -> Answer:
        return self.stranger.get(path)

    def press(self, path: str, answer: str, **headers: str) -> Answer:
        """Open the page, and press a button of it; where it shows none, send what it would send."""
        page = self.open(path)
        if page.status == 200:
            return self.send(path, page, answer, **headers)
        csrf = Csrf(key_for("act csrf", KEY)).token(f"act v {path.rpartition('/')[2]}")
        form = {"csrf": csrf, "answer": answer}
        return self.stranger.send(path, form, cookie="kigen-act=v", **headers)

    def send(self, path: str, page: Answer, answer: str, **headers: str) -> Answer:
        found = re.search(r'name="csrf" value="([^"]+)"', page.body)
        token, cookie = found[1] if found else "", page.headers.get("set-cookie", "")
        form = {"csrf": token, "answer": answer}
        return self.stranger.send(path, form, cookie=cookie.partition(";")[0], **headers)

    def state(self, renewal: Renewal) -> State:
        return self.desk.ledger.renewals.get(renewal.id).state

    def given(self) -> list[str]:
        return [one.text for one in self.inbox.take("main", START - timedelta(days=1))]


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Clock]]:
    """One dashboard for all tests, each with renewals of its own."""
    clock, folder = Clock(), tmp_path_factory.mktemp("act")
    root = Path(__file__).parents[2]
    for kind in ("flows", "selectors"):
        (folder / kind).symlink_to(root / kind)
    with a_desk(folder, CONFIG, clock) as desk, at_the_dashboard(desk) as browser:
        yield Place(desk, Browser(browser.port), clock), clock


@pytest.fixture
def place(served: tuple[Place, Clock]) -> Iterator[Place]:
    """The line is free for another renewal after each test."""
    here, clock = served
    yield here
    clock.now = START
    here.inbox.rest("main")
    ledger = here.desk.ledger
    for renewal in ledger.renewals.unsettled("main"):
        for state in {
            State.UNKNOWN: [State.NOT_CHARGED],
            State.CHARGED: [State.VERIFIED],
        }.get(renewal.state, [State.ABORTED]):
            ledger.renewals.move(renewal.id, state, reason="the test is over")


@pytest.fixture
def clock(served: tuple[Place, Clock]) -> Clock:
    return served[1]


# what they do -------------------------------------------------------------------------------------


def test_a_renewal_is_approved_once_by_pressing(place: Place) -> None:
    renewal = place.asked()
    path = place.path("approve", renewal.id)
    for _ in range(3):  # a filter, a preview, a person
        page = place.open(path)
        assert page.status == 200
        assert "¥1,100" in page.body
        assert "&lt;b&gt;祖母&lt;/b&gt;" in page.body
        assert place.state(renewal) is State.PLANNED
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert "HttpOnly" in page.headers["set-cookie"]
    assert "SameSite=strict" in page.headers["set-cookie"]

    assert place.send(path, page, "approve").status == 200

    found = place.desk.ledger.renewals.get(renewal.id)
    assert (found.state, found.price) == (State.APPROVED, PRICE)
    last = place.desk.ledger.renewals.moves(renewal.id)[-1]
    assert last.evidence == "a link in a message"
    assert place.open(path).status == 410
    assert place.send(path, page, "approve").status == 410
    assert place.send(path, page, "refuse").status == 410
    assert len(place.desk.ledger.renewals.moves(renewal.id)) == last.number


def test_a_renewal_is_refused(place: Place) -> None:
    renewal = place.asked()
    path = place.path("approve", renewal.id)
    assert place.press(path, "refuse").status == 200
    assert place.state(renewal) is State.ABORTED
    assert place.press(path, "approve").status == 410


@pytest.mark.parametrize(
    ("answer", "state"), [("charged", State.CHARGED), ("not_charged", State.NOT_CHARGED)]
)
def test_a_payment_is_resolved_once(place: Place, answer: str, state: State) -> None:
    renewal = place.unknown()
    path = place.path("resolve", renewal.id)
    assert place.open(path).status == 200
    assert place.state(renewal) is State.UNKNOWN
    assert place.press(path, "yes").status == 422
    assert place.press(path, "").status == 422
    assert place.state(renewal) is State.UNKNOWN
    assert place.press(path, answer).status == 200
    assert place.state(renewal) is state
    assert place.press(path, "not_charged").status == 410
    assert place.state(renewal) is state


def test_a_link_of_an_earlier_doubt_is_dead_in_a_later_one(place: Place) -> None:
    """The provider takes a payment back that was found: the state is the same, the question is not."""
    renewal = place.unknown()
    path = place.path("resolve", renewal.id)
    for state in (State.CHARGED, State.UNKNOWN):
        place.desk.ledger.renewals.move(renewal.id, state, reason="test")
    assert place.press(path, "not_charged").status == 410
    assert place.state(renewal) is State.UNKNOWN


def test_a_code_is_handed_over_once(place: Place) -> None:
    place.waits_for_code()
    path = place.path("code", "main", None)
    assert "main" in place.open(path).body
    for wrong in ("12345", "1234567", "12345a", "", "1" * 100):
        assert place.press(path, wrong).status == 422
    assert place.given() == []
    assert place.press(path, "１２３ 456").status == 200
    assert place.given() == ["123456"]
    assert place.press(path, "654321").status == 410
    assert place.given() == []
    place.inbox.rest("main")


def test_a_used_code_link_stays_used_after_a_restart(place: Place) -> None:
    place.waits_for_code(4)
    path = place.path("code", "main", None)
    assert place.press(path, "123456").status == 200
    place.given()
    with at_the_dashboard(place.desk) as browser:
        again = Place(place.desk, Browser(browser.port), place.desk.clock)
        assert again.press(path, "123456").status == 410
    assert place.given() == []
    kept = (place.desk.home.folder / "dashboard" / "links.json").read_text()
    assert path.rpartition("/")[2] not in kept
    assert "123456" not in kept


def test_a_code_link_is_for_the_run_that_asked(place: Place, clock: Clock) -> None:
    place.waits_for_code()
    path = place.path("code", "main", None)
    clock.now += timedelta(minutes=1)
    place.waits_for_code()  # the next run of the same account
    assert place.press(path, "123456").status == 410
    place.inbox.rest("main")
    assert place.open(path).status == 410
    assert place.given() == []


# what they do not do ------------------------------------------------------------------------------


def test_another_price_is_told_and_not_approved(place: Place) -> None:
    renewal = place.asked()
    path = place.path("approve", renewal.id)
    page = place.open(path)
    dear = Money.parse("9900 JPY")
    until = place.desk.clock() + timedelta(days=3)
    ask(place.desk.ledger, renewal, dear, until, "dearer now")
    shown = place.open(path)
    assert shown.status == 410
    assert "The price has changed since" in shown.body
    assert place.send(path, page, "approve").status == 410
    assert place.state(renewal) is State.PLANNED
    # and no more is approved than the page has shown, should it change between look and word
    approve(place.desk.ledger, renewal, "yes", "test", place.desk.clock(), renewal.price)
    assert place.desk.ledger.renewals.get(renewal.id).price == PRICE


def test_no_link_lives_longer_than_its_question(place: Place, clock: Clock) -> None:
    renewal, unknown = place.asked(), None
    approving = place.path("approve", renewal.id)
    page = place.open(approving)
    clock.now += timedelta(days=3)
    assert place.open(approving).status == 410
    assert place.send(approving, page, "approve").status == 410
    assert place.state(renewal) is State.PLANNED
    place.desk.ledger.renewals.move(renewal.id, State.ABORTED, reason="too late")
    unknown = place.unknown()
    resolving = place.path("resolve", unknown.id)
    clock.now += timedelta(days=7)
    assert place.press(resolving, "charged").status == 410
    assert place.state(unknown) is State.UNKNOWN
    place.waits_for_code()
    coding = place.path("code", "main", None)
    clock.now += timedelta(minutes=5)
    assert place.press(coding, "123456").status == 410


def _changed(token: str) -> Iterator[str]:
    """Tokens that somebody made out of a right one."""
    id, expires, signature = token.split(".")
    packed = json.loads(base64.urlsafe_b64decode(id + "=" * (-len(id) % 4)))
    for place, value in enumerate(("resolve", "main", "planned 2", "1 JPY")):
        other = [*packed[:place], value, *packed[place + 1 :]]
        text = base64.urlsafe_b64encode(json.dumps(other, separators=(",", ":")).encode())
        yield f"{text.rstrip(b'=').decode()}.{expires}.{signature}"
    yield f"{id}.{int(expires) + 1}.{signature}"
    yield f"{id}.{expires}.{signature[:-2]}"
    yield f"{id}=.{expires}.{signature}"
    yield f"{id}.0{expires}.{signature}"
    yield f"{id}.{expires}."
    yield f"{id}.{expires}"
    yield from ("x", "a.b.c", "..", "%2e%2e", "e30.99999999999.x", "%F0%9F%92%A5.1.x")
    other_key = ActLinks(Links(b"another", lambda: START), "")
    yield other_key._links.make(id, USE, START + timedelta(days=3))
    other_use = Links(key_for("sign-in link", KEY), lambda: START)
    yield other_use.make(id, USE, START + timedelta(days=3))


def test_forged_and_changed_links_lead_nowhere(place: Place) -> None:
    renewal = place.asked()
    path = place.path("approve", renewal.id)
    page = place.open(path)
    for token in _changed(path.rpartition("/")[2]):
        answer = place.open(f"/act/{token}")
        assert answer.status in (404, 410), token
        assert "1,100" not in answer.body
        assert place.send(f"/act/{token}", page, "approve").status in (403, 404, 410), token
    assert place.state(renewal) is State.PLANNED


def test_another_renewal_s_link_is_only_for_that_one(place: Place) -> None:
    first = place.asked()
    path = place.path("approve", first.id)
    place.desk.ledger.renewals.move(first.id, State.ABORTED, reason="asked anew")
    second = place.asked()
    assert place.press(path, "approve").status == 410
    assert place.state(second) is State.PLANNED


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"])
def test_nothing_but_the_button_does_anything(place: Place, method: str) -> None:
    from tests.web.serving import send

    renewal = place.asked()
    path = place.path("approve", renewal.id)
    for query in ("", "?answer=approve"):
        send(place.stranger.port, path + query, method)
    assert place.state(renewal) is State.PLANNED


def test_the_button_counts_on_our_own_page_only(place: Place) -> None:
    renewal = place.asked()
    path = place.path("approve", renewal.id)
    page, other = place.open(path), place.open(path)
    cookie = page.headers["set-cookie"].partition(";")[0]
    token = re.search(r'name="csrf" value="([^"]+)"', page.body)
    assert token is not None
    right = {"csrf": token[1], "answer": "approve"}
    send = place.stranger.send
    assert send(path, {"answer": "approve"}, cookie=cookie).status == 403
    assert send(path, {**right, "csrf": "x"}, cookie=cookie).status == 403
    assert send(path, right).status == 403
    assert send(path, right, cookie="kigen-act=").status == 403
    stolen = other.headers["set-cookie"].partition(";")[0]
    assert send(path, right, cookie=stolen).status == 403
    elsewhere = {"origin": "https://evil.example"}
    assert send(path, right, cookie=cookie, **elsewhere).status == 403
    assert send(path, right, cookie=cookie, sec_fetch_site="cross-site").status == 403
    # a token of one link's page is none of another's
    code = place.waits_for_code() or place.path("code", "main", None)
    assert send(code, right, cookie=cookie).status == 403
    assert place.state(renewal) is State.PLANNED
    assert send(path, right, cookie=cookie, sec_fetch_site="same-origin").status == 200


def test_too_late_for_a_link_means_no_link(place: Place) -> None:
    renewal = place.asked()
    link_to = place.link_to
    assert link_to(Todo("approve", renewal.id, Money.parse("1 JPY"))) is None
    assert link_to(Todo("resolve", renewal.id, PRICE)) is None
    assert link_to(Todo("approve", "01NOTHING", PRICE)) is None
    assert link_to(Todo("code", "main")) is None
    assert link_to(Todo("report", "01RUN")) == "https://kigen.example/x/runs/01RUN"
    place.press(place.path("approve", renewal.id), "approve")
    assert link_to(Todo("approve", renewal.id, PRICE)) is None


@pytest.mark.parametrize("language", ["en", "ja", "zh-CN", "zh-TW"])
def test_the_pages_are_in_the_reader_s_language(place: Place, language: str) -> None:
    renewal = place.asked()
    path = place.path("approve", renewal.id)
    page = place.stranger.get(path, accept_language=language)
    assert f'lang="{language}"' in page.body
    assert "{" not in page.body
