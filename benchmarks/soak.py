"""The soak: `kigen serve` plays practice accounts for hours; memory must stay flat, and nothing may be left.

python benchmarks/soak.py [--hours 2] [--runs 1000] [--at-most HOURS] [--home DIR] [--out soak.json]

Every minute somebody reads the dashboard. It ends when so many hours are over and so many runs are done, or
at Ctrl-C, and reports in any case. The report is printed, and written as JSON with every sample; beside it
goes a picture (.svg). Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from soaking.picture import picture
from soaking.place import Place
from soaking.processes import adopt_orphans
from soaking.reader import Reader
from soaking.report import MB, WARM_UP, Left, as_json, judge, passed, text
from soaking.sample import Sample, Samples, held, outcomes, series

from runner.sandbox.start import find

EVERY = 15.0
"""Seconds from one look to the next."""
FAREWELL = 420.0
"""Seconds in which the daemon's last runs end, on a machine with other work to do."""
SETTLE = 15.0
"""Seconds in which what the daemon has left may still end."""


def main() -> int:
    """Soak, report, and say by the exit code whether all was well."""
    given = _arguments()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    adopt_orphans()
    with ExitStack() as stack:
        folder = given.home
        if folder is None:
            temporary = tempfile.TemporaryDirectory(prefix="kigen-soak-")
            folder = Path(stack.enter_context(temporary))
        place = Place(folder)
        portals = stack.enter_context(place.portals())
        _wait(lambda: find(place.home) is not None, 60)
        with place.served() as serve:
            samples = Samples(place, serve.pid, portals, os.getpid())
            reader = _reader(place)
            _soak(samples, place, serve, reader, given, stopped)
            left = _end(samples, place, serve)
            left.answers = dict(reader.answers)
        return _report(samples, left, given.out, given.warm_up * 60)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=2.0, help="so long at least")
    parser.add_argument("--runs", type=int, default=1000, help="so many runs at least")
    parser.add_argument("--at-most", type=float, metavar="HOURS", help="end then in any case")
    parser.add_argument("--warm-up", type=float, default=WARM_UP / 60, metavar="MINUTES")
    parser.add_argument("--home", type=Path, help="an empty folder to work in, which is kept")
    parser.add_argument("--out", type=Path, default=Path("soak.json"))
    return parser.parse_args()


def _soak(
    samples: Samples,
    place: Place,
    serve: subprocess.Popen[bytes],
    reader: Reader,
    given: argparse.Namespace,
    stopped: threading.Event,
) -> None:
    """Look every few seconds until it is enough, or until the daemon ends by itself."""
    began, minute = time.monotonic(), 0
    while not stopped.wait(max(began + len(samples.taken) * EVERY - time.monotonic(), 0)):
        at = time.monotonic() - began
        if serve.poll() is not None:
            print(f"serve ended by itself after {at:.0f} s", file=sys.stderr)
            return
        sample = samples.take(at)
        enough = at >= given.hours * 3600 and sample.runs >= given.runs
        if enough or (given.at_most and at >= given.at_most * 3600):
            return
        if at >= minute * 60:
            print(_progress(sample), file=sys.stderr, flush=True)
            reader.read()
            if minute:
                place.stir(minute)
            minute += 1


def _end(samples: Samples, place: Place, serve: subprocess.Popen[bytes]) -> Left:
    """Tell the daemon to stop, and look at what is left."""
    serve.terminate()
    try:
        left = Left(serve.wait(FAREWELL))
    except subprocess.TimeoutExpired:
        left = Left(-1)
    _wait(lambda: not [one for one in samples.tree() if not one.ended], SETTLE)
    left.processes = [" ".join(one.words)[:120] for one in samples.tree() if not one.ended]
    left.leases = held(place.ledger)
    left.outcomes = outcomes(place.ledger)
    left.scraps = [path.name for path in place.scraps.iterdir()]
    left.scraps += [str(folder) for folder in samples.in_memory if folder.exists()]
    return left


def _report(samples: Samples, left: Left, out: Path, warm_up: float) -> int:
    taken, lives = samples.taken, list(samples.lives.values())
    judged = judge(taken, lives, warm_up)
    print(text(taken, lives, judged, left), flush=True)
    out.write_text(json.dumps(as_json(taken, lives, judged, left), indent=1) + "\n")
    out.with_suffix(".svg").write_text(_picture(taken))
    return 0 if passed(judged, left) else 1


def _picture(taken: Sequence[Sample]) -> str:
    def line(kind: str) -> list[tuple[float, float]]:
        return [(at, value / MB) for at, value in series(taken, kind, "resident")]

    whole = [(one.at, one.resident / MB) for one in taken]
    return picture(
        [
            ("serve, resident, MB", [("", line("serve"))]),
            ("serve and all below it, resident, MB",
             [("all", whole), ("workers", line("worker")), ("drivers", line("driver"))]),
            ("runs that have ended", [("", [(one.at, float(one.runs)) for one in taken])]),
        ]
    )  # fmt: skip


def _progress(sample: Sample) -> str:
    serve = sample.kinds.get("serve")
    return (
        f"{sample.at / 60:6.1f} min  {sample.runs:5} runs  "
        f"serve {serve.resident / MB if serve else 0:6.1f} MB, {serve.files if serve else 0} files; "
        f"all {sample.shared / MB:7.1f} MB in "
        f"{sum(group.processes for group in sample.kinds.values())} processes; "
        f"{sample.ended} ended, {sample.orphans} orphans, {sample.scraps} scraps  {sample.outcomes}"
    )


def _reader(place: Place) -> Reader:
    """Somebody who has signed in, as soon as that can be done."""
    found: list[Reader] = []

    def begun() -> bool:
        with suppress(ValueError):
            found.append(Reader(place))
        return bool(found)

    _wait(begun, 60)
    return found[0] if found else Reader(place)


def _wait(what: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.2)
    return what()


if __name__ == "__main__":
    sys.exit(main())
