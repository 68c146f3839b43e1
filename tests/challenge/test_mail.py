"""Codes by mail, with a real server: SMTP in, IMAP out."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from runner.challenge.codes import Asked, CodeSources, NoCode, Unusable
from runner.challenge.mail import MailServer, MailSource
from runner.values.secret import Redactor, Secret
from tests.challenge.mail_server import Post, mail_server
from tests.challenge.sources import next_text

TEXT = "セキュリティコード：123456\n他人には絶対に教えないでください。\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with mail_server(tmp_path_factory.mktemp("mail"), tls=True) as post:
        yield post


@pytest.fixture
def post(running: Post) -> Post:
    running.empty()
    return running


def now() -> datetime:
    return datetime.now(UTC)


def code_of(*sources: MailSource, since: datetime | None = None, within: float = 15) -> str:
    codes = CodeSources(sources, Redactor(), now)
    getting = codes.get(digits=6, pattern=None, since=since or now(), within=within)
    return asyncio.run(getting).reveal()


def code_after(post: Post, source: MailSource, *mails: dict[str, str]) -> str:
    """The code that a run finds when mails come after its first look."""

    def send() -> None:
        for mail in mails:
            post.send(**mail)

    return code_once(source, send)


def code_once(source: MailSource, happens: Callable[[], None]) -> str:
    """The code that a run finds when something happens after its first look."""

    async def wait() -> str:
        looked = asyncio.Event()
        codes = CodeSources([_Watched(source, looked)], Redactor(), now)
        getting = asyncio.ensure_future(codes.get(digits=6, pattern=None, since=now(), within=20))
        async with asyncio.timeout(20):
            await looked.wait()
            await asyncio.to_thread(happens)
        return (await getting).reveal()

    return asyncio.run(wait())


class _Watched:
    """A source that tells when it has looked for the first time."""

    renews = False

    def __init__(self, source: MailSource, looked: asyncio.Event) -> None:
        self._source, self._looked, self.name = source, looked, source.name

    async def texts(self, asked: Asked) -> AsyncGenerator[str | None, None]:
        async with aclosing(self._source.texts(asked)) as texts:
            async for text in texts:
                self._looked.set()
                yield text


def test_a_code_that_is_there_is_found(post: Post) -> None:
    since = now()
    post.send(TEXT)
    assert code_of(MailSource(post.server()), since=since) == "123456"
    assert post.flags() == [()], "the mail stays unread"


def test_a_code_that_comes_later_is_told_by_the_server(post: Post) -> None:
    """By IDLE: nobody has to look again."""

    def append() -> None:
        with post.box() as box:
            box.append(b"From: info@docomo.ne.jp\r\nSubject: x\r\n\r\ncode 123456\r\n")

    source = MailSource(post.server(look_again=600.0))
    assert code_once(source, append) == "123456"


def test_only_mails_newer_than_the_request_count(post: Post) -> None:
    """The server's own time counts: the date in a mail is what its sender wrote."""
    with post.box() as box:
        old = b"From: info@docomo.ne.jp\r\nSubject: x\r\nDate: %s\r\n\r\ncode 111111\r\n"
        later = (now() + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S +0000").encode()
        box.append(old % later, dt=now() - timedelta(seconds=30))
    with pytest.raises(NoCode):
        code_of(MailSource(post.server()), within=2)
    assert code_after(post, MailSource(post.server()), {"text": TEXT}) == "123456"


def test_the_newest_counts(post: Post) -> None:
    since = now()
    with post.box() as box:
        for seconds, code in ((2, b"222222"), (3, b"333333"), (1, b"111111")):
            mail = b"From: info@docomo.ne.jp\r\nSubject: x\r\n\r\ncode " + code + b"\r\n"
            box.append(mail, dt=now() + timedelta(seconds=seconds))
    assert code_of(MailSource(post.server()), since=since) == "333333"


def test_sender_subject_and_pattern_choose(post: Post) -> None:
    source = MailSource(
        post.server(),
        sender="DOCOMO.ne.jp",
        subject="セキュリティコード",
        pattern=re.compile(r"コード：(\d{6})"),
    )
    found = code_after(
        post,
        source,
        {"text": "セキュリティコード：111111", "sender": "x@docomo.ne.jp.example"[:16]},
        {"text": "セキュリティコード：222222", "subject": "お知らせ"},
        {"text": "受付番号 333333、セキュリティコード：１２３４５６"},
    )
    assert found == "123456"


@pytest.mark.parametrize(
    "mail",
    [
        {"html": "<style>p{color:#654321}</style><p>Your code is <b>123456</b></p>"},
        {"text": "Please see this mail in a browser.", "html": "<p>code: 123456</p>"},
        {"text": "Hello.", "subject": "123456 is your code"},
        {"html": "<table><tr><td>1</td></tr></table><!-- 999999 --><p>１２３４５６</p>"},
    ],
)
def test_wherever_in_the_mail_the_code_stands(post: Post, mail: dict[str, str]) -> None:
    assert code_after(post, MailSource(post.server()), mail) == "123456"


def test_attachments_of_any_size_do_not_matter(post: Post) -> None:
    big = {"text": "code 999999 " + "x" * 1_200_000}
    assert code_after(post, MailSource(post.server()), big, {"text": TEXT}) == "123456"


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"secret": lambda: Secret("wrong")}, r"did not let owner@example\.org in.*password"),
        ({"secret": lambda: Secret("フレーズ")}, r"did not let owner@example\.org in"),
        ({"by_token": True}, r"did not let owner@example\.org in.*access token"),
        ({"trust": None}, r"not to be trusted: its certificate says"),
        ({"security": "ssl"}, r"does not speak TLS in this way; try `security: starttls`"),
    ],
)
def test_what_can_not_be_mended_by_waiting_is_told_at_once(
    post: Post, other: dict[str, object], told: str
) -> None:
    began = now()
    with pytest.raises(NoCode, match=told) as raised:
        code_of(MailSource(post.server(**other)), within=60)
    assert now() - began < timedelta(seconds=20)
    assert "wrong" not in str(raised.value)


