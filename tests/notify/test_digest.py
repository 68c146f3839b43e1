"""Digests: what they tell, that each is sent once for its time, and how it arrives in a mail."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from runner.cli.digest import put_digests
from runner.cli.due import see_to
from runner.cli.targets import targets_of
from runner.config.notify import DigestTime
from runner.config.secrets import Secrets
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.ledger.records import Letter, Renewal
from runner.ledger.states import State
from runner.notify.delivery import deliver
from runner.notify.digest import Digest
from runner.notify.events import Event
from runner.notify.messages import LANGUAGES, compose
from runner.notify.payload import from_payload, to_payload
from runner.notify.send import AppriseSender
from runner.notify.targets import Target
from runner.notify.todo import Todo
from runner.renewal.approval import ask
from runner.values.data import DataVolume
from runner.values.money import Money
from runner.values.secret import Redactor, Secret
from runner.values.sentences import in_language
from runner.views.digest import CURVE
from runner.views.digest_time import last_due, moment_of
from tests.ports import free_port

from .conftest import Clock
from .servers import mail_server

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
DAILY = DigestTime(time(8))
PRICE = Money.parse("1100 JPY")
CONFIG = """
timezone: Asia/Tokyo
notify:
  targets:
    mail: {url: env:MAIL, digest: daily at 08:00}
    weekly: {url: env:MAIL, digest: weekly on monday at 08:00, accounts: [second]}
    none: {url: env:MAIL}
accounts:
  first:
    flow: docomo
    at: sandbox
    credentials: {id: me, password: env:FIRST_PASSWORD}
    schedule: daily at 09:30
    policy: {when: days_left <= 7}
    plan: {name: 1GB, price: 1100 JPY}
    lines: {"090-1": {title: 祖母の電話}}
  second:
    flow: docomo
    at: sandbox
    credentials: {id: me, password: env:SECOND_PASSWORD}
    lines: {"090-2": null}
    notify: [weekly]
