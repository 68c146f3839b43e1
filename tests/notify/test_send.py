import base64
import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.notify.messages import Message
from runner.notify.send import AppriseSender, Delivered, Refused
from runner.values.secret import Secret
from tests.ports import free_port

from .conftest import PICTURE
from .servers import Web, mail_server

# The mail server here speaks no TLS, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

MESSAGE = Message(
    "ドコモ（家族）：更新が完了しました 🎉", "残高：¥1,550\n\n<b>{{ not }} *markup*</b>"
)


@pytest.fixture
def send() -> AppriseSender:
    return AppriseSender(time_limit=20)


def mail_address(port: int, password: str) -> Secret:
    return Secret(
        f"mailto://owner:{password}@127.0.0.1:{port}?mode=insecure&smtp=127.0.0.1"
        "&from=kigen@example.com&to=owner@example.com"
    )


def test_a_mail_arrives_with_its_picture(send: AppriseSender, picture: Path) -> None:
    port = free_port()
    with mail_server(port, "pass-word") as box:
        assert send(mail_address(port, "pass-word"), MESSAGE, picture) == Delivered()

    [mail] = box.mails
    assert mail["Subject"] == MESSAGE.title
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r", "").strip() == MESSAGE.body
    [attached] = mail.iter_attachments()
    assert attached.get_content_type() == "image/png"
    assert attached.get_content() == PICTURE


def test_a_post_arrives_with_its_picture(send: AppriseSender, web: Web, picture: Path) -> None:
    url = Secret(f"json://127.0.0.1:{web.port}/hook")

    assert send(url, MESSAGE, picture) == Delivered()

    [body] = web.bodies
    assert (body["title"], body["message"]) == (MESSAGE.title, MESSAGE.body)
    assert [base64.b64decode(one["base64"]) for one in body["attachments"]] == [PICTURE]


def test_a_missing_picture_does_not_stop_the_text(
    send: AppriseSender, web: Web, tmp_path: Path
) -> None:
    url = Secret(f"json://127.0.0.1:{web.port}/hook")

    assert send(url, MESSAGE, tmp_path / "gone.png") == Delivered()

    assert web.bodies[0]["attachments"] == []


def test_a_service_without_pictures_gets_the_text(
    send: AppriseSender, web: Web, picture: Path
) -> None:
    url = Secret(f"gotify://127.0.0.1:{web.port}/A_token")

    assert send(url, MESSAGE, picture) == Delivered()

    assert web.bodies[0]["message"] == MESSAGE.body


def test_a_text_too_long_for_the_service_comes_in_parts(send: AppriseSender, web: Web) -> None:
    words = [f"word{number}" for number in range(1000)]
    url = Secret(f"ntfy://127.0.0.1:{web.port}/topic")

    assert send(url, Message("Long", " ".join(words)), None) == Delivered()

    assert len(web.bodies) > 1
    assert " ".join(body["message"] for body in web.bodies).split() == words


def test_wrong_credentials_are_told_without_showing_them(send: AppriseSender) -> None:
    port = free_port()
    with mail_server(port, "right-one") as box:
        answer = send(mail_address(port, "wrong-one"), MESSAGE, None)

    assert isinstance(answer, Refused)
    assert "535" in answer.reason
    assert "wrong-one" not in answer.reason
    assert box.mails == []


def test_a_dead_server_is_told(send: AppriseSender) -> None:
    answer = send(mail_address(free_port(), "pass-word"), MESSAGE, None)

    assert isinstance(answer, Refused)
    assert "Connection refused" in answer.reason


@pytest.mark.parametrize("status", [401, 403, 404, 413, 500, 503])
def test_a_refusal_is_told(send: AppriseSender, web: Web, status: int) -> None:
    web.status = status

    answer = send(Secret(f"json://127.0.0.1:{web.port}/hook"), MESSAGE, None)

    assert isinstance(answer, Refused)
    assert str(status) in answer.reason


def test_an_optional_service_that_failed_has_failed(send: AppriseSender, web: Web) -> None:
    web.status = 500

    answer = send(Secret(f"json://127.0.0.1:{web.port}/hook?optional=yes"), MESSAGE, None)

    assert isinstance(answer, Refused)


def test_a_silent_server_is_left_in_time(web: Web) -> None:
    web.open.clear()
    started = time.monotonic()

    answer = AppriseSender(time_limit=0.3)(
        Secret(f"json://127.0.0.1:{web.port}/hook?rto=20"), MESSAGE, None
    )

    assert answer == Refused("no answer within 0.3 seconds")
    assert time.monotonic() - started < 15
    # A program that ends now is not held up by the call that is still open.
    assert {one.daemon for one in threading.enumerate() if one.name == "kigen-notify"} == {True}


@pytest.mark.parametrize(
    "address",
    ["", "hush-hush", "nosuch://hush-hush/hook", "mailto://", "tgram://hush-hush", "json://"],
)
def test_a_bad_address_is_told_without_showing_it(send: AppriseSender, address: str) -> None:
    answer = send(Secret(address), MESSAGE, None)

    assert isinstance(answer, Refused)
    assert answer.reason
    assert "hush-hush" not in answer.reason


def test_two_addresses_in_one_are_not_half_sent(send: AppriseSender, web: Web) -> None:
    one = f"json://127.0.0.1:{web.port}/hook"

    answer = send(Secret(f"{one}, {one}"), MESSAGE, None)

    assert isinstance(answer, Refused) == (web.bodies == [])


class Listener(logging.Handler):
    """Hears what a program's own log handler would hear."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@pytest.fixture
def heard() -> Iterator[list[str]]:
    root, listener = logging.getLogger(), Listener()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    yield listener.heard
    root.setLevel(level)
    root.removeHandler(listener)


def test_no_secret_is_told_or_logged(
    send: AppriseSender, web: Web, heard: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = ["user-canary", "pass-canary", "path-canary", "query-canary", "header-canary"]
    web.status = 500
    web.answer = " ".join(secrets)
    place = f"user-canary:pass-canary@127.0.0.1:{web.port}/path-canary"
    answers = [
        send(Secret(f"json://{address}?-key=query-canary&+X-Key=header-canary"), MESSAGE, None)
        for address in (place, place.replace(str(web.port), str(free_port())))
    ]
    logging.getLogger("elsewhere").debug("a word of somebody else")

    assert web.paths == ["/path-canary?key=query-canary"]
    assert "a word of somebody else" in heard
    said = [repr(answers), *heard, *capfd.readouterr()]
    assert [(secret, text) for secret in secrets for text in said if secret in text] == []
