"""What the API does, operation by operation, and the OpenAPI document that tells of it.

An operation's models check what is asked and describe it: nothing is said twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from runner.config.notify import NAME
from runner.web.api_problems import MEDIA_TYPE, Kind, ProblemDocument

if TYPE_CHECKING:
    from runner.web.desk import Desk

BASE = "/api/v1"
PATTERNS = {"account": NAME, "id": r"^[0-9a-f]{32}$"}
"""What each part of a path looks like."""
_JSON = "application/json"
_REF = "#/components/schemas/{model}"
_ALWAYS = (Kind.NOT_SIGNED_IN, Kind.TOO_MANY, Kind.FAILED, Kind.UNAVAILABLE)


class Query(BaseModel):
    """What may stand behind the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """What is sent as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@dataclass(frozen=True)
class Asked:
    """One request, checked: the parts of its path, and its models. `by`: who asks, for the ledger."""

    path: Mapping[str, str]
    query: Any
    body: Any
    by: str


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked for. `answers` is the type of its answer; `accepted`: it is done
    later. `problems`: those that not every operation has.
    """

    id: str
    method: Literal["GET", "POST"]
    path: str
    summary: str
    answers: Any
    does: Callable[[Desk, Asked], Any] = field(repr=False)
    query: type[Query] = Query
    body: type[Body] | None = None
    accepted: bool = False
    problems: tuple[Kind, ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status of its answer."""
        return 202 if self.accepted else 200

    @property
    def named(self) -> list[str]:
        """The parts of its path that change."""
        return re.findall(r"{(\w+)}", self.path)


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    schemas, shared = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kigen",
            "version": "1",
            "description": "Lines, runs, renewals and what waits for their owner, in the words of "
            "`kigen … --json`. Fields may be added; none changes its meaning.",
        },
        "servers": [{"url": BASE}],
        "security": [{"token": []}, {"session": [], "csrf": []}],
        "paths": paths,
        "components": {
            "schemas": shared,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A program's token: `read` for GET, `act` for all.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "kigen",
                    "description": "A browser's, as the dashboard sets it; `__Host-kigen` over TLS.",
                },
                "csrf": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-CSRF-Token",
                    "description": "Beside a session, for what changes something.",
                },
            },
        },
    }


def _operation(one: Operation, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": one.id,
        "summary": one.summary,
        "parameters": [*_parameters(one, schemas)],
        "responses": {
            str(one.status): {
                "description": "It will be done." if one.accepted else "The answer.",
                "content": {_JSON: {"schema": schemas[one.id, "answers"]}},
            },
            **_problems(one, schemas),
        },
    }
    if one.body is not None:
        found["requestBody"] = {
            "required": True,
            "content": {_JSON: {"schema": schemas[one.id, "body"]}},
        }
    return {key: value for key, value in found.items() if value != []}


def _parameters(one: Operation, schemas: Mapping[Any, Any]) -> Iterator[dict[str, Any]]:
    for name in one.named:
        schema = {"type": "string", "pattern": PATTERNS[name]}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    query = one.query.model_json_schema(schema_generator=_Plain)
    for name, schema in query.get("properties", {}).items():
        about = {"description": text} if (text := schema.pop("description", "")) else {}
        yield {"name": name, "in": "query", "required": False, **about, "schema": schema}


def _problems(one: Operation, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    kinds = {*_ALWAYS, *one.problems}
    if one.query is not Query or one.body is not None:
        kinds.add(Kind.WRONG_REQUEST)
    if one.body is not None:
        kinds |= {Kind.TOO_LARGE, Kind.TOO_SLOW, Kind.WRONG_TYPE}
    if one.method == "POST" or one.path == "":
        kinds.add(Kind.NOT_ALLOWED)
    if one.named:
        kinds.add(Kind.NOT_FOUND)
    content = {MEDIA_TYPE: {"schema": schemas["problem", "answers"]}}
    return {
        str(kind.status): {"description": f"{kind.title} (`{kind.type}`).", "content": content}
        for kind in sorted(kinds, key=lambda kind: kind.status)
    }


def _schemas(operations: Sequence[Operation]) -> tuple[dict[Any, Any], dict[str, Any]]:
    """The schema of every answer and body, and those that they share."""
    wanted: list[tuple[Any, Literal["validation", "serialization"], TypeAdapter[Any]]] = [
        (("problem", "answers"), "serialization", TypeAdapter(ProblemDocument))
    ]
    for one in operations:
        wanted.append(((one.id, "answers"), "serialization", TypeAdapter(one.answers)))
        if one.body is not None:
            wanted.append(((one.id, "body"), "validation", TypeAdapter(one.body)))
    found, shared = TypeAdapter.json_schemas(wanted, ref_template=_REF, schema_generator=_Plain)
    # Keyed by (key, mode); no key has two modes.
    return {key: schema for (key, _), schema in found.items()}, shared.get("$defs", {})


class _Plain(GenerateJsonSchema):
    """Fields are called what they are called: no titles made of their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False
