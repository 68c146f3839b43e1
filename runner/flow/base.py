"""What all parts of the language share: strict models, and steps that are maps of one key."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

Effect = Literal["read", "write", "spend"]
"""What a step may do at the provider: look, change something, or spend money."""

Grade = Literal["code", "doc", "blog", "memory"]
"""Where a fact about a portal comes from: public code, its own pages, third parties, or memory alone."""


class Part(BaseModel):
    """A piece of a flow: unknown keys are mistakes, and nothing changes after it was read."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        arbitrary_types_allowed=True,
        defer_build=True,  # a validator is made for what is read, not for each of its parts
    )


class Args(Part):
    """What stands behind a step's key. `short` is the key that a bare value stands for."""

    short: ClassVar[str | None] = None

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: Any) -> Any:
        if cls.short is None or isinstance(value, cls | dict):
            return value
        return {cls.short: value}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        long = handler(schema)
        if cls.short is None:
            return long
        properties = handler.resolve_ref_schema(long)["properties"]
        return {"anyOf": [properties[cls.short], long]}


class Step(Part):
    """One thing to do: a map whose one key names it. `evidence` grades the fact behind it."""

    kind: ClassVar[str]
    effect: ClassVar[Effect] = "read"

    evidence: Grade | None = None
    note: str | None = None

    @property
    def args(self) -> Any:
        """What stands behind the step's key."""
        return getattr(self, self.field())

    @classmethod
    def field(cls) -> str:
        """The name of the field that holds the arguments (Python words get an underscore)."""
        return next(
            name for name, field in cls.model_fields.items() if (field.alias or name) == cls.kind
        )

    def parts(self) -> tuple[tuple[str, list[Any]], ...]:
        """The lists of steps inside this one, by their key."""
        return ()


GRADES: tuple[str, ...] = get_args(Grade)

__all__ = ["GRADES", "Args", "Effect", "Grade", "Part", "Self", "Step"]
