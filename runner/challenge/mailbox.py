"""A mailbox over IMAP: signing in, what is new, and waiting for more. Mails stay unread."""

from __future__ import annotations

import html
import imaplib
import re
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Self

from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailboxTaggedResponseError,
)

from runner.challenge.codes import Unusable
from runner.challenge.mail import Mail, MailServer

ANSWER = 15.0
"""Seconds that the server has for an answer."""
PAUSE = 3.0
"""Seconds between two looks, at servers that can't send news."""
LARGEST = 1024 * 1024
"""Bytes of a mail; those with codes are far smaller."""
MOST = 50
"""New mails that are looked at; the newest count."""

_STAMP = re.compile(rb'INTERNALDATE "([^"]+)"')
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_HIDDEN = re.compile(r"<(style|script|head)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/?(?:p|div|td|tr|li|h[1-6]|table))\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")


class Mailbox:
    """An open folder of a mailbox. Raises Unusable where trying again would not help, else OSError."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._box = self._connect()
        self._seen: set[str] = set()
        self._sends_news = False

    def __enter__(self) -> Self:
        try:
            self._sign_in()
        except BaseException:
            self.cut()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            self._box.client.sock.settimeout(1.0)
            self._box.logout()

    def cut(self) -> None:
        """Break the connection, from any thread: whoever waits on it wakes up."""
        with suppress(OSError):
            self._box.client.sock.shutdown(socket.SHUT_RDWR)

    def new_since(self, since: datetime, sender: str | None = None) -> list[Mail]:
        """Mails that came since then and were not given out yet, the newest first. With a `sender`:
        those alone that name something like it. Raises OSError where the server breaks off."""
        try:
            # SINCE knows days alone, in the server's own time zone.
            day = (since - timedelta(days=1)).date()
            wanted = AND(date_gte=day) if sender is None else AND(date_gte=day, from_=sender)
            uids = [uid for uid in self._box.uids(wanted) if uid not in self._seen]
            found = self._stamps(uids[-MOST:], since)
            self._seen |= set(uids)
            return [self._read(uid, came) for came, uid in sorted(found, reverse=True)]
        except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
            raise OSError(f"the mail server broke off: {_told(error)}") from None

    def wait(self, ended: threading.Event) -> None:
        """Wait for news, or for a moment. Raises OSError where the server breaks off."""
        if not self._sends_news:
            ended.wait(PAUSE)
            return
        try:
            self._box.idle.wait(timeout=self._server.look_again)
        except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
            if not ended.is_set():
                raise OSError(f"the mail server broke off: {_told(error)}") from None

    def _connect(self) -> BaseMailBox:
        server = self._server
        context = server.trust or ssl.create_default_context()
        where = f"{server.host}:{server.port}"
        try:
            if server.security == "ssl":
                return MailBox(server.host, server.port, timeout=ANSWER, ssl_context=context)
            if server.security == "starttls":
                return MailBoxStartTls(
                    server.host, server.port, timeout=ANSWER, ssl_context=context
                )
            return MailBoxUnencrypted(server.host, server.port, timeout=ANSWER)
        except ssl.SSLCertVerificationError as error:
            why = error.verify_message
            raise Unusable(f"{where} is not to be trusted: its certificate says: {why}") from None
        except ssl.SSLError:
            other = "starttls" if server.security == "ssl" else "ssl"
            raise Unusable(
                f"{where} does not speak TLS in this way; try `security: {other}`, or another port"
            ) from None
        except (imaplib.IMAP4.error, ImapToolsError) as error:
            if server.security == "starttls" and "TLS not supported" in str(error):
                raise Unusable(f"{where} offers no STARTTLS; try `security: ssl`") from None
            raise OSError(f"{where} does not answer as a mail server: {_told(error)}") from None
        except socket.gaierror:
            raise OSError(f"there is no server named {server.host}, or no network") from None
        except TimeoutError:
            raise OSError(f"{where} did not answer within {ANSWER:g} s") from None
        except OSError as error:
            raise OSError(f"{where} can't be reached: {error.strerror or error}") from None

    def _sign_in(self) -> None:
        server = self._server
        try:
            secret = server.secret()
        except LookupError as error:
            raise Unusable(str(error)) from None
        try:
            if server.by_token:
                self._box.xoauth2(server.user, secret.reveal(), server.folder)
            elif (server.user + secret.reveal()).isascii():
                self._box.login(server.user, secret.reveal(), server.folder)
            else:
                self._box.login_utf8(server.user, secret.reveal(), server.folder)
        except MailboxFolderSelectError:
            raise Unusable(f"the mailbox has no folder {server.folder}") from None
        except imaplib.IMAP4.abort as error:
            raise OSError(f"the mail server broke off: {_told(error)}") from None
        except (MailboxLoginError, MailboxTaggedResponseError, imaplib.IMAP4.error):
            what = "access token" if server.by_token else "password"
            raise Unusable(
                f"the mail server did not let {server.user} in; it is not tried again in this run. "
                f"Is the {what} right? Many providers want an app password for IMAP"
            ) from None
        # Many servers tell only those whom they know that they can send news.
        _, told = self._box.client.capability()
        self._sends_news = b"IDLE" in told[-1].upper().split()

    def _stamps(self, uids: list[str], since: datetime) -> list[tuple[datetime, str]]:
        """When mails came, of those that came since then. The server's own clock says it, since the
        date in a mail is what its sender wrote."""
        if not uids:
            return []
        _, answer = self._box.client.uid("FETCH", ",".join(uids), "(UID INTERNALDATE RFC822.SIZE)")
        found = []
        for part in answer:
            line = part[0] if isinstance(part, tuple) else part
            stamp, uid = _STAMP.search(line or b""), _UID.search(line or b"")
            size = _SIZE.search(line or b"")
            if stamp is None or uid is None or (size and int(size[1]) > LARGEST):
                continue
            came = datetime.strptime(stamp[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z")
            if came.astimezone(UTC) >= since:
                found.append((came.astimezone(UTC), uid[1].decode()))
        return found

    def _read(self, uid: str, came: datetime) -> Mail:
        for mail in self._box.fetch(uid_list=[uid], mark_seen=False):
            bodies = [body for body in (mail.text, _text_of(mail.html)) if body.strip()]
            texts = tuple(f"{mail.subject}\n{body}" for body in bodies)
            # The topmost is the word of the owner's own server; those below came with the mail.
            forged = "dmarc=fail" in str(mail.obj["Authentication-Results"] or "").lower()
            return Mail(mail.from_, mail.subject, texts or (mail.subject,), came, forged)
        return Mail("", "", (), came)  # deleted meanwhile


def _text_of(markup: str) -> str:
    """What a reader sees of an HTML mail, roughly: its numbers, not those of its colours."""
    shown = _BREAK.sub("\n", _HIDDEN.sub(" ", markup))
    return html.unescape(_TAG.sub("", shown))


def _told(error: Exception) -> str:
    """What went wrong in a few words; servers can be talkative."""
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
