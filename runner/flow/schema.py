"""JSON Schemas of the files that people write, for editors to complete and check as they type."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """The schema of one kind of file."""
    return {"$schema": _DRAFT, **model.model_json_schema(by_alias=True), "title": title}
