"""The reference of all steps, made from their own docstrings and fields: `docs/steps.md`."""

from __future__ import annotations

import inspect
from typing import Any

from pydantic import BaseModel

from runner.flow.steps import STEPS


def reference() -> str:
    """The page as Markdown. `python -m runner.flow.reference > docs/steps.md` renews it."""
    pages = [
        "# Steps\n\nA step is a map whose one key names it. Beside that key it may carry `evidence` "
        "(code, doc, blog or memory: where the fact behind it comes from) and a `note`. Everything else in a "
        "flow is on [another page](files.md#a-flow).\n"
    ]
    for kind in sorted(STEPS):
        step = STEPS[kind]
        text = inspect.cleandoc(step.__doc__ or "").replace("\nExample: ", "\n\nExample: ")
        pages.append(f"## {kind}\n\n*{step.effect}* — {text}\n{_fields(step, kind)}")
    return "\n".join(pages)


def _fields(step: type[BaseModel], kind: str) -> str:
    """A table of the keys behind a step's own, where it has any."""
    schema: dict[str, Any] = step.model_json_schema(by_alias=True)
    definitions = schema.get("$defs", {})
    own = _object(schema, definitions) or {}
    found = _object(own["properties"][kind], definitions)
    if found is None:
        return ""
    required = found.get("required", [])
    rows = [
        f"| `{name}` | {'yes' if name in required else ''} | {meaning(field)} |"
        for name, field in found["properties"].items()
        if name not in ("evidence", "note")
    ]
    return "\n| key | needed | meaning |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"


def meaning(field: dict[str, Any]) -> str:
    """What a key of a JSON Schema means, and its words where only some may stand there."""
    told = str(field.get("description", ""))
    kinds = [one for one in field.get("anyOf", [field]) if one.get("type") != "null"]
    options = kinds[0].get("enum", ()) if len(kinds) == 1 else ()
    return f"{told} One of {', '.join(f'`{one}`' for one in options)}." if options else told


def _object(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any] | None:
    """The object among what a key may hold; None where it holds no keys of its own."""
    if "$ref" in schema:
        return _object(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    if "properties" in schema:
        return schema
    for option in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        if (found := _object(option, definitions)) is not None:
            return found
    extra = schema.get("additionalProperties")
    return _object(extra, definitions) if isinstance(extra, dict) else None


if __name__ == "__main__":
    print(reference(), end="")
