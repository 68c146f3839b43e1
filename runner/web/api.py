"""The JSON API below /api/v1: requests are checked, answered, and refused in one way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import groupby
from re import fullmatch
from typing import TYPE_CHECKING, Any, TypeVar

from loguru import logger
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from runner.config.workspace import NoSuchAccount
from runner.flow.library import NoSuchFlow
from runner.flow.mistakes import Mistakes
from runner.ledger.errors import AlreadyAsked, IllegalMove, LedgerError, NoSuchEntry
from runner.schedule.asking import BeingPlayed
from runner.views.past import NothingRead
from runner.web.api_act import ACTS
from runner.web.api_problems import Kind, Mistake, Problem, kind_of
from runner.web.api_read import READS
from runner.web.openapi import BASE, PATTERNS, Asked, Operation, document

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from runner.web.desk import Desk

T = TypeVar("T")
OPERATIONS: tuple[Operation, ...] = (*READS, *ACTS)


def routes(desk: Desk) -> list[BaseRoute]:
    """The API, as an application of its own: what goes wrong in it is told in its own way."""

    async def described(_: Request) -> Response:
        return JSONResponse(api_document())

    async def refused(_: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        kind = kind_of(error.status_code)
        return Problem(kind, kind.title).answer(error.headers)

    by_path = groupby(sorted(OPERATIONS, key=_path), _path)
    app = Starlette(
        routes=[
            Route("/openapi.json", described),
            *(_route(desk, path, list(operations)) for path, operations in by_path),
        ],
        exception_handlers={HTTPException: refused},
    )
    app.router.redirect_slashes = False
    return [Mount(BASE, app)]


@cache
def api_document() -> dict[str, Any]:
    """The OpenAPI document of all operations."""
    return document(OPERATIONS)


def _path(operation: Operation) -> str:
    return operation.path


def _route(desk: Desk, path: str, operations: Sequence[Operation]) -> Route:
    by_method: dict[str, Operation] = {one.method: one for one in operations}

    async def answer(request: Request) -> Response:
        # HEAD is asked as GET is; the server leaves the body out.
        operation = by_method[request.method] if request.method != "HEAD" else by_method["GET"]
        try:
            asked = await _asked(operation, request)
            found = await run_in_threadpool(operation.does, desk, asked)
            if operation.method != "GET":
                desk.runs.wake()
            return JSONResponse(found, operation.status)
        except Exception as error:
            return _problem(error).answer()

    return Route(path, answer, methods=sorted(by_method))


async def _asked(operation: Operation, request: Request) -> Asked:
    """The request, checked. Raises Problem and ValidationError."""
    for name, value in request.path_params.items():
        if not fullmatch(PATTERNS[name], value):
            raise Problem(Kind.NOT_FOUND, f"nothing has the {name} {value!r}")
    query = _checked(
        operation.query.model_validate, "query", _once(request.query_params.multi_items(), "query")
    )
    body = None
    if operation.body is not None:
        body = await _body(operation.body, request)
    who = request.state.who
    return Asked(request.path_params, query, body, f"the API ({who.name})")


def _once(items: Iterable[tuple[str, T]], where: str) -> dict[str, T]:
    """These values by their names. Raises Problem where one has two."""
    found: dict[str, T] = {}
    for name, value in items:
        if name in found:
            mistake: Mistake = {"at": f"{where}/{name}", "message": "it stands there twice"}
            raise Problem(Kind.WRONG_REQUEST, f"`{name}` stands there twice", errors=[mistake])
        found[name] = value
    return found


async def _body(model: type[BaseModel], request: Request) -> BaseModel:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(Kind.WRONG_TYPE, "the body is to be sent as application/json")
    text = await request.body()
    found = _checked(model.model_validate_json, "body", text)
    json.loads(text, object_pairs_hook=partial(_once, where="body"))
    return found


def _checked(read: Callable[[Any], BaseModel], where: str, given: Any) -> BaseModel:
    try:
        return read(given)
    except ValidationError as error:
        # What was given stays out of the answer: it may be a code.
        errors: list[Mistake] = [
            {"at": "/".join([where, *map(str, one["loc"])]), "message": one["msg"]}
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        told = "; ".join(f"{one['at']}: {one['message']}" for one in errors)
        raise Problem(Kind.WRONG_REQUEST, told, errors=errors) from None


def _problem(error: Exception) -> Problem:
    """What is told of an error. Only what is foreseen is told in its own words."""
    match error:
        case Problem():
            return error
        case NoSuchAccount() | NothingRead():
            return Problem(Kind.NOT_FOUND, str(error), hint=error.hint)
        case NoSuchEntry():
            return Problem(Kind.NOT_FOUND, error.what)
        case AlreadyAsked() | BeingPlayed() | IllegalMove():
            return Problem(Kind.NOT_POSSIBLE, error.what, hint=error.next)
        case LedgerError():
            return Problem(Kind.UNAVAILABLE, error.what, hint=error.next)
        case Mistakes() | NoSuchFlow():
            return Problem(
                Kind.UNAVAILABLE,
                "config.yaml or a flow is wrong",
                hint="`kigen doctor` shows where",
            )
    logger.opt(exception=error).error("a request of the API could not be answered")
    return Problem(Kind.FAILED, "the log tells what")
