"""Mails that practice portals send, by SMTP, where a server is named."""

from __future__ import annotations

import smtplib
import threading
from email.message import EmailMessage
from email.policy import SMTP

from runner.sandbox.desk import Desk

SENDING = 10.0


def send(desk: Desk, sender: str, recipient: str, subject: str, text: str) -> None:
    """Send a mail to the portal's `mail_server`; the page does not wait for that."""
    host, _, port = desk.setting("mail_server").rpartition(":")
    if not host:
        desk.books.note(desk.name, "mail_not_sent", "no mail_server is set")
        return
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, subject
    mail.set_content(text)
    threading.Thread(target=_send, args=(mail, host, int(port)), daemon=True).start()


def _send(mail: EmailMessage, host: str, port: int) -> None:
    with smtplib.SMTP(host, port, timeout=SENDING) as server:
        server.send_message(mail)