"""


class Place:
    """A workspace, its ledger, and what comes into its outbox."""

    def __init__(self, workspace: Workspace, ledger: Ledger, clock: Clock) -> None:
        self.workspace, self.ledger, self.clock = workspace, ledger, clock
        folder = workspace.folder
        secrets = Secrets({"MAIL": "json://127.0.0.1"}, folder, folder, Redactor())
        self.targets = targets_of(self.workspace, secrets)

    def look(self, at: str | None = None) -> list[Letter]:
        """Look once, as every caller does; gives the new letters."""
        if at is not None:
            self.clock.now = datetime.fromisoformat(at).replace(tzinfo=TOKYO).astimezone(UTC)
        before = {letter.id for letter in self._letters()}
        put_digests(self.workspace, self.targets, self.ledger, self.clock(), TOKYO)
        return [letter for letter in self._letters() if letter.id not in before]

    def digest(self, at: str) -> Digest:
        """What the target `mail` is told then."""
        [found] = [from_payload(one.payload) for one in self.look(at) if one.target == "mail"]
        assert found.digest is not None
        return found.digest

    def ran(self, account: str, outcome: str, message: str | None = None, **read: object) -> str:
        """A run with a reading of the account's line."""
        run = self.ledger.runs.start(
            account, "docomo", trigger="due", deadline_at=self.clock() + DAY
        )
        line = self.workspace.accounts[account].lines[0].name
        if read:
            self.ledger.readings.add(run.id, account, line, **read)  # type: ignore[arg-type] # what was read
        self.ledger.runs.end(run.id, outcome=outcome, message=message)
        return run.id

    def planned(self, account: str) -> Renewal:
        run = self.ran(account, "needs_you", "a word")
        line = self.workspace.accounts[account].lines[0].name
        return self.ledger.renewals.plan(run, account, line, "c1", "1GB", PRICE)

    def _letters(self) -> list[Letter]:
        return self.ledger.outbox.list(("waiting", "sent", "given_up"), limit=1000)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Read once: its flow is a long one."""
    folder, root = tmp_path_factory.mktemp("workspace"), Path(__file__).parents[2]
    for kind in ("flows", "selectors"):
        (folder / kind).symlink_to(root / kind)
    (folder / "config.yaml").write_text(CONFIG)
    return Workspace.open(folder)


@pytest.fixture
def place(workspace: Workspace, ledger: Ledger, clock: Clock) -> Place:
    clock.now = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    return Place(workspace, ledger, clock)


# when ---------------------------------------------------------------------------------------------


def test_it_is_put_in_once_for_its_time(place: Place) -> None:
    place.ran("first", "nothing_due", days_left=20)
    assert [one.target for one in place.look("2026-11-22 07:59")] == ["mail"]  # of the day before
    assert place.look("2026-11-22 07:59:59") == []
    assert [one.target for one in place.look("2026-11-22 08:00")] == ["mail"]
    assert place.look("2026-11-22 08:00") == []
    assert place.look("2026-11-22 23:59") == []
    # Asleep for eleven days: one, about all of them.
    [late] = place.look("2026-12-03 15:00")
    told = from_payload(late.payload).digest
    assert told is not None
    assert told.since == datetime(2026, 11, 22, 8, 0, tzinfo=TOKYO)
    assert place.look("2026-12-03 15:01") == []
    assert len(place.look("2026-12-04 08:00")) == 1


def test_a_weekly_one_comes_on_its_day_about_its_accounts(place: Place) -> None:
    place.ran("first", "nothing_due", days_left=20)
    place.ran("second", "nothing_due", days_left=20)
    place.look("2026-11-22 12:00")
    assert {one.target for one in place.look("2026-11-23 08:00")} == {"mail", "weekly"}
    week = [place.look(f"2026-11-{day} 09:00") for day in range(24, 30)]
    assert [[one.target for one in found] for found in week] == [["mail"]] * 6
    mail, weekly = sorted(place.look("2026-11-30 09:00"), key=lambda one: one.target)
    lines = [
        [line.account for line in told.lines]
        for one in (mail, weekly)
        if (told := from_payload(one.payload).digest)
    ]
    assert lines == [["first"], ["second"]]


def test_nothing_is_told_before_anything_ran(place: Place) -> None:
    assert place.look("2026-11-22 08:00") == []
    place.ran("first", "nothing_due", days_left=20)
    assert len(place.look("2026-11-22 08:05")) == 1


def test_neither_runs_nor_messages_wait_for_a_digest(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.ran("first", "nothing_due", days_left=20)
    place.ledger.outbox.put("k", "test", target="none", payload={}, account="first")

    def broken(*_: object) -> Digest:
        raise ZeroDivisionError

    monkeypatch.setattr("runner.views.digest.Digests.digest", broken)
    folder = place.workspace.folder
    secrets = Secrets({"MAIL": "json://127.0.0.1"}, folder, folder, Redactor())
    see_to([], place.workspace, secrets, place.ledger, TOKYO)
    assert [letter.state for letter in place.ledger.outbox.list()] == ["given_up"]


def test_two_that_look_at_once_put_in_one(place: Place) -> None:
    """Both find it due; the outbox keeps the first."""
    place.ran("first", "nothing_due", days_left=20)
    found = place.ledger.outbox.find
    place.ledger.outbox.find = lambda _: None  # type: ignore[method-assign] # the other one's late look
    assert len(place.look("2026-11-22 08:00")) == 1
    assert place.look("2026-11-22 08:00") == []
    place.ledger.outbox.find = found  # type: ignore[method-assign] # as it was


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-03-29T00:29", date(2026, 3, 28)),  # 01:29, before the gap
        ("2026-03-29T01:29", date(2026, 3, 28)),  # 03:29, after it: 02:30 moved to 03:30
        ("2026-03-29T01:30", date(2026, 3, 29)),
        ("2026-10-25T00:30", date(2026, 10, 25)),  # 02:30 for the first time
        ("2026-10-25T01:30", date(2026, 10, 25)),  # and again: the same digest
        ("2026-10-26T01:29", date(2026, 10, 25)),
        ("2026-10-26T01:30", date(2026, 10, 26)),
    ],
)
def test_both_changes_of_the_clock(now: str, day: date) -> None:
    when = DigestTime(time(2, 30))
    assert last_due(when, datetime.fromisoformat(now).replace(tzinfo=UTC), BERLIN) == day


def test_every_day_of_a_year_has_one_digest_and_every_week(place: Place) -> None:
    """Looked at every quarter of an hour, through both changes of the clock."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(minutes=15 * number) for number in range(4 * 24 * 365)]
    for when, gap in ((DigestTime(time(2, 30)), 1), (DigestTime(time(2, 30), 6), 7)):
        days = [last_due(when, moment, BERLIN) for moment in moments]
        assert days == sorted(days)
        found = sorted(set(days))
        gaps = {(b - a).days for a, b in pairwise(found)}
        assert gaps == {gap}
        assert all(
            moment_of(when, day, BERLIN) <= moment
            for day, moment in zip(days, moments, strict=True)
        )


