"""Security codes by mail, to the contact address: sent by SMTP, where a server is named."""

from __future__ import annotations

import smtplib
import threading
from email.message import EmailMessage
from email.policy import SMTP

from runner.sandbox.books import Message
from runner.sandbox.docomo.desk import Desk
from runner.sandbox.docomo.line import NAME

SENDER = "dアカウント <daccount@docomo.ne.jp>"
SUBJECT = "【dアカウント】セキュリティコードのお知らせ"
SENDING = 10.0


def send(desk: Desk, message: Message) -> None:
    """Send a message as a mail; the page does not wait for that."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = SENDER, message.recipient, SUBJECT
    mail.set_content(desk.portal.letter(desk.books, message))
    host, _, port = desk.setting("mail_server").rpartition(":")
    if not host:
        desk.books.note(NAME, "mail_not_sent", "no mail_server is set")
        return
    threading.Thread(target=_send, args=(mail, host, int(port)), daemon=True).start()


def _send(mail: EmailMessage, host: str, port: int) -> None:
    with smtplib.SMTP(host, port, timeout=SENDING) as server:
        server.send_message(mail)
