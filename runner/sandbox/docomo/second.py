"""The second step: codes by text message or mail, and browsers that need none."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from runner.sandbox import codes
from runner.sandbox.desk import keep
from runner.sandbox.docomo import authenticator, mails
from runner.sandbox.docomo.desk import Desk
from runner.sandbox.docomo.line import NAME, NUMBER

TRUSTED = "g_smt_omitbrowser"
TRUSTED_LIFE = timedelta(days=365)
WRONG = "セキュリティコードが間違っています。"
OVER = "セキュリティコードの有効期限が切れています。再送信してください。"


def asked(desk: Desk, request: Request) -> bool:
    """Is this browser asked for a code? 強 asks every unknown one, 弱 now and then."""
    strength: str = desk.setting("two_step")
    if strength == "off":
        return False
    if desk.books.look(NAME, "terminal", request.cookies.get(TRUSTED)) is not None:
        return False
    sign_ins: int = desk.setting("sign_ins")
    return strength == "strong" or sign_ins % 3 == 0


def send(desk: Desk) -> None:
    """Send a new code the way that the account wants it."""
    if desk.setting("code_by") == "mail":
        codes.send(desk, desk.portal.secrets(desk.books)["id"])
        message = desk.books.last_message(NAME)
        if message is not None:
            mails.send(desk, message)
    elif desk.setting("code_by") == "sms":
        codes.send(desk, NUMBER)


def check(desk: Desk, request: Request, given: str) -> str:
    """Why this code is refused; nothing if it is right."""
    if desk.setting("code_by") == "authenticator":
        right = authenticator.check(desk.books, given) and not desk.strike(request, "wrong_code")
        if not right:
            desk.books.note(NAME, "wrong_code")
        return "" if right else WRONG
    refusal = codes.refused(desk, request, given)
    return {"wrong": WRONG, "over": OVER, None: ""}[refusal]


def trust(desk: Desk, response: Response, name: str) -> None:
    """Ask this browser for no code from now on."""
    token = desk.books.issue(NAME, "terminal", {"name": name[:40]}, TRUSTED_LIFE)
    keep(response, TRUSTED, token, TRUSTED_LIFE)
