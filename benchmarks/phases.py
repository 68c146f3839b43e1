"""`kigen` with a stopwatch: plays the words that it is given, and tells when each part began and ended.

python benchmarks/phases.py MARKS_FILE run flow docomo --read-only

The marks are seconds since the epoch, as a JSON list of [part, began, ended] in MARKS_FILE.
Functions are wrapped as their modules are imported, so that the order of imports stays as it is.
"""

from __future__ import annotations

import time

BEGAN = time.time()

import functools  # noqa: E402  the clock starts before anything is imported
import importlib.abc  # noqa: E402
import importlib.util  # noqa: E402
import inspect  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

WATCHED = {
    "runner.browser.early": {"EarlyDriver.begin": "driver begun"},
    "runner.browser.launch": {"start_driver": "driver answers", "launch": "browser launch"},
    "runner.cli.wiring": {
        "Wiring._fetch": "credentials",
        "Wiring.deliver": "deliver",
        "Wiring.tidy": "tidy",
    },
    "runner.config.workspace": {"Workspace.open": "config"},
    "runner.ledger.ledger": {"Ledger.open": "ledger open"},
    "runner.page.player": {"Player.sign_in": "login", "Player.phase": "read"},
    "runner.renewal.run": {"_close": "report and ledger", "run_account": "whole run"},
    "runner.renewal.lines": {"LineRun.play": "line"},
    "runner.cli.browsers": {"_close": "browser close"},
    "runner.cli.run": {"_stop_driver": "driver stop", "_Command._run": "work"},
}
marks: list[tuple[str, float, float]] = []


class Watch(importlib.abc.MetaPathFinder):
    """Wraps what is watched in a module as soon as the module is there."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """The module's own spec; its functions are wrapped after it ran."""
        if name not in WATCHED:
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        assert spec is not None
        assert spec.loader is not None
        run = spec.loader.exec_module

        def run_and_wrap(module: Any) -> None:
            run(module)
            for where, part in WATCHED[name].items():
                *outer, last = where.split(".")
                owner = functools.reduce(getattr, outer, module)
                found = inspect.getattr_static(owner, last)
                if isinstance(found, classmethod):
                    setattr(owner, last, classmethod(timed(found.__func__, part)))
                else:
                    setattr(owner, last, timed(found, part))

        spec.loader.exec_module = run_and_wrap  # type: ignore[method-assign]
        return spec


def timed(function: Callable[..., Any], part: str) -> Callable[..., Any]:
    """The function, noting when it began and ended."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def later(*args: Any, **named: Any) -> Any:
            began = time.time()
            try:
                return await function(*args, **named)
            finally:
                marks.append((part, began, time.time()))

        return later

    @functools.wraps(function)
    def now(*args: Any, **named: Any) -> Any:
        began = time.time()
        try:
            return function(*args, **named)
        finally:
            marks.append((part, began, time.time()))

    return now


def main() -> int:
    """Play, and write the marks."""
    sys.meta_path.insert(0, Watch())
    from runner.cli.main import main as kigen

    code = kigen(sys.argv[2:])
    marks.append(("python", BEGAN, time.time()))
    Path(sys.argv[1]).write_text(json.dumps(marks))
    return code


sys.exit(main())
