"""What a soak found: whether memory is flat, what was left over, and whether that is good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from .sample import Life, Sample, series
from .trend import Trend, smooth_trend, trend

WARM_UP = 600.0
"""Seconds that are not judged: everything is loaded, and every account has been played, in them."""
NEGLIGIBLE = 0.5
"""MB in an hour: with 500 runs an hour, a kilobyte for each."""
FEW_BLOCKS = 5000.0
"""The same in blocks of memory, which have some hundred bytes."""
LONG = 120.0
"""Seconds from which on a process is one that is kept, and not one of a single run."""
MB = 1024 * 1024
SCRAPS = frozenset({"cache", "refusals", "sessions", "devices", "sandbox"})
"""Folders of a home that hold one thing for each account, however many runs there are."""


@dataclass
class Left:
    """What was there after the daemon had ended, and should not be."""

    exit_code: int
    processes: list[str] = field(default_factory=list)
    leases: list[str] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    scraps: list[str] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    """How often the dashboard answered how; 0: not at all."""

    @property
    def without_outcome(self) -> int:
        """Runs that began and never ended."""
        return self.outcomes.get("", 0)

    @property
    def runs(self) -> int:
        """Runs that ended, with an outcome."""
        return sum(self.outcomes.values()) - self.without_outcome

    @property
    def nothing(self) -> bool:
        """All is as it should be."""
        return set(self.answers) <= {200} and not (
            self.exit_code or self.processes or self.leases or self.without_outcome or self.scraps
        )


@dataclass(frozen=True)
class Judged:
    """One measure over time. `allowed`: growth in an hour below which it does not matter."""

    name: str
    unit: str
    all: Trend | None
    second_half: Trend | None
    allowed: float

    @property
    def flat(self) -> bool | None:
        """None: nothing can be said."""
        return None if self.all is None else self.all.flat(self.allowed)

    def __str__(self) -> str:
        if self.all is None:
            return f"{self.name:34} too few samples to say"
        whole = self.all
        word = "flat" if self.flat else "GROWS"
        half = (
            f"; second half {self.second_half.per_hour:+.2f} "
            f"({self.second_half.low:+.2f} … {self.second_half.high:+.2f})"
            if self.second_half
            else ""
        )
        return (
            f"{self.name:34} {word:5}  {whole.middle:8.1f} {self.unit}, "
            f"{whole.per_hour:+.2f} an hour ({whole.low:+.2f} … {whole.high:+.2f}){half}"
        )


def judge(samples: Sequence[Sample], lives: Sequence[Life], warm_up: float) -> list[Judged]:
    """Every measure that must not grow."""
    warm = [one for one in samples if one.at >= warm_up]
    return [*_kept(warm), *_recycled(warm, lives, warm_up), *_counts(warm)]


def _kept(warm: Sequence[Sample]) -> Iterator[Judged]:
    """The daemon itself, and all that belongs to it."""
    # Not the share of each (PSS): that grows when another program ends that has the same files loaded.
    yield _judged("serve, resident", "MB", _scaled(series(warm, "serve", "resident")), NEGLIGIBLE)
    inside = [(one.at, one.blocks) for one in warm if one.blocks is not None]
    yield _judged("serve, in use inside", "blocks", inside, FEW_BLOCKS)
    yield _judged("all processes, resident", "MB", _scaled([(s.at, s.resident) for s in warm]))
    for what in ("files", "threads"):
        yield _judged(f"serve, {what}", "", series(warm, "serve", what), 1.0)


def _recycled(warm: Sequence[Sample], lives: Sequence[Life], warm_up: float) -> Iterator[Judged]:
    """Processes that are replaced by others: the peaks of one after the other."""
    for kind in ("worker", "driver", "browser", "page"):
        each = [
            (one.at, one.kinds[kind].resident / one.kinds[kind].processes)
            for one in warm
            if kind in one.kinds
        ]
        if each:
            yield _judged(f"{kind}, resident each", "MB", _scaled(each), NEGLIGIBLE)
        kept = [one for one in lives if one.kind == kind and one.until - one.since >= LONG]
        peaks = [(one.since, one.peak / MB) for one in kept if one.since >= warm_up]
        if peaks:
            yield Judged(f"{kind}, peaks of its lives", "MB", trend(peaks), None, NEGLIGIBLE)


def _counts(warm: Sequence[Sample]) -> Iterator[Judged]:
    """What may be many or few, but not more and more."""
    for kind in ("worker", "driver", "browser", "page", "browser part", "code source", "other"):
        found = [(s.at, s.kinds[kind].processes if kind in s.kinds else 0) for s in warm]
        if any(number for _, number in found):
            yield _judged(f"{kind}, number", "", found, 1.0)
    yield _judged("processes nobody asks for", "", [(s.at, s.ended) for s in warm], 1.0)
    yield _judged("processes without a parent", "", [(s.at, s.orphans) for s in warm], 1.0)
    yield _judged("entries in the temporary folder", "", [(s.at, s.scraps) for s in warm], 1.0)
    for folder in sorted({name for sample in warm for name in sample.folders} & SCRAPS):
        found = [(s.at, s.folders.get(folder, (0, 0))[0]) for s in warm]
        yield _judged(f"files in {folder}/", "", found, 1.0)


def _judged(
    name: str, unit: str, points: Sequence[tuple[float, float]], allowed: float = 0.0
) -> Judged:
    half = points[len(points) // 2 :]
    return Judged(name, unit, smooth_trend(points), smooth_trend(half), allowed)


def _scaled(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(at, value / MB) for at, value in points]


@dataclass(frozen=True)
class Lifelong:
    """How processes of a kind grow from their beginning to their end: medians over their lives."""

    kind: str
    lives: int
    minutes: float
    first: float
    last: float

    def __str__(self) -> str:
        return (
            f"  {self.kind:10} {self.lives:4} lives of {self.minutes:.0f} minutes: "
            f"{self.first:.1f} MB in their first third, {self.last:.1f} MB in their last"
        )


def lifelong(lives: Sequence[Life]) -> list[Lifelong]:
    """What is given back when one takes the place of another; it is not judged."""
    found = []
    for kind in ("worker", "driver", "browser"):
        kept = [one for one in lives if one.kind == kind and one.until - one.since >= LONG]
        thirds = [(one.shared, max(len(one.shared) // 3, 1)) for one in kept]
        if kept:
            found.append(
                Lifelong(
                    kind,
                    len(kept),
                    median((one.until - one.since) / 60 for one in kept),
                    median(median(shared[:third]) / MB for shared, third in thirds),
                    median(median(shared[-third:]) / MB for shared, third in thirds),
                )
            )
    return found


def passed(judged: Sequence[Judged], left: Left) -> bool:
    """Everything is flat, and nothing is left."""
    return left.nothing and all(one.flat is not False for one in judged)


def text(
    samples: Sequence[Sample], lives: Sequence[Life], judged: Sequence[Judged], left: Left
) -> str:
    """The report for people."""
    first, last = samples[0], samples[-1]
    runs = max(left.runs, 1)
    ended = ", ".join(f"{name} {number}" for name, number in sorted(left.outcomes.items()) if name)
    grown = "".join(
        f"  {name or '(files beside them)':22} {files:6} files, {size / MB:8.1f} MB; "
        f"{(files - first.folders.get(name, (0, 0))[0]) / runs:.2f} files a run\n"
        for name, (files, size) in last.folders.items()
    )
    return (
        f"{last.at / 3600:.2f} hours, {left.runs} runs, {len(samples)} samples\n"
        f"outcomes: {ended}\n\n"
        + "\n".join(str(one) for one in judged)
        + "\n\nprocesses that others take the place of:\n"
        + "\n".join(str(one) for one in lifelong(lives))
        + f"\n\nthe home, at the end:\n{grown}\n"
        f"exit code of serve: {left.exit_code}\n"
        f"processes left: {_listed(left.processes)}\n"
        f"accounts still held: {_listed(left.leases)}\n"
        f"runs without an outcome: {left.without_outcome}\n"
        f"temporary files left: {_listed(left.scraps)}\n"
        f"answers of the dashboard: {left.answers}\n"
        f"\n{'passed' if passed(judged, left) else 'FAILED'}\n"
    )


def as_json(
    samples: Sequence[Sample], lives: Sequence[Life], judged: Sequence[Judged], left: Left
) -> dict[str, Any]:
    """The same for programs, with every sample."""
    return {
        "passed": passed(judged, left),
        "hours": samples[-1].at / 3600,
        "runs": left.runs,
        "judged": [{"flat": one.flat, **asdict(one)} for one in judged],
        "lifelong": [asdict(one) for one in lifelong(lives)],
        "left": asdict(left),
        "samples": [one.json() for one in samples],
        "lives": [asdict(one) for one in lives],
    }


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
