"""What is said of a soak, from made-up looks."""

from __future__ import annotations

from xml.etree import ElementTree

from benchmarks.soaking.picture import nice, picture
from benchmarks.soaking.report import MB, Judged, Left, judge, lifelong, passed, text
from benchmarks.soaking.sample import Group, Life, Sample

HOURS = 2
WARM_UP = 600.0


def soak(leak: float = 0.0, more_orphans: int = 0) -> list[Sample]:
    """Looks every 15 seconds; the daemon grows by so many MB, and loses so many processes, an hour."""
    samples = []
    for number in range(HOURS * 240):
        at = number * 15.0
        serve = int((90 + leak * at / 3600) * MB)
        kinds = {
            "serve": Group(1, serve, serve, 16, 6),
            "worker": Group(2, 200 * MB, 180 * MB, 30, 8),
        }
        orphans = int(more_orphans * at / 3600)
        files = {"": (6, 4 * MB), "sessions": (10, 40_000), "evidence": (number, number * 5000)}
        samples.append(
            Sample(
                at,
                kinds,
                0,
                orphans,
                files,
                4,
                2,
                {"renewed": 9, "read_only": number},
                650_000 + int(leak * 10_000 * at / 3600),
            )
        )
    return samples


def named(judged: list[Judged], name: str) -> Judged:
    return next(one for one in judged if one.name == name)


def test_what_stays_as_it_is_passes() -> None:
    judged = judge(soak(), [], WARM_UP)
    assert passed(judged, Left(0))
    told = text(soak(), [], judged, Left(0))
    assert "2.00 hours" in told
    assert told.endswith("passed\n")
    assert "evidence" in told


def test_a_leak_is_named() -> None:
    judged = judge(soak(leak=2), [], WARM_UP)
    assert not passed(judged, Left(0))
    grown = named(judged, "serve, resident")
    assert grown.all is not None
    assert round(grown.all.per_hour, 1) == 2
    assert not grown.flat
    assert not named(judged, "serve, in use inside").flat
    assert named(judged, "worker, resident each").flat
    assert "GROWS" in str(grown)
    assert text(soak(leak=2), [], judged, Left(0)).endswith("FAILED\n")


def test_processes_that_get_lost_are_a_leak() -> None:
    judged = judge(soak(more_orphans=3), [], WARM_UP)
    assert not named(judged, "processes without a parent").flat


def test_each_thing_that_is_left_fails_it() -> None:
    judged = judge(soak(), [], WARM_UP)
    left = [
        Left(1),
        Left(0, processes=["node"]),
        Left(0, leases=["docomo"]),
        Left(0, outcomes={"": 1, "renewed": 9}),
        Left(0, scraps=["playwright-artifacts"]),
        Left(0, answers={200: 99, 500: 1}),
    ]
    assert not any(passed(judged, one) for one in left)


def test_workers_that_are_bigger_each_time_are_seen() -> None:
    """Each of them grows and is replaced; the peaks rise from one to the next."""
    lives = [Life("worker", 700.0 * n, 700.0 * n + 650, (200 + 5 * n) * MB) for n in range(12)]
    assert not named(judge(soak(), lives, WARM_UP), "worker, peaks of its lives").flat
    alike = [Life("worker", 700.0 * n, 700.0 * n + 650, (200 + n % 3) * MB) for n in range(12)]
    assert named(judge(soak(), alike, WARM_UP), "worker, peaks of its lives").flat


def test_growth_within_a_life_is_told() -> None:
    shares = [(100 + minute) * MB for minute in range(30)]
    (told,) = lifelong([Life("worker", 0.0, 1800.0, 140 * MB, shares), Life("worker", 0.0, 15.0)])
    assert (told.lives, told.minutes, told.first, told.last) == (1, 30, 104.5, 124.5)


def test_the_picture_is_well_formed_and_has_its_lines() -> None:
    line = [(0.0, 80.0), (3600.0, 95.0)]
    root = ElementTree.fromstring(picture([("MB", [("serve", line)]), ("none", [])]))  # noqa: S314  our own
    lines = list(root.iter("{http://www.w3.org/2000/svg}polyline"))
    assert len(lines) == 1
    assert len(lines[0].attrib["points"].split()) == 2


def test_a_scale_ends_where_four_parts_are_even() -> None:
    assert [nice(most) for most in (0, 0.7, 95, 610, 1000, 1001)] == [1, 0.8, 100, 800, 1000, 1200]
