"""A real mail server, that keeps its mails in memory: SMTP takes them in, IMAP gives them out."""

from __future__ import annotations

import smtplib
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import trustme
from imap_tools import BaseMailBox, MailBoxStartTls, MailBoxUnencrypted

from runner.challenge.mail import MailServer
from runner.values.secret import Secret
from tests.browser.processes import wait_until
from tests.ports import free_port

USER = "owner@example.org"
PASSWORD = "Mail-pass/word 4711"


@dataclass(frozen=True)
class Post:
    """The server. `trust` knows its certificate."""

    imap: int
    smtp: int
    trust: ssl.SSLContext
    tls: bool

    def server(self, **other: object) -> MailServer:
        """How to reach it; `other` settings in place of the usual ones."""
        usual: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.imap,
            "user": USER,
            "secret": lambda: Secret(PASSWORD),
            "security": "starttls",
            "trust": self.trust,
            "look_again": 0.5,  # this server takes mails in by a thread, and tells nobody
        }
        return MailServer(**{**usual, **other})  # type: ignore[arg-type]

    def send(
        self,
        text: str | None = None,
        html: str | None = None,
        sender: str = "docomo <info@docomo.ne.jp>",
        subject: str = "【dアカウント】セキュリティコードのお知らせ",
        checked: str | None = None,
    ) -> None:
        """Send a mail over SMTP. `checked`: what the owner's server says of where it is from."""
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, USER, subject
        if checked is not None:
            mail["Authentication-Results"] = checked
        if text is not None:
            mail.set_content(text)
        if html is not None:
            add = mail.set_content if text is None else mail.add_alternative
            add(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=60) as client:
            client.send_message(mail)

    def box(self) -> BaseMailBox:
        """The owner's own look into the mailbox."""
        if not self.tls:
            return MailBoxUnencrypted("127.0.0.1", self.imap).login(USER, PASSWORD)
        box = MailBoxStartTls("127.0.0.1", self.imap, ssl_context=self.trust)
        return box.login(USER, PASSWORD)

    def empty(self) -> None:
        """Delete all mails."""
        with self.box() as box:
            box.delete(box.uids())

    def flags(self) -> list[tuple[str, ...]]:
        """The flags of all mails: whether they were read."""
        with self.box() as box:
            return [mail.flags for mail in box.fetch(mark_seen=False)]


@contextmanager
def mail_server(folder: Path, *, tls: bool) -> Iterator[Post]:
    """Serve meanwhile; with `tls`, IMAP lets nobody in without it."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    chain, key = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    key.write_bytes(certificate.private_key_pem.bytes())
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    imap, smtp, smtps = free_port(), free_port(), free_port()
    words = {
        "host": "127.0.0.1", "user": USER, "password": PASSWORD, "imap-port": imap,
        "smtp-port": smtp, "smtps-port": smtps, "cert": chain, "key": key,
    }  # fmt: skip
    options = ["--tls"] if tls else []
    options += [word for name, value in words.items() for word in (f"--{name}", str(value))]
    log = folder / "mail.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.challenge.mail_process", "--no-http", *options],
            cwd=Path(__file__).parents[2],
            stdout=out,
            stderr=out,
        )
    try:
        assert wait_until(lambda: _answers(imap) and _answers(smtp), 60), log.read_text()
        yield Post(imap, smtp, trust, tls)
    finally:
        server.terminate()
        server.wait(60)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return bool(connection.recv(1))
    except OSError:
        return False
