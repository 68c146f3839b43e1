"""Mails of one sender, looked for once, at a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from runner.challenge.codes import Unusable
from runner.challenge.mail import Mail, mails_from
from runner.values.secret import Secret
from tests.browser.processes import wait_until
from tests.challenge.mail_server import Post, mail_server

SENDER = "info@povo.jp"


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    """A mailbox with two mails of the sender, the newer one last, and three that only seem so."""
    with mail_server(tmp_path_factory.mktemp("mail"), tls=True) as post:
        mails = [
            ("povo <info@povo.jp>", "first", None),
            ("info@povo.jp.example", "longer", None),
            ('"info@povo.jp" <x@example.org>', "named so", None),
            ("info@povo.jp", "forged", "mx.example.org; dkim=none; dmarc=FAIL (p=reject)"),
            ("INFO@povo.jp", "second", "mx.example.org; dkim=pass; dmarc=pass"),
        ]
        for number, (sender, subject, checked) in enumerate(mails, 1):
            post.send("text", sender=sender, subject=subject, checked=checked)
            assert wait_until(lambda n=number: len(post.flags()) == n, 20)
        yield post


def look(post: Post, since: datetime, **other: object) -> list[Mail]:
    return asyncio.run(mails_from(post.server(**other), SENDER, since))


def test_only_the_sender_s_own_mails_are_given_and_stay_unread(post: Post) -> None:
    found = look(post, datetime.now(UTC) - timedelta(days=180))
    assert {mail.subject for mail in found} == {"first", "second"}
    assert found == sorted(found, key=lambda mail: mail.came, reverse=True)
    assert all(not flags for flags in post.flags())


def test_mails_from_before_are_left_out(post: Post) -> None:
    assert look(post, datetime.now(UTC) + timedelta(minutes=1)) == []


def test_a_mailbox_that_lets_nobody_in_is_told(post: Post) -> None:
    with pytest.raises(Unusable, match="did not let"):
        look(post, datetime.now(UTC), secret=lambda: Secret("wrong"))
