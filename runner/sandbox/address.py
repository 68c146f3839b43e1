"""Where a sandbox is reached."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """The port on 127.0.0.1, the pin of its certificate, and every host it answers for."""

    port: int
    pin: str
    hosts: tuple[str, ...]

    def dump(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Address:
        """From `dump`; raises ValueError for anything else."""
        try:
            found = json.loads(text)
            return cls(int(found["port"]), str(found["pin"]), tuple(found["hosts"]))
        except (KeyError, TypeError) as error:
            raise ValueError("not the address of a sandbox") from error
