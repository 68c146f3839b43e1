"""The moments of a run at which something can be done to it, by name, in the order of a run."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

Moment = Literal["before", "commit", "after", "request", "response"]


@dataclass(frozen=True)
class Instant:
    """Before or after a method of the product, or right before what it writes is committed.

    `request` and `response` are moments of the browser's page, when it fetches a path that holds
    `method`. `time`: at which of several calls. `since`: only once that instant has passed.
    """

    owner: str
    method: str
    when: Moment
    time: int = 1
    since: str = ""


_GUARD = "runner.renewal.guard:Guard"
_PAGE = "playwright.async_api:BrowserContext"
_COMPLETE = "/data/add/complete"

INSTANTS = {
    "run recorded": Instant("runner.ledger.runs:Runs", "start", "after"),
    "lease taken": Instant("runner.ledger.lease:Leases", "acquire", "after"),
    "line read": Instant("runner.ledger.readings:Readings", "add", "after"),
    "planned": Instant("runner.ledger.renewals:Renewals", "plan", "after"),
    "first move half written": Instant("runner.ledger.renewals:Renewals", "move", "commit"),
    "before approval": Instant(_GUARD, "approve", "before"),
    "before intent": Instant(_GUARD, "intend", "before"),
    "intent half written": Instant(_GUARD, "intend", "commit"),
    "after intent": Instant(_GUARD, "intend", "after"),
    "before click": Instant(
        "playwright.async_api:ElementHandle", "click", "before", since="after intent"
    ),
    "order sent": Instant(_PAGE, _COMPLETE, "request"),
    "after click": Instant(
        "playwright.async_api:ElementHandle", "click", "after", since="after intent"
    ),
    "after response": Instant(_PAGE, _COMPLETE, "response"),
    "before confirm": Instant(_GUARD, "close", "before"),
    "confirm half written": Instant(_GUARD, "close", "commit"),
    "after confirm": Instant(_GUARD, "close", "after"),
    "second reading": Instant("runner.ledger.readings:Readings", "add", "before", time=2),
    "before history": Instant(
        "runner.page.player:Player", "phase", "before", time=2, since="after confirm"
    ),
    "before proof": Instant(_GUARD, "receipt", "before"),
    "proof half written": Instant(_GUARD, "receipt", "commit"),
    "after proof": Instant(_GUARD, "receipt", "after"),
    "before the run's end": Instant("runner.ledger.runs:Runs", "end", "before"),
    "after the run's end": Instant("runner.ledger.runs:Runs", "end", "after"),
    "lease given back": Instant("runner.ledger.lease:Lease", "release", "after"),
}
"""Wrapped in the victim alone. An instant that no run comes to any more fails its test."""


def lie_in_wait(name: str, strike: Callable[[], None]) -> None:
    """Call `strike` when this process comes to the instant, once."""
    instant, armed = INSTANTS[name], [True]
    if instant.since:
        armed[0] = False
        lie_in_wait(instant.since, lambda: armed.__setitem__(0, True))
    left = [instant.time]

    def reached() -> None:
        if not armed[0]:
            return
        left[0] -= 1
        if left[0] == 0:
            strike()

    module, _, owner = instant.owner.partition(":")
    kind = getattr(importlib.import_module(module), owner)
    if instant.when in ("request", "response"):
        _watch_pages(kind, instant, reached)
    elif instant.when == "commit":
        _watch_commits(kind, instant.method, reached)
    else:
        first, last = (reached, _nothing) if instant.when == "before" else (_nothing, reached)
        surround(kind, instant.method, first, last)


def surround(
    kind: type, method: str, before: Callable[[], None], after: Callable[[], None]
) -> None:
    """Do something before and after each call of a method that ends well."""
    real = getattr(kind, method)
    if inspect.iscoroutinefunction(inspect.unwrap(real)):

        @wraps(real)
        async def waited(*args: Any, **named: Any) -> Any:
            before()
            found = await real(*args, **named)
            after()
            return found

        setattr(kind, method, waited)
        return

    @wraps(real)
    def called(*args: Any, **named: Any) -> Any:
        before()
        found = real(*args, **named)
        after()
        return found

    setattr(kind, method, called)


def _watch_commits(kind: type, method: str, reached: Callable[[], None]) -> None:
    """Reached when the method has written, and has not committed yet."""
    from sqlalchemy import Engine, event

    inside, written = [False], [False]

    def wrote(*args: Any) -> None:
        if inside[0] and str(args[2]).upper().startswith(("INSERT", "UPDATE")):
            written[0] = True

    def commits(_: Any) -> None:
        if inside[0] and written[0]:
            written[0] = False
            reached()

    def enter() -> None:
        inside[0] = True

    def leave() -> None:
        inside[0] = False

    event.listen(Engine, "before_cursor_execute", wrote)
    event.listen(Engine, "commit", commits)
    surround(kind, method, enter, leave)


def _watch_pages(kind: Any, instant: Instant, reached: Callable[[], None]) -> None:
    real = kind.new_page

    async def new_page(self: Any) -> Any:
        page = await real(self)
        page.on(instant.when, lambda one: reached() if instant.method in one.url else None)
        return page

    kind.new_page = new_page


def _nothing() -> None:
    pass
