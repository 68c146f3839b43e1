"""A workspace, a home and a practice portal of its own for each test, and runs in it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from runner.cli.run import Request, run_accounts
from runner.config.home import Home
from runner.config.workspace import shipped
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.sandbox import control
from runner.values.secret import Redactor
from tests.browser.processes import descendants, wait_until

LINE = "090-0000-4649"
CODES = {
    **dict.fromkeys(("read_only", "nothing_due", "renewed"), 0),
    "failed": 1,
    **dict.fromkeys(("needs_you", "rejected", "declined", "too_expensive", "payment_unknown"), 3),
    **dict.fromkeys(("maintenance", "changed", "unreachable"), 4),
    "busy": 5,
    **dict.fromkeys(("renewal_pending", "awaiting_payment"), 6),
}
KEYS = {
    "account", "flow", "outcome", "message", "hint", "step", "where", "lines", "notes", "run",
    "evidence", "seconds",
}  # fmt: skip
TRIAL_KEYS = {"bundle", "held_back"}
LINE_KEYS = {"line", "reading", "renewal", "outcome", "message", "decision"}
PAID = ["planned", "approved", "committing", "confirmed", "verified"]
"""What a renewal goes through that is paid and proved."""
COVERED = ["planned", "approved", "committing", "aborted"]
"""Something came up in the very moment of the click: nothing was sent, and the order began anew."""
COMPLETE = "/mydocomo/application/data/add/complete"
"""Where the order is completed: the request that costs money."""


def secrets(portal: str, *fields: str) -> dict[str, Any]:
    """What the owner of a practice account knows, each fetched by a command whenever it is needed."""
    return {field: {"command": ["kigen", "sandbox", "secrets", portal, field]} for field in fields}


@dataclass(frozen=True)
class Told:
    """What one run told: its exit code, its JSON object, and all that it printed."""

    code: int
    json: dict[str, Any]
    out: str
    err: str
    seconds: float

    @property
    def outcome(self) -> str:
        return str(self.json["outcome"])

    @property
    def message(self) -> str:
        return str(self.json["message"])

    @property
    def line(self) -> dict[str, Any]:
        found: dict[str, Any] = self.json["lines"][0]
        return found

    @property
    def evidence(self) -> Path:
        return Path(self.json["evidence"])


@dataclass
class World:
    """One owner's machine. `config` is what stands in config.yaml under the account's name.

    `name` is that of the account, of its flow and of its practice portal.
    """

    folder: Path
    home: Path
    environment: dict[str, str]
    top: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    before: set[int] = field(default_factory=set)
    name: str = "docomo"
    line: str = LINE

    def __post_init__(self) -> None:
        self.before = descendants(os.getpid())
        self.config = {
            "flow": "docomo",
            "at": "sandbox",
            "credentials": secrets("docomo", "id", "password"),
            "codes": [{"command": ["kigen", "sandbox", "sms", "docomo"]}],
            "lines": {LINE: None},
            "policy": {"when": "days_left <= 7 or data_left < 1 GB", "approve": "above 2000 JPY"},
            "plan": {"name": "1GB", "price": "1100 JPY"},
            "caps": {"renewal": "1500 JPY"},
        }

    def at(self, name: str, *lines: str, **config: Any) -> None:
        """Have an account with these lines at another portal. It is signed in to by the number of the
        first line and a password, unless `config` says how.
        """
        self.name, self.line = name, lines[0]
        self.config = {
            "flow": name,
            "at": "sandbox",
            "credentials": {"phone": lines[0], **secrets(name, "password")},
            "codes": [{"command": ["kigen", "sandbox", "sms", name]}],
            "lines": dict.fromkeys(lines),
            **config,
        }

    def one_line(self) -> None:
        """Have the first line alone, where the account has two."""
        self.set("lines", "1")
        self.config["lines"] = {self.line: None}

    def write(self) -> Path:
        """Write config.yaml; gives the workspace's folder."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        settings = {"timezone": "Asia/Tokyo", **self.top, "accounts": {self.name: self.config}}
        (self.folder / "config.yaml").write_text(
            yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)
        )
        return self.folder

    def hurry(self) -> None:
        """Use the flow that comes with kigen, but with little patience for what is not there."""
        flow = (shipped() / "flows" / f"{self.name}.yaml").read_text()
        name = f"flow: {self.name}\n"
        hurried = flow.replace(name, f"{name}step_time: 2 s\n", 1).replace(
            "done: {visible: receipt}", "done: {visible: receipt}, within: 4 s", 1
        )
        assert hurried.count("within: 4 s") == 1
        self.write().joinpath("flows").mkdir()
        (self.folder / "flows" / f"{self.name}.yaml").write_text(hurried)

    def request(self, **options: Any) -> Request:
        return Request(self.write(), Home(self.home), Redactor(), as_json=True, **options)

    def run(self, expected: str, **options: Any) -> Told:
        """Run the account once; its outcome is the expected one, by every way of telling it."""
        out, err, started = io.StringIO(), io.StringIO(), time.monotonic()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_accounts(self.request(**options))
        seconds = time.monotonic() - started
        told = Told(code, json.loads(out.getvalue()), out.getvalue(), err.getvalue(), seconds)
        self.check(told, expected)
        return told

    def field_test(self, expected: str) -> Told:
        """Try the account's flow, as `kigen try` does."""
        return self.run(expected, flows=(self.config["flow"],), field_test=True, read_only=True)

    def check(self, told: Told, expected: str) -> None:
        """Exit code, JSON, ledger and report tell the same; nothing is left running."""
        assert (told.outcome, told.code) == (expected, CODES[expected]), told.json
        assert set(told.json) - TRIAL_KEYS == KEYS
        assert all(set(line) == LINE_KEYS for line in told.json["lines"])
        with self.ledger() as ledger:
            run = ledger.runs.get(told.json["run"])
            held = {renewal.id: renewal for renewal in ledger.renewals.list(self.name)}
        assert (run.outcome, run.ended_at is None) == (expected, False)
        assert run.message == told.message
        outcomes = {line["outcome"] for line in told.json["lines"]}
        assert "failed" not in outcomes or expected == "failed"
        for line in told.json["lines"]:
            if line["renewal"] is not None:
                assert held[line["renewal"]["id"]].state == line["renewal"]["state"]
        assert {"report.html", "steps.json"} <= {file.name for file in told.evidence.iterdir()}
        assert {file.stat().st_mode & 0o777 for file in told.evidence.iterdir()} == {0o600}
        assert told.evidence.stat().st_mode & 0o777 == 0o700
        self.nothing_runs()

    def nothing_runs(self) -> None:
        """No browser, no driver and no portal outlives a run."""
        assert wait_until(lambda: not descendants(os.getpid()) - self.before), (
            descendants(os.getpid()) - self.before
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A run in a process of its own, as a person or cron starts it: Ctrl-C would reach its group."""
        return subprocess.Popen(
            [sys.executable, "-m", "runner", "run", "flow", self.name, "--json", *words],
            cwd=self.write(),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    @contextlib.contextmanager
    def served(self, patience: float) -> Iterator[subprocess.Popen[bytes]]:
        """`kigen serve`, meanwhile; its runs have so many seconds to end. Its log is serve.log."""
        with (self.folder / "serve.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "runner", "serve"],
                cwd=self.folder,
                env=self.environment,
                stderr=log,
            )
            try:
                yield process
            finally:
                process.terminate()
                process.wait(patience)

    # what the portal knows -----------------------------------------------------------------------

    def set(self, key: str, value: Any = None) -> None:
        control.set_(self.home, self.name, key, value)

    def fault(self, name: str, **options: Any) -> int:
        return control.fault(self.home, name, portal=self.name, **options)

    def clear(self) -> None:
        control.clear_faults(self.home)

    def hits(self) -> int:
        """How often the faults that are on have struck."""
        return sum(fault["hits"] for fault in control.faults(self.home))

    @property
    def charges(self) -> list[str]:
        """What the portal has charged: its own book, not ours."""
        return [f"{one['amount']} {one['currency']}" for one in control.charges(self.home)]

    def events(self, kind: str) -> int:
        """How often the portal saw this: signed_in, wrong_password, code_sent …"""
        return sum(event["kind"] == kind for event in control.events(self.home))

    # what the ledger knows -----------------------------------------------------------------------

    @contextlib.contextmanager
    def ledger(self) -> Iterator[Ledger]:
        with Ledger.open(Home(self.home).ledger) as ledger:
            yield ledger

    def renewals(self) -> list[Renewal]:
        """Oldest first."""
        with self.ledger() as ledger:
            return ledger.renewals.list(self.name, self.line)[::-1]

    def moves(self) -> list[list[str]]:
        """The states that each renewal went through, the oldest renewal first."""
        with self.ledger() as ledger:
            return [
                [move.to_state.value for move in ledger.renewals.moves(renewal.id)]
                for renewal in ledger.renewals.list(self.name, self.line)[::-1]
            ]

    def paid_once(self, price: str) -> None:
        """The portal has charged the line once and nothing else; the ledger has that, with its proof."""
        (charge,) = control.charges(self.home)
        assert (charge["portal"], charge["line"], self.charges) == (self.name, self.line, [price])
        assert [renewal.reference for renewal in self.renewals()] == [charge["reference"]]
        assert self.moves() == [PAID]

    def has_enough(self) -> None:
        """The next run finds nothing due, by the session of the one before, and pays nothing."""
        charged = self.charges
        told = self.run("nothing_due")
        assert told.json["notes"] == ["the session still held"]
        assert self.charges == charged

    def readings(self) -> int:
        with self.ledger() as ledger:
            start = ledger.runs.list(self.name)[-1].started_at
            return len(ledger.readings.series(self.name, self.line, since=start))

    def outcomes(self) -> list[str | None]:
        """Of all runs, oldest first."""
        with self.ledger() as ledger:
            return [run.outcome for run in ledger.runs.list(self.name)[::-1]]

    def wait_for(self, what: Callable[[], bool]) -> None:
        assert wait_until(what)