# what ---------------------------------------------------------------------------------------------


def test_it_tells_of_lines_what_happened_and_what_comes(place: Place) -> None:
    for day in range(5):
        place.clock.now = datetime(2026, 11, 16 + day, 0, 30, tzinfo=UTC)
        balance = Money.parse(f"{1500 - 100 * day} JPY")
        left = {"expires_on": date(2026, 11, 30), "days_left": 14 - day, "balance": balance}
        place.ran("first", "nothing_due", data_left=DataVolume(3 << 30), **left)
    place.clock.now = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
    place.ran("first", "changed", "no balance")
    place.clock.now = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
    place.ran("first", "changed", "no balance")
    place.ran("second", "nothing_due", days_left=3)

    told = place.digest("2026-11-22 08:00")

    assert told.since == datetime(2026, 11, 21, 8, 0, tzinfo=TOKYO)
    assert (told.runs, told.well) == (2, False)
    [line] = told.lines
    assert (line.line, line.days_left, line.trouble) == ("祖母の電話", 8, "changed")
    assert (str(line.balance), str(line.data_left)) == ("1100 JPY", "3 GB")
    assert line.days == (*[None] * (CURVE - 6), 13, 12, 11, 10, 9, 8)
    assert line.balances[-7:] == (None, 1500, 1400, 1300, 1200, 1100, 1100)
    [happened] = told.happened
    assert (happened.outcome, happened.message, happened.times) == ("changed", "no balance", 2)
    ahead = [(one.what, one.at.date(), str(one.price)) for one in told.ahead]
    assert ahead[0] == ("renew", date(2026, 11, 23), "1100 JPY")
    assert told.costs == (Money.parse(f"{1100 * len(ahead)} JPY"),)


def test_it_tells_of_what_waits_for_its_owner(place: Place) -> None:
    asked = place.planned("first")
    until = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    ask(place.ledger, asked, PRICE, until, "above the limit")

    told = place.digest("2026-11-22 08:00")

    assert not told.well
    [waiting] = told.waiting
    assert (waiting.todo, waiting.until) == (Todo("approve", asked.id, PRICE), until)


def test_an_unknown_payment_waits_for_a_word(place: Place) -> None:
    paid = place.planned("first")
    for state in (State.APPROVED, State.COMMITTING, State.UNKNOWN):
        place.ledger.renewals.move(paid.id, state, reason="test")
    [waiting] = place.digest("2026-11-22 08:00").waiting
    assert waiting.todo == Todo("resolve", paid.id, PRICE)


def test_all_is_well(place: Place) -> None:
    place.ran("first", "nothing_due", expires_on=date(2027, 6, 1), days_left=190)
    told = place.digest("2026-11-22 08:00")
    assert told.well
    assert (told.ahead, told.happened, told.waiting) == ((), (), ())
    message = compose(_event(told), "en")
    assert message.title == "Kigen: all is well, 1 line"
    assert "Nothing but what was to be expected." in message.body


# how ----------------------------------------------------------------------------------------------


def _event(digest: Digest) -> Event:
    return Event("digest", "kigen", "Kigen", datetime(2026, 11, 22, 8, tzinfo=TOKYO), digest=digest)


