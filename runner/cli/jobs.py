"""What `kigen serve` and its workers say to each other: one JSON object a line, in both directions."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from runner.flow.source import Texts


@dataclass(frozen=True)
class Job:
    """A run that is asked for. `due`: only if the account's time has come, by the ledger's word.

    `texts`: what the workspace's files said, as `Workspace.texts` has it; the run goes by them.
    """

    workspace: str
    account: str
    texts: Texts = field(repr=False)
    due: bool = True
    dry_run: bool = False
    read_only: bool = False

    def line(self) -> bytes:
        return _line(asdict(self))

    @classmethod
    def of(cls, line: bytes) -> Self:
        """Raises ValueError and TypeError where this is no job."""
        return cls(**json.loads(line))


@dataclass(frozen=True)
class Answer:
    """How it ended: the exit code of `kigen run`, and what its `--json` prints.

    `memory`: bytes that the worker takes, with its driver and its browsers. `runs`: so many it has
    played. `last`: it plays no more, and ends.
    """

    code: int
    found: Any
    memory: int | None
    runs: int
    last: bool

    def line(self) -> bytes:
        return _line(asdict(self))

    @classmethod
    def of(cls, line: bytes) -> Self:
        """Raises ValueError and TypeError where this is no answer."""
        return cls(**json.loads(line))

    @property
    def told(self) -> str:
        """The outcome of each run, in a line."""
        results = self.found if isinstance(self.found, list) else [self.found]
        return ", ".join(f"{one['outcome']}: {one['message']}" for one in results)


BEGUN = b'{"begun": true}\n'
"""A worker has taken a job. Where it ended before that, another one can have it."""


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"
