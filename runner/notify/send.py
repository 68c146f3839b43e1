"""Sends one message to one service, through Apprise."""

import logging
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from runner.notify.mask import masker
from runner.notify.messages import Message
from runner.values.secret import Secret

if TYPE_CHECKING:
    import apprise

TIME_LIMIT = 45.0
"""Seconds that a service has to take a message. Mail servers alone may use 15 to connect."""

_LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Delivered:
    """The service has taken the message."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The service has not taken the message, or not said so in time. `reason` holds no secret."""

    reason: str


class Sender(Protocol):
    """Sends a message to the service at `url`; never raises for what the service does."""

    def __call__(
        self, url: Secret, message: Message, picture: Path | None
    ) -> Delivered | Refused: ...


class AppriseSender:
    """A sender for every service that Apprise knows, with a limit on the time of each sending.

    A service that answers only after the limit may still deliver; the message is then sent again
    later and arrives twice, which is better than not at all.
    """

    def __init__(self, time_limit: float = TIME_LIMIT) -> None:
        self._time_limit = time_limit

    def __call__(self, url: Secret, message: Message, picture: Path | None) -> Delivered | Refused:
        """Send the message, with the picture where the file is there and the service takes it."""
        answers: list[Delivered | Refused] = []
        # A daemon thread, because a pool's threads would keep a finished program from ending.
        thread = threading.Thread(
            target=lambda: answers.append(_send(url, message, picture)),
            name="kigen-notify",
            daemon=True,
        )
        thread.start()
        thread.join(self._time_limit)
        return answers[0] if answers else Refused(f"no answer within {self._time_limit:g} seconds")


def _send(url: Secret, message: Message, picture: Path | None) -> Delivered | Refused:
    redactor = masker(url)
    try:
        service = _service(url)
        if service is None:
            return Refused("this is not an address that Apprise knows; see docs/notifications.md")
        reasons = _notify(service, message, picture)
    except Exception as error:  # a service's plugin may raise anything, with secrets in the text
        reasons = [f"{type(error).__name__}: {error}"]
    if reasons is None:
        return Delivered()
    said = re.sub(r"\s+", " ", redactor.mask("; ".join(reasons))).strip()
    return Refused(said[:_LONGEST_REASON] or "the service refused the message and gave no reason")


def _service(url: Secret) -> "apprise.NotifyBase | None":
    _keep_logs_inside()
    import apprise

    # No pictures from outside and no foreign name in the messages; the time limit is our own.
    asset = apprise.AppriseAsset(
        app_id="Kigen",
        app_desc="Kigen",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        service_timeout=0,
        storage_mode="memory",
    )
    service = apprise.Apprise.instantiate(url.reveal(), asset=asset, suppress_exceptions=False)
    if service is not None and "overflow_mode" not in vars(service):
        # A text too long for the service comes in parts, unless the address wants it otherwise.
        service.overflow_mode = apprise.OverflowMode.SPLIT
    return service


def _notify(
    service: "apprise.NotifyBase", message: Message, picture: Path | None
) -> list[str] | None:
    """Return None for a delivered message, else what was said about it."""
    import apprise
    from apprise.attachment.file import AttachFile

    postman = apprise.Apprise(asset=service.asset)
    postman.add(service)
    # By AttachFile, because a path given as text would be read as an address.
    attach = (
        AttachFile(str(picture))  # type: ignore[no-untyped-call] # Apprise gives it no types
        if picture is not None and picture.is_file()
        else None
    )
    html = message.html if _shows_html(service) else None
    with postman.notify(
        title=message.title,
        body=html or message.body,
        body_format=apprise.NotifyFormat.HTML if html else apprise.NotifyFormat.TEXT,
        attach=attach,
        log_level=logging.DEBUG,
    ) as result:
        # The attempts tell what the service said; a result counts an `optional` service as sent.
        if any(attempt for one in result for attempt in one):
            return None
        return [entry.message.rstrip(". ") for entry in result.logs() if _tells_why(entry)]


def _shows_html(service: "apprise.NotifyBase") -> bool:
    """Mail alone shows tables; chats that take HTML know a few words of it. `format=text` wins."""
    import apprise
    from apprise.plugins.email.base import NotifyEmail

    html = apprise.NotifyFormat.HTML
    return isinstance(service, NotifyEmail) and service.resolve_format(html) == html


def _tells_why(entry: Any) -> bool:
    """Warnings and errors, and the exception behind them, which Apprise tells only to debuggers."""
    if entry.level in ("WARNING", "ERROR", "CRITICAL"):
        return True
    return "Exception: " in entry.message.partition("\n")[0]


def _keep_logs_inside() -> None:
    """Apprise and its HTTP library log addresses with their tokens; nobody else may hear that."""
    for name in ("apprise", "urllib3"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    # Apprise hands out its debug lines, which hold the reasons, only when they are switched on.
    logging.getLogger("apprise").setLevel(logging.DEBUG)
