"""Where a soak takes place: a home, a workspace of practice accounts, their portals, and a folder for scraps."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

from runner.sandbox import control

ROOT = Path(__file__).parents[2]
INSIDE = Path(__file__).parent / "inside"
"""Holds what Python runs at the start of each process."""
OTHERS: dict[str, dict[str, Any]] = {
    "iijmio": {
        "credentials": ["id", "password"],
        "lines": ["080-0000-4401", "090-0000-4402"],
        "plan": {"name": "2GB", "price": "440 JPY"},
    },
    "mineo": {
        "credentials": ["id", "password"],
        "codes": ["mineo"],
        "lines": ["080-0000-3701", "090-0000-3702"],
        "plan": {"name": "1000MB", "price": "550 JPY"},
    },
    "rakuten-mobile": {
        "credentials": ["id", "password"],
        "lines": ["080-0000-7701", "090-0000-7702"],
        "plan": {"name": "1GB", "price": "500 JPY"},
    },
}
"""Practice accounts beside those of the demonstration's config.yaml."""
EVERY_MINUTE = {"cron": "* * * * *"}
STIRRED = ("docomo", "softbank", "iijmio", "softbank-prepaid", "mineo", "au", "povo", "linemo")
"""The portals that end their sessions in turn, so that runs sign in, with a code where one is asked for."""
RENEWED = "docomo"
"""The portal whose line becomes due again."""
DROPPED = ("ymobile", "rakuten-mobile")
"""The portals that break off connections, in turn: what goes wrong must leave nothing, either."""


class Place:
    """A machine of its own: nothing in it is older than the soak."""

    def __init__(self, folder: Path) -> None:
        self.home, self.workspace = folder / "home", folder / "workspace"
        self.scraps, self.logs = folder / "tmp", folder / "logs"
        for one in (self.home, self.workspace, self.scraps, self.logs):
            one.mkdir(mode=0o700, parents=True)
        self.blocks = self.logs / "blocks"
        """Where `serve` tells how many blocks of memory it has in use."""
        self.environment = {
            **os.environ,
            "KIGEN_HOME": str(self.home),
            "KIGEN_WORKSPACE": str(self.workspace),
            "TMPDIR": str(self.scraps),
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(INSIDE), os.environ.get("PYTHONPATH")])
            ),
            "KIGEN_SOAK_BLOCKS": str(self.blocks),
        }
        self._write()
        self._stirs = cycle(STIRRED)
        self._drops = cycle(DROPPED)

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.home / "ledger.db"

    @contextmanager
    def portals(self) -> Iterator[int]:
        """The practice portals, served meanwhile by a process of their own; gives its number."""
        with self._begun("sandbox", "serve") as process:
            yield process.pid
            process.terminate()
            process.wait(30)

    @contextmanager
    def served(self) -> Iterator[subprocess.Popen[bytes]]:
        """The daemon. Whatever happens, it does not outlive the block."""
        with self._begun("serve") as process:
            yield process

    def stir(self, minute: int) -> None:
        """Do what providers do: every minute end a session, at times lower a line's data, or fail."""
        control.set_(self.home, next(self._stirs), "sign_out")
        if minute % 3 == 0:
            control.set_(self.home, RENEWED, "due")
        if minute % 15 == 7:
            control.fault(self.home, "drop", portal=next(self._drops), count="3")

    @contextmanager
    def _begun(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.logs / f"{words[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "runner", *words],
                cwd=self.workspace,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the soak, which ends them in order
            )
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()

    def _write(self) -> None:
        """config.yaml: the demonstration's accounts and others, all of them every minute."""
        known = yaml.safe_load((ROOT / "config.yaml").read_text())["accounts"]
        accounts = {name: self._known(one) for name, one in known.items()}
        accounts |= {name: self._other(name, one) for name, one in OTHERS.items()}
        settings = {
            "timezone": "Asia/Tokyo",
            "browser": {"parallel": 2},
            "dashboard": {"listen": "127.0.0.1:0"},  # its usual port may be in use
            "evidence": {"keep": "90 days", "at_most": "1 GB", "trace": "on_failure"},
            "accounts": accounts,
        }
        written = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)
        (self.workspace / "config.yaml").write_text(written)

    def _known(self, account: dict[str, Any]) -> dict[str, Any]:
        credentials = {
            field: self._secret(*one["command"][-2:]) if isinstance(one, dict) else one
            for field, one in account["credentials"].items()
        }
        codes = [_source(*one["command"][-2:]) for one in account.get("codes", [])]
        caps = {"caps": {"month": "90000 JPY"}} if "policy" in account else {}
        return account | caps | {
            "credentials": credentials,
            "codes": codes,
            "schedule": EVERY_MINUTE,
        }  # fmt: skip

    def _other(self, name: str, account: dict[str, Any]) -> dict[str, Any]:
        return {
            "flow": name,
            "at": "sandbox",
            "credentials": {field: self._secret(name, field) for field in account["credentials"]},
            "codes": [_source("sms", portal) for portal in account.get("codes", [])],
            "lines": dict.fromkeys(account["lines"]),
            "policy": {"when": "data_left < 0.5 GB"},
            "plan": account["plan"],
            "caps": {"month": "90000 JPY"},
            "schedule": EVERY_MINUTE,
        }

    def _secret(self, portal: str, field: str) -> str:
        """A reference to what the account's owner knows, which the daemon finds in its environment."""
        name = f"SOAK_{portal}_{field}".upper().replace("-", "_")
        self.environment[name] = control.secrets(self.home, portal)[field]
        return f"env:{name}"


def _source(kind: str, portal: str) -> dict[str, list[str]]:
    return {"command": [sys.executable, "-m", "runner", "sandbox", kind, portal]}
