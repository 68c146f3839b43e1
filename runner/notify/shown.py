"""The values of an event as its owner reads them: the variables of a message template."""

from typing import Any

from runner.notify.events import Event, LineFact
from runner.notify.todo import LinkTo, Todo, no_link
from runner.values.format import show
from runner.values.sentences import in_language


def variables(event: Event, language: str, link_to: LinkTo = no_link) -> dict[str, Any]:
    """Return what a template may use. Values are text in the owner's language; None: not known."""
    return {
        "event": event.name,
        "account": event.account,
        "title": event.title,
        "at": show(event.at, language),
        "outcome": event.outcome,
        "message": sentence(event.message, language),
        "lines": [_line(line, language) for line in event.lines],
        "run_id": event.run_id,
        "action": sentence(event.action, language),
        "link": event.link,
        "until": shown(event.until, language),
        "report": None if event.report is None else str(event.report),
        "picture": None if event.picture is None else event.picture.name,
        "todos": todos(event.todos, link_to),
        "since": shown(event.since, language),
        "times": event.times,
        "taken": shown(event.taken, language),
        "digest": _digest(event, language, link_to),
    }


def todos(found: tuple[Todo, ...], link_to: LinkTo) -> list[dict[str, str]]:
    """Those of them that there is a link for."""
    linked = [(todo.what, link_to(todo)) for todo in found]
    return [{"what": what, "link": link} for what, link in linked if link is not None]


def shown(value: Any, language: str) -> str | None:
    """A value in a language; None stays None."""
    return None if value is None else show(value, language)


def sentence(text: str | None, language: str) -> str | None:
    """What a run has said, in a language; None stays None."""
    return None if text is None else in_language(text, language)


def _digest(event: Event, language: str, link_to: LinkTo) -> dict[str, Any] | None:
    if event.digest is None:
        return None
    from runner.notify.digest_shown import digest_variables

    return digest_variables(event.digest, language, link_to)


def _line(line: LineFact, language: str) -> dict[str, Any]:
    renewal = line.renewal
    return {
        "name": line.line,
        "balance": shown(line.balance, language),
        "expires_on": shown(line.expires_on, language),
        "days_left": line.days_left,
        "data_left": shown(line.data_left, language),
        "renewal": None if renewal is None else renewal.state,
        "price": None if renewal is None else shown(renewal.price, language),
        "reference": None if renewal is None else renewal.reference,
    }
