"""Security codes by mail, to the contact address."""

from __future__ import annotations

from runner.sandbox import mails
from runner.sandbox.books import Message
from runner.sandbox.docomo.desk import Desk

SENDER = "dアカウント <daccount@docomo.ne.jp>"
SUBJECT = "【dアカウント】セキュリティコードのお知らせ"


def send(desk: Desk, message: Message) -> None:
    """Send a message as a mail."""
    text = desk.portal.letter(desk.books, message)
    mails.send(desk, SENDER, message.recipient, SUBJECT, text)