@pytest.fixture(scope="module")
def full(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Digest:
    """A digest with something in each of its parts."""
    clock = Clock()
    with Ledger.open(tmp_path_factory.mktemp("full") / "ledger.db", clock=clock) as ledger:
        return _full(Place(workspace, ledger, clock))


def _full(place: Place) -> Digest:
    for day in range(5):
        place.clock.now = datetime(2026, 11, 16 + day, 0, 30, tzinfo=UTC)
        balance = Money.parse(f"{1500 - 100 * day} JPY")
        place.ran("first", "nothing_due", expires_on=date(2026, 11, 30), balance=balance)
    place.clock.now = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
    place.ran("first", "changed", "a page of <script>alert(1)</script> & more")
    place.ran("first", "failed", "the run was told to stop")
    renewal = place.planned("first")
    ask(place.ledger, renewal, PRICE, datetime(2026, 11, 24, 3, tzinfo=UTC), "above the limit")
    return place.digest("2026-11-22 08:00")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_reads_well_in_every_language(language: str, full: Digest) -> None:
    event = from_payload(json.loads(json.dumps(to_payload(_event(full)))))
    assert event == _event(full)
    linked = compose(event, language, None, lambda todo: f"https://k.example/{todo.what}")
    bare = compose(event, language)
    for message in (linked, bare):
        assert "\n" not in message.title
        assert "祖母の電話" in message.body
        assert "▇" in message.body
        assert "None" not in message.body
        assert "{" not in message.body
        assert message.html is not None
        assert "<script>" not in message.html
        assert in_language("the run was told to stop", language) in message.body
    assert "https://k.example/approve" in linked.body
    assert 'href="https://k.example/approve"' in (linked.html or "")
    assert f"kigen approve {full.waiting[0].todo.about}" in bare.body


def test_an_own_template_stands_for_the_drawn_one_too(tmp_path: Path, full: Digest) -> None:
    (tmp_path / "t" / "en").mkdir(parents=True)
    text = "{{ digest.lines|length }}\n{% for one in digest.lines %}{{ one.name }}{% endfor %}"
    (tmp_path / "t" / "en" / "digest.txt").write_text(text)
    message = compose(_event(full), "en", tmp_path / "t")
    assert (message.title, message.body, message.html) == ("1", "祖母の電話", None)


def test_a_mail_shows_it_drawn_and_a_plain_one_in_bars(
    place: Place, full: Digest, clock: Clock
) -> None:
    port = free_port()
    base = f"mailto://127.0.0.1:{port}?mode=insecure&from=a@example.com&to=b@example.com"
    addresses = {"drawn": base, "plain": f"{base}&format=text"}
    targets = {name: Target(name, lambda url=url: Secret(url)) for name, url in addresses.items()}
    for name in targets:
        place.ledger.outbox.put(
            f"digest/{name}", "digest", target=name, payload=to_payload(_event(full))
        )
    with mail_server(port) as box:
        report = deliver(place.ledger.outbox, targets, AppriseSender(time_limit=20), clock)
    assert len(report.sent) == 2
    drawn, plain = sorted(box.mails, key=lambda mail: not mail.is_multipart())
    assert drawn["Subject"] == plain["Subject"] == compose(_event(full), "en").title
    html = drawn.get_body(("html",))
    assert html is not None
    shown = html.get_content()
    assert "background:#2e7d32" in shown
    assert "&lt;script&gt;" in shown
    text = drawn.get_body(("plain",))
    assert text is not None
    assert "祖母の電話" in text.get_content()
    assert "▇" in text.get_content()
    assert "▇" in plain.get_content()


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(2))
def test_a_year_of_sleeps_and_restarts(place: Place, seed: int) -> None:
    """Looked at by chance, often by two at once: one digest for each time that came, none twice."""
    chance = Random(seed)  # noqa: S311  chance of a test, to be repeated
    place.ran("first", "nothing_due", expires_on=date(2028, 1, 1))
    start = place.clock.now
    seen, told = set(), []
    while place.clock.now < start + 365 * DAY:
        place.clock.now += chance.choice([timedelta(minutes=1), timedelta(hours=9), 5 * DAY])
        seen.add(last_due(DAILY, place.clock.now, TOKYO))
        for _ in range(chance.randint(1, 2)):
            told += [one for one in place.look() if one.target == "mail"]
    days = [letter.key.split("/")[2] for letter in told]
    assert days == sorted(day.isoformat() for day in seen)
    since = [from_payload(letter.payload).digest for letter in told]
    for before, after in pairwise(told):
        digest = since[told.index(after)]
        assert digest is not None
        assert digest.since == max(before.created_at, after.created_at - timedelta(days=35))
