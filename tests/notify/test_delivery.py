import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from runner.ledger.ledger import Ledger
from runner.notify.delivery import PATIENCE, PAUSES, PICTURE_ATTEMPTS, Report, deliver, post
from runner.notify.events import Event
from runner.notify.messages import Message, compose
from runner.notify.send import AppriseSender, Delivered, Refused
from runner.notify.targets import Target
from runner.notify.todo import Todo
from runner.values.secret import Secret
from tests.ports import free_port

from .conftest import Clock
from .servers import Web, mail_server


def target(name: str, url: str = "json://127.0.0.1", **wishes: object) -> Target:
    return Target(name, lambda: Secret(url), **wishes)  # type: ignore[arg-type] # free wishes


def named(*targets: Target) -> dict[str, Target]:
    return {one.name: one for one in targets}


@dataclass
class Script:
    """A sender that answers as told, and keeps what it was given."""

    answers: list[Delivered | Refused] = field(default_factory=list)
    given: list[tuple[str, Message, Path | None]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def __call__(self, url: Secret, message: Message, picture: Path | None) -> Delivered | Refused:
        self.before()
        self.given.append((url.reveal(), message, picture))
        return self.answers.pop(0) if self.answers else Refused("the service is down")


def test_each_listening_target_gets_its_own_letter(
    ledger: Ledger, clock: Clock, renewed: Event
) -> None:
    targets = named(
        target("all", "json://all"),
        target("ja", "json://ja", language="ja"),
        target("failures", events=frozenset({"failed"})),
        target("others", accounts=frozenset({"work"})),
    )
    sender = Script([Delivered(), Delivered()])

    assert post(renewed, targets, ledger.outbox) == ("all", "ja")
    report = deliver(ledger.outbox, targets, sender, clock)

    assert {(url, message) for url, message, _ in sender.given} == {
        ("json://all", compose(renewed, "en")),
        ("json://ja", compose(renewed, "ja")),
    }
    assert {(fate.target, fate.event) for fate in report.sent} == {
        ("all", "renewed"),
        ("ja", "renewed"),
    }
    assert deliver(ledger.outbox, targets, sender, clock) == Report()


def test_the_uneventful_is_told_only_to_those_who_ask(ledger: Ledger, renewed: Event) -> None:
    targets = named(target("quiet"), target("curious", events=frozenset({"nothing_due"})))

    assert post(replace(renewed, name="nothing_due"), targets, ledger.outbox) == ("curious",)


def test_a_test_is_told_to_everybody(ledger: Ledger, renewed: Event) -> None:
    deaf = target("deaf", events=frozenset(), accounts=frozenset())

    assert post(replace(renewed, name="test"), named(deaf), ledger.outbox) == ("deaf",)


def test_unknown_events_are_named() -> None:
    with pytest.raises(ValueError, match=r"target 'mail' names events that do not exist: renwed"):
        target("mail", events=frozenset({"renewed", "renwed"}))


def test_posting_again_adds_nothing(ledger: Ledger, clock: Clock, renewed: Event) -> None:
    targets = named(target("mail"))
    sender = Script([Delivered(), Delivered()])

    post(renewed, targets, ledger.outbox)
    post(renewed, targets, ledger.outbox)
    deliver(ledger.outbox, targets, sender, clock)
    post(renewed, targets, ledger.outbox)
    deliver(ledger.outbox, targets, sender, clock)

    assert len(sender.given) == 1


def test_mail_waits_for_a_dead_server(
    ledger: Ledger, clock: Clock, renewed: Event, picture: Path
) -> None:
    port = free_port()
    address = f"mailto://127.0.0.1:{port}?mode=insecure&from=a@example.com&to=b@example.com"
    targets = named(target("mail", address, language="ja"))
    send = AppriseSender(time_limit=20)
    event = replace(renewed, picture=picture)

    post(event, targets, ledger.outbox)
    [waiting] = deliver(ledger.outbox, targets, send, clock).waiting
    assert "Connection refused" in (waiting.reason or "")
    assert deliver(ledger.outbox, targets, send, clock) == Report()

    with mail_server(port) as box:
        clock.wait(PAUSES[0])
        assert len(deliver(ledger.outbox, targets, send, clock).sent) == 1

    [mail] = box.mails
    assert mail["Subject"] == compose(event, "ja").title
    assert [one.get_content_type() for one in mail.iter_attachments()] == ["image/png"]


def test_a_refused_letter_waits_longer_each_time_and_stays_visible(
    ledger: Ledger, clock: Clock, renewed: Event
) -> None:
    targets = named(target("mail"))
    sender = Script()
    post(renewed, targets, ledger.outbox)

    for pause in PAUSES:
        assert len(deliver(ledger.outbox, targets, sender, clock).waiting) == 1
        clock.wait(pause - timedelta(seconds=1))
        assert deliver(ledger.outbox, targets, sender, clock) == Report()
        clock.wait(timedelta(seconds=1))
    report = deliver(ledger.outbox, targets, sender, clock)

    assert [fate.reason for fate in report.given_up] == ["the service is down"]
    assert timedelta(days=3) <= sum(PAUSES, timedelta()) < timedelta(days=4)
    clock.wait(timedelta(days=30))
    assert deliver(ledger.outbox, targets, sender, clock) == Report()
    [letter] = ledger.outbox.list(["given_up"])
    assert (letter.target, letter.last_error) == ("mail", "the service is down")


def test_the_other_targets_hear_of_a_lost_message_once(
    ledger: Ledger, clock: Clock, renewed: Event
) -> None:
    dead, alive = target("dead", "json://dead"), target("alive", "json://alive")
    targets = named(dead, alive)

    def answer(url: Secret, message: Message, picture: Path | None) -> Delivered | Refused:
        told.append((url.reveal(), message))
        return Refused("no such host") if url.reveal() == "json://dead" else Delivered()

    told: list[tuple[str, Message]] = []
    post(renewed, targets, ledger.outbox)
    for pause in (*PAUSES, *PAUSES):
        deliver(ledger.outbox, targets, answer, clock)
        clock.wait(pause)

    heard = [message for url, message in told if url == "json://alive"]
    assert len(heard) == 2
    assert "a message did not reach you" in heard[1].title
    assert "renewed → dead: no such host" in heard[1].body


def test_lost_news_of_lost_news_ends_there(ledger: Ledger, clock: Clock, renewed: Event) -> None:
    targets = named(target("one"), target("two"))
    post(renewed, targets, ledger.outbox)

    for _ in range(5 * len(PAUSES)):
        deliver(ledger.outbox, targets, Script(), clock)
        clock.wait(PAUSES[-1])

    letters = ledger.outbox.list(["given_up"])
    assert sorted(letter.event for letter in letters) == ["renewed"] * 2 + ["undelivered"] * 2
    assert ledger.outbox.list(["waiting"]) == []


def test_the_picture_stays_behind_when_it_may_be_the_trouble(
    ledger: Ledger, clock: Clock, renewed: Event
) -> None:
    targets = named(target("mail"))
    sender = Script()
    post(renewed, targets, ledger.outbox)

    for pause in PAUSES[: PICTURE_ATTEMPTS + 1]:
        deliver(ledger.outbox, targets, sender, clock)
        clock.wait(pause)

    pictures = [picture for _, _, picture in sender.given]
    assert pictures == [renewed.picture] * PICTURE_ATTEMPTS + [None]


def test_a_target_that_is_gone_is_told_as_undelivered(
    ledger: Ledger, clock: Clock, renewed: Event
) -> None:
    post(renewed, named(target("old")), ledger.outbox)

    report = deliver(ledger.outbox, {}, Script(), clock)

    assert [fate.reason for fate in report.given_up] == [
        "there is no target named 'old' in the configuration any more"
    ]
    assert len(ledger.outbox.list(["given_up"])) == 1


def test_an_address_that_cannot_be_read_is_tried_again(
    ledger: Ledger, clock: Clock, renewed: Event
) -> None:
    locked = True

    def address() -> Secret:
        if locked:
            raise LookupError("the keyring is locked")
        return Secret("json://127.0.0.1")

    targets = named(Target("mail", address))
    sender = Script([Delivered()])
    post(renewed, targets, ledger.outbox)
    [waiting] = deliver(ledger.outbox, targets, sender, clock).waiting
    locked = False
    clock.wait(PAUSES[0])

    assert waiting.reason is not None
    assert waiting.reason.endswith("'mail' cannot be read: the keyring is locked")
    assert len(deliver(ledger.outbox, targets, sender, clock).sent) == 1


def test_a_letter_that_cannot_be_read_does_not_stop_the_others(
    ledger: Ledger, clock: Clock, renewed: Event
) -> None:
    targets = named(target("mail"))
    ledger.outbox.put("odd", "renewed", target="mail", payload={"from": "a later version"})
    post(renewed, targets, ledger.outbox)

    report = deliver(ledger.outbox, targets, Script([Delivered()]), clock)

    assert len(report.sent) == len(report.given_up) == 1


def test_a_message_that_cannot_be_written_does_not_stop_the_others(
    ledger: Ledger, clock: Clock, renewed: Event
) -> None:
    """The ledger that its links are made from may be out of reach for a moment."""
    targets = named(target("mail"))
    todos = (Todo("report", "7"),)
    post(replace(renewed, todos=todos), targets, ledger.outbox)
    post(renewed, targets, ledger.outbox)

    def no_links(_: Todo) -> str | None:
        raise OSError("the disk is busy")

    report = deliver(ledger.outbox, targets, Script([Delivered()]), clock, link_to=no_links)

    assert len(report.sent) == 1
    [waiting] = report.waiting
    assert waiting.reason == "the message cannot be written: OSError: the disk is busy"
    clock.wait(PAUSES[0])
    assert len(deliver(ledger.outbox, targets, Script([Delivered()]), clock).sent) == 1


def test_a_letter_whose_sender_died_is_sent_again(
    ledger: Ledger, clock: Clock, renewed: Event
) -> None:
    targets = named(target("mail"))
    sender = Script([Delivered()])

    def die() -> None:
        raise KeyboardInterrupt

    post(renewed, targets, ledger.outbox)
    with pytest.raises(KeyboardInterrupt):
        deliver(ledger.outbox, targets, Script(before=die), clock)
    assert deliver(ledger.outbox, targets, sender, clock) == Report()
    clock.wait(timedelta(minutes=3))

    assert len(deliver(ledger.outbox, targets, sender, clock).sent) == 1


def test_one_round_ends_and_leaves_the_rest_for_the_next(
    ledger: Ledger, clock: Clock, renewed: Event
) -> None:
    targets = named(*(target(f"t{number}") for number in range(5)))
    post(renewed, targets, ledger.outbox)
    slow = Script([Delivered()] * 5, before=lambda: clock.wait(PATIENCE / 2))

    assert len(deliver(ledger.outbox, targets, slow, clock).sent) == 2
    assert len(deliver(ledger.outbox, targets, slow, clock).sent) == 2
    assert len(deliver(ledger.outbox, targets, slow, clock).sent) == 1


def test_an_own_template_is_sent(
    ledger: Ledger, clock: Clock, renewed: Event, tmp_path: Path
) -> None:
    (tmp_path / "templates" / "en").mkdir(parents=True)
    (tmp_path / "templates" / "en" / "renewed.txt").write_text("Yes\n{{ account }}")
    targets = named(target("mail"))
    sender = Script([Delivered()])
    post(renewed, targets, ledger.outbox)

    deliver(ledger.outbox, targets, sender, clock, tmp_path / "templates")

    assert sender.given[0][1] == Message("Yes", "家族")


def test_no_address_and_no_picture_is_kept(
    ledger: Ledger, clock: Clock, renewed: Event, web: Web, picture: Path, tmp_path: Path
) -> None:
    web.status = 500
    address = f"json://user-canary:pass-canary@127.0.0.1:{web.port}/path-canary"
    targets = named(target("hook", address))
    post(replace(renewed, picture=picture), targets, ledger.outbox)
    deliver(ledger.outbox, targets, AppriseSender(time_limit=20), clock)

    with sqlite3.connect(tmp_path / "ledger.db") as kept:
        [row] = kept.execute("SELECT * FROM letters").fetchall()
    text = json.dumps(row, default=str)
    assert "500" in text
    assert "canary" not in text
    assert "IHDR" not in text
    assert "iVBOR" not in text