def test_a_secret_that_can_not_be_fetched_is_told(post: Post) -> None:
    def fetch() -> Secret:
        raise LookupError("env:MAIL: this variable is not set")

    with pytest.raises(NoCode, match="env:MAIL: this variable is not set"):
        code_of(MailSource(post.server(secret=fetch)), within=60)


def test_a_refused_password_is_tried_once(post: Post) -> None:
    tried = []

    def fetch() -> Secret:
        tried.append(1)
        return Secret("wrong")

    codes = CodeSources([MailSource(post.server(secret=fetch))], Redactor(), now)

    async def twice() -> None:
        for _ in range(2):
            with pytest.raises(NoCode):
                await codes.get(digits=6, pattern=None, since=now(), within=60)

    asyncio.run(twice())
    assert len(tried) == 1


def test_servers_that_are_not_there_are_tried_again(post: Post) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NoCode, match=rf"127\.0\.0\.1:{port} can't be reached: Connection refused"):
        code_of(MailSource(post.server(port=port)), within=1)
    nowhere = MailSource(post.server(host="mail.invalid"))
    with pytest.raises(OSError, match=r"there is no server named mail\.invalid"):
        asyncio.run(next_text(nowhere, now()))


def test_a_server_that_says_nothing_holds_nobody_up(post: Post) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = post.server(port=silent.getsockname()[1], security="none")
        began = now()
        with pytest.raises(NoCode):
            code_of(MailSource(server), within=1)
        assert now() - began < timedelta(seconds=5)


def test_what_is_no_mail_server_is_told(post: Post) -> None:
    with pytest.raises(NoCode, match="does not answer as a mail server"):
        code_of(MailSource(post.server(port=post.smtp, security="none")), within=2)


def test_over_tls_from_the_first_byte(post: Post) -> None:
    """The practice server knows STARTTLS alone: a door in front of it speaks TLS."""
    with _tls_door(post) as port:
        found = code_after(post, MailSource(post.server(port=port, security="ssl")), {"text": TEXT})
    assert found == "123456"


def test_nothing_is_left_of_it(post: Post) -> None:
    source = MailSource(post.server())
    with pytest.raises(NoCode):
        code_of(source, within=2)
    for thread in threading.enumerate():
        if thread.name == "mail":
            thread.join(10)
            assert not thread.is_alive()


def test_the_connection_breaks_in_the_middle(post: Post) -> None:
    with _tls_door(post) as port:
        source = MailSource(post.server(port=port, security="ssl"))

        async def wait() -> None:
            asked = Asked(6, now(), now())
            async with aclosing(source.texts(asked)) as texts:
                assert await anext(texts) is None
                _Door.break_all()
                await anext(texts)

        with pytest.raises(OSError, match="the mail server broke off"):
            asyncio.run(wait())


def test_texts_come_from_a_source_alone_too(post: Post) -> None:
    since = now()
    post.send(TEXT)
    assert "123456" in asyncio.run(next_text(MailSource(post.server()), since))
    with pytest.raises(Unusable, match="no folder"):
        asyncio.run(next_text(MailSource(_without_folder(post)), since))


def _without_folder(post: Post) -> MailServer:
    return post.server(folder="&-no/\x01such")


class _Door:
    """Speaks TLS, and hands on to the server."""

    connections: list[socket.socket] = []  # noqa: RUF012  all that are open, to be broken

    @classmethod
    def break_all(cls) -> None:
        for connection in cls.connections:
            with suppress(OSError):  # the other side was quicker
                connection.shutdown(socket.SHUT_RDWR)
        cls.connections.clear()


@contextmanager
def _tls_door(post: Post) -> Iterator[int]:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(post.trust)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, context, post.imap), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        _Door.break_all()


def _accept(listener: socket.socket, context: ssl.SSLContext, port: int) -> None:
    try:
        while True:
            outer = context.wrap_socket(listener.accept()[0], server_side=True)
            inner = socket.create_connection(("127.0.0.1", port))
            _Door.connections.append(inner)
            for a, b in ((outer, inner), (inner, outer)):
                threading.Thread(target=_pump, args=(a, b), daemon=True).start()
    except OSError:
        return


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for one in (source, sink):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
