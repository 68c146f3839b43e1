"""JSON Schemas of the files that people write, for editors to complete and check as they type."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import WithDefaultSchema

from runner.flow.scalars import Wait

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


class _AsWritten(GenerateJsonSchema):
    """Defaults are written as in the file (`90 days`), since editors put them there."""

    def default_schema(self, schema: WithDefaultSchema) -> dict[str, Any]:
        found = super().default_schema(schema)
        default, inner = schema.get("default"), dict(schema["schema"])
        while "serialization" not in inner and "schema" in inner:
            inner = inner["schema"]  # behind the validators of the field
        write = str if isinstance(default, Wait) else inner.get("serialization", {}).get("function")
        if write is not None and default is not None:
            found["default"] = write(default)
        return found


def json_schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """The schema of one kind of file."""
    made = model.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    return {"$schema": _DRAFT, **made, "title": title}
