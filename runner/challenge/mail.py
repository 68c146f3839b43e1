"""Codes that come by mail: a mailbox is watched over IMAP, and nothing in it is changed."""

from __future__ import annotations

import asyncio
import re
import threading
import unicodedata
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from runner.challenge.codes import Asked, Unusable
from runner.challenge.find import plain
from runner.challenge.sources import inside

if TYPE_CHECKING:
    import ssl

    from runner.challenge.mailbox import Mailbox
    from runner.values.secret import Secret


@dataclass(frozen=True, slots=True)
class MailServer:
    """How a mailbox is reached. `secret` is fetched when it is needed: a password, or else an
    access token of OAuth 2 (`by_token`). `trust` stands in for the system's own authorities.
    `look_again`: seconds for which news is waited for before a look is taken anyhow, since some
    servers are late with news."""

    host: str
    port: int
    user: str
    secret: Callable[[], Secret]
    by_token: bool = False
    security: Literal["ssl", "starttls", "none"] = "ssl"
    folder: str = "INBOX"
    trust: ssl.SSLContext | None = None
    look_again: float = 10.0


@dataclass(frozen=True, slots=True, repr=False)
class Mail:
    """A mail as far as it goes here. `texts` are its subject with each of its bodies. `forged`: the
    owner's mail server says that it is not from whom it names (DMARC)."""

    sender: str
    subject: str
    texts: tuple[str, ...]
    came: datetime
    forged: bool = False


class MailSource:
    """Mails that came after the request, from the sender and with the subject that were named."""

    renews = False

    def __init__(
        self,
        server: MailServer,
        *,
        sender: str | None = None,
        subject: str | None = None,
        pattern: re.Pattern[str] | None = None,
    ) -> None:
        self._server, self._sender, self._subject = server, sender, subject
        self._pattern = pattern
        self.name = f"mail at {server.host}"

    async def texts(self, asked: Asked) -> AsyncGenerator[str | None, None]:
        """The texts of new mails, the newest first, as they come."""
        # IMAP is spoken in a thread of its own; closing the connection is what ends it.
        queue: asyncio.Queue[list[Mail] | Exception] = asyncio.Queue()
        watcher = _Watcher(self._server, _second(asked.since), queue, asyncio.get_running_loop())
        watcher.start()
        try:
            while True:
                news = await queue.get()
                if isinstance(news, Exception):
                    raise news
                for mail in news:
                    if self._is_meant(mail):
                        for text in mail.texts:
                            yield inside(plain(text), self._pattern)
                yield None
        finally:
            watcher.end()

    def _is_meant(self, mail: Mail) -> bool:
        return _holds(mail.sender, self._sender) and _holds(mail.subject, self._subject)


async def mails_from(server: MailServer, sender: str, since: datetime) -> list[Mail]:
    """The mails of one sender that came since then, the newest first. Raises Unusable, or OSError."""
    queue: asyncio.Queue[list[Mail] | Exception] = asyncio.Queue()
    watcher = _Watcher(server, _second(since), queue, asyncio.get_running_loop(), sender)
    watcher.start()
    try:
        found = await queue.get()
    finally:
        watcher.end()
    if isinstance(found, Exception):
        raise found
    return [mail for mail in found if _alike(mail.sender) == _alike(sender) and not mail.forged]


class _Watcher(threading.Thread):
    """Watches a mailbox, and puts what comes into a queue of the loop."""

    def __init__(
        self,
        server: MailServer,
        since: datetime,
        queue: asyncio.Queue[list[Mail] | Exception],
        loop: asyncio.AbstractEventLoop,
        sender: str | None = None,
    ) -> None:
        super().__init__(name="mail", daemon=True)
        self._sender = sender
        self._server, self._since, self._queue, self._loop = server, since, queue, loop
        self._ended = threading.Event()
        self._mailbox: Mailbox | None = None

    def end(self) -> None:
        """Nobody waits any more."""
        self._ended.set()
        if self._mailbox is not None:
            self._mailbox.cut()

    def run(self) -> None:
        """Connect, look, wait for news, look again."""
        from runner.challenge.mailbox import Mailbox

        try:
            with Mailbox(self._server) as self._mailbox:
                while not self._ended.is_set():
                    self._put(self._mailbox.new_since(self._since, self._sender))
                    self._mailbox.wait(self._ended)
        except (OSError, ValueError, LookupError, Unusable) as error:
            self._put(error)

    def _put(self, news: list[Mail] | Exception) -> None:
        if not self._ended.is_set():
            with suppress(RuntimeError):  # the run is over
                self._loop.call_soon_threadsafe(self._queue.put_nowait, news)


def _second(moment: datetime) -> datetime:
    """The whole second: mail servers tell no finer."""
    return moment.astimezone(UTC) - timedelta(microseconds=moment.microsecond)


def _holds(text: str, part: str | None) -> bool:
    return part is None or _alike(part) in _alike(text)


def _alike(text: str) -> str:
    """The text, however wide or tall its letters are."""
    return unicodedata.normalize("NFKC", text).casefold()
