"""What programs are told when something is wrong: one kind of document for all (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, NotRequired

from pydantic import Field
from starlette.responses import JSONResponse
from typing_extensions import TypedDict

MEDIA_TYPE = "application/problem+json"


class Kind(Enum):
    """All that can be wrong. A name never changes its meaning: programs decide by it."""

    WRONG_REQUEST = (400, "The request is not understood")
    NOT_SIGNED_IN = (401, "A right token is wanted")
    NOT_ALLOWED = (403, "This is not allowed")
    NOT_FOUND = (404, "There is no such thing")
    WRONG_METHOD = (405, "This can't be done here")
    TOO_SLOW = (408, "The request came too slowly")
    NOT_POSSIBLE = (409, "This can't be done now")
    TOO_LARGE = (413, "The request is too large")
    WRONG_TYPE = (415, "JSON is wanted")
    TOO_MANY = (429, "There were too many requests")
    FAILED = (500, "Something went wrong here")
    UNAVAILABLE = (503, "What is asked for can't be read just now")

    @property
    def status(self) -> int:
        return self.value[0]

    @property
    def title(self) -> str:
        return self.value[1]

    @property
    def type(self) -> str:
        """Its name in every answer."""
        return f"urn:kigen:problem:{self.name.lower().replace('_', '-')}"


class Mistake(TypedDict):
    """One thing that is wrong in a request."""

    at: Annotated[str, Field(description="Where, as `query/days` or `body/dry_run`.")]
    message: str


class ProblemDocument(TypedDict):
    """What is wrong (RFC 9457)."""

    type: Annotated[str, Field(json_schema_extra={"enum": [kind.type for kind in Kind]})]
    title: str
    status: int
    detail: Annotated[str, Field(description="What happened, for people.")]
    hint: NotRequired[Annotated[str, Field(description="What to do about it, for people.")]]
    errors: NotRequired[list[Mistake]]


class Problem(Exception):
    """The request ends with this answer."""

    def __init__(
        self, kind: Kind, detail: str, *, hint: str | None = None, errors: Sequence[Mistake] = ()
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.hint, self.errors = kind, detail, hint, list(errors)

    def answer(self, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """The answer to the request."""
        document: dict[str, Any] = {
            "type": self.kind.type,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        }
        if self.hint:
            document["hint"] = self.hint
        if self.errors:
            document["errors"] = self.errors
        return JSONResponse(document, self.kind.status, headers, MEDIA_TYPE)


def kind_of(status: int) -> Kind:
    """The kind that a status stands for."""
    found = [kind for kind in Kind if kind.status == status]
    return (
        found[0] if found else (Kind.FAILED if status >= Kind.FAILED.status else Kind.WRONG_REQUEST)
    )
