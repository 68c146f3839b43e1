"""`/metrics`: true figures under names that Prometheus' own rules allow, and nobody's phone number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse
from prometheus_client.registry import Collector

from runner.config.live import Settings
from runner.config.model import Caps, Line
from runner.ledger.records import OUTCOMES
from runner.views.names import line_names, masked
from runner.web.desk import Desk
from runner.web.metrics import openmetrics_wanted, registry_of
from runner.web.metrics_families import RUNNING, WAITING, Figures, families
from tests.schedule.lines import account, flow, known, read
from tests.web.desks import NoRuns
from tests.web.filled import CANARY, NOW, YEN, filled

DOCS = Path(__file__).parents[2] / "docs"
GRAFANA = DOCS / "grafana"
PAGE = (DOCS / "monitoring.md").read_text()


class Fixed(Collector):
    """Figures that are measured already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with filled(tmp_path_factory.mktemp("metrics")) as desk:
        yield replace(desk, runs=NoRuns(("kiosk",)))


@pytest.fixture(scope="module")
def text(desk: Desk) -> str:
    return generate_latest(registry_of(desk)).decode()


@pytest.fixture(scope="module")
def found(text: str) -> dict[str, Metric]:
    return {metric.name: metric for metric in parse(text)}


def value(found: dict[str, Metric], name: str, **labels: str) -> float:
    """The one sample of this name with these labels."""
    samples = [one for family in found.values() for one in family.samples if one.name == name]
    (sample,) = [one for one in samples if labels.items() <= one.labels.items()]
    return sample.value


def test_lines(found: dict[str, Metric]) -> None:
    grandmother = {"account": "phone", "line": "祖母の電話"}
    assert value(found, "kigen_line_days_left", **grandmother) == 3
    # The whole 24th of November counts, in Tokyo.
    end = datetime(2026, 11, 24, 15, 0, tzinfo=UTC).timestamp()
    assert value(found, "kigen_line_expiry_timestamp_seconds", **grandmother) == end
    assert value(found, "kigen_line_balance", currency="JPY", line="•••3777") == 12.5
    assert value(found, "kigen_line_data_left_bytes", **grandmother) == 3 * 1024**3
    assert value(found, "kigen_line_data_left_bytes", account="travel") == float("inf")
    assert value(found, "kigen_line_read_timestamp_seconds", **grandmother) < NOW.timestamp()
    assert value(found, "kigen_line_paused", **grandmother) == 0
    assert value(found, "kigen_line_paused", line="•••3777", account="phone") == 1
    assert not [one for one in found["kigen_line_days_left"].samples if "kiosk" in str(one.labels)]


def test_accounts(found: dict[str, Metric]) -> None:
    assert value(found, "kigen_account_last_run_outcome", account="travel", outcome="unreachable")
    began = value(found, "kigen_account_last_run_timestamp_seconds", account="travel")
    due = value(found, "kigen_account_next_run_timestamp_seconds", account="travel")
    assert value(found, "kigen_account_overdue_seconds", account="travel") == NOW.timestamp() - due
    assert began < due < NOW.timestamp()
    assert value(found, "kigen_account_overdue_seconds", account="phone") == 0
    # It was never run, and is being played now.
    assert value(found, "kigen_account_next_run_timestamp_seconds", account="kiosk")
    assert value(found, "kigen_account_overdue_seconds", account="kiosk") == 0
    assert value(found, "kigen_runs_playing") == 1


def test_what_happened_is_counted_from_the_ledger(found: dict[str, Metric]) -> None:
    assert value(found, "kigen_runs_total", account="phone", outcome="nothing_due") == 4
    assert value(found, "kigen_runs_total", account="travel", outcome="unreachable") == 1
    took = {"flow": "airalo"}
    assert value(found, "kigen_run_duration_seconds_count", **took) == 2
    assert value(found, "kigen_run_duration_seconds_sum", **took) == 90
    assert value(found, "kigen_run_duration_seconds_bucket", le="60.0", **took) == 1
    assert value(found, "kigen_run_duration_seconds_bucket", le="+Inf", **took) == 2
    assert value(found, "kigen_spent_total", account="phone", currency="JPY") == 3000
    assert value(found, "kigen_renewals", state="verified") == 1
    assert value(found, "kigen_renewals", state="unknown") == 0
    assert value(found, "kigen_letters", state="given_up") == 1
    assert value(found, "kigen_inbox_items", kind="approvals") == 1
    assert value(found, "kigen_inbox_items", kind="letters") == 1
    assert value(found, "kigen_inbox_items", kind="codes") == 0


def test_what_may_happen_is_0_until_it_does(found: dict[str, Metric]) -> None:
    """Prometheus takes no account of the first sample of a counter: the first payment would be lost."""
    assert value(found, "kigen_runs_total", account="kiosk", outcome="failed") == 0
    assert value(found, "kigen_runs_total", account="phone", outcome="declined") == 0
    assert value(found, "kigen_run_duration_seconds_count", flow="manual") == 0
    site = (account("softbank-prepaid", "days_left <= 7"), flow("softbank-prepaid", "Asia/Tokyo"))
    figures = Figures(NOW, ZoneInfo("UTC"), [site], {}, {}, [], (), [], {}, {}, {}, {}, (), None)
    told = {metric.name: metric for metric in families(figures)}
    assert value(told, "kigen_spent_total", account="softbank-prepaid", currency="JPY") == 0


def test_wrong_settings_are_told_by_how_long_they_are_so(desk: Desk) -> None:
    began = NOW - timedelta(minutes=15)
    config = desk.workspace.folder / "config.yaml"
    desk, good = replace(desk, settings=Settings(desk.workspace, lambda: began)), config.read_text()
    seen = []
    for text in ("accounts: [", good):
        config.write_text(text)
        desk.settings.refresh()
        found = {one.name: one for one in parse(generate_latest(registry_of(desk)).decode())}
        seen.append(value(found, "kigen_settings_wrong_seconds"))
    assert seen == [900, 0]


def test_a_ledger_that_is_opened_again_counts_on(desk: Desk, text: str) -> None:
    again = generate_latest(registry_of(desk)).decode()
    ours = [line for line in text.splitlines() if line.startswith("kigen_")]
    assert ours == [line for line in again.splitlines() if line.startswith("kigen_")]


def test_a_run_that_ends_is_counted_at_the_next_look(tmp_path: Path) -> None:
    with filled(tmp_path) as desk:
        registry, seen = registry_of(desk), []
        for _ in range(3):
            found = {one.name: one for one in parse(generate_latest(registry).decode())}
            seen.append(value(found, "kigen_runs_total", account="phone", outcome="nothing_due"))
            run = desk.ledger.runs.start("phone", "au", trigger="hand", deadline_at=NOW)
            desk.ledger.runs.end(run.id, outcome="nothing_due")
        assert seen == [4, 5, 6]


def test_openmetrics_says_the_same(desk: Desk, found: dict[str, Metric]) -> None:
    families = list(parse_openmetrics(generate_openmetrics(registry_of(desk)).decode()))
    ours = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
        if sample.name.startswith("kigen_")
    }
    theirs = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in found.values()
        for sample in family.samples
        if sample.name.startswith("kigen_")
    }
    assert ours == theirs


@pytest.mark.parametrize(
    ("accepts", "wanted"),
    [
        ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4", True),
        ("application/openmetrics-text; version=0.0.1, text/plain", False),
        ("text/plain;version=0.0.4", False),
        ("*/*", False),
        ("", False),
        ("application/openmetrics-text;version=x\r\nset-cookie: a=b", True),
    ],
)
def test_the_format_is_the_askers(accepts: str, wanted: bool) -> None:
    assert openmetrics_wanted(accepts) is wanted


def test_nothing_says_more_than_it_should(text: str) -> None:
    for kept_back in (CANARY, "080-0000-3776", "0800000377", "8981040000000003777", "me@example"):
        assert kept_back not in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("080-0000-3776", "•••3776"),
        ("+81 (90) 1234.5678", "•••5678"),
        ("8981040000000003777", "•••3777"),
        ("０９０１２３４５６７８", "•••５６７８"),
        ("祖母 090-1234-5678 の電話", "祖母 •••5678 の電話"),
        ("me@example.com", "•••"),
        ("Japan 30 days", "Japan 30 days"),
        ("2026-11", "2026-11"),
    ],
)
def test_numbers_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
@example('a"} 1\nkigen_build_info{version="b')
@example("back\\slash, \ud800 \x00 \x85 \u2028 \r\n")
def test_no_title_breaks_the_figures(title: str) -> None:
    """Whatever a line is called, both formats hold one sample of its own name."""
    owned = account("softbank-prepaid", "days_left <= 7")
    owned = replace(owned, lines=(replace(owned.lines[0], title=title),))
    of = known(owned, read(NOW, expires_on="2026-12-20"))
    site = (owned, flow("softbank-prepaid", "Asia/Tokyo"))
    figures = Figures(
        NOW, ZoneInfo("Asia/Tokyo"), [site], of.readings, {}, [], (), [], {}, {}, {}, {}, (), None
    )
    registry = CollectorRegistry()
    registry.register(Fixed(list(families(figures))))
    called = line_names(owned.lines)["main"]
    for written, reading in ((generate_latest, parse), (generate_openmetrics, parse_openmetrics)):
        found = {one.name: one for one in reading(written(registry).decode())}
        (sample,) = found["kigen_line_days_left"].samples
        assert (sample.labels["line"], sample.value) == (called, 29)
        assert len(found["kigen_build_info" if reading is parse else "kigen_build"].samples) == 1


def test_no_two_lines_have_one_name() -> None:
    titles = {"a": "SIM", "b": "SIM", "c": "SIM (2)", "d": "SIM", "090-1111-2222": None}
    lines = [Line(name, title, None, None, Caps()) for name, title in titles.items()]
    names = line_names(lines)
    assert list(names) == list(titles)
    assert len(set(names.values())) == len(titles)
    assert names["a"] == "SIM"
    assert names["090-1111-2222"] == "•••2222"


def test_accounts_whose_masks_are_the_same_are_told_apart() -> None:
    names = ("090-1111-3776", "080-2222-3776")
    owned = [replace(account("softbank-prepaid", "days_left <= 7"), name=name) for name in names]
    paid = {("070-3333-3776", "JPY"): YEN}
    sites = [(one, flow("softbank-prepaid", "Asia/Tokyo")) for one in owned]
    figures = Figures(NOW, ZoneInfo("UTC"), sites, {}, {}, [], (), [], {}, {}, paid, {}, (), None)
    told = {metric.name: metric for metric in families(figures)}
    for name, count in (("kigen_spent", 3), ("kigen_line_paused", 2)):
        assert len({sample.labels["account"] for sample in told[name].samples}) == count


NOT_BASE_UNITS = {
    "minutes", "hours", "days", "weeks", "milliseconds", "kilobytes", "megabytes", "bits", "percent",
}  # fmt: skip
KNOWN = {"kigen_line_days_left": "calendar days are what is agreed; the end is there in seconds"}
"""Names that break a rule, and why."""


def test_names_keep_to_prometheus_rules(found: dict[str, Metric]) -> None:
    """The rules of `promtool check metrics`, for our own figures."""
    mine = [metric for metric in found.values() if metric.name.startswith("kigen_")]
    assert len(mine) > 15
    for metric in mine:
        words = metric.name.split("_")
        assert re.fullmatch(r"[a-z][a-z0-9_]*", metric.name)
        assert metric.documentation
        assert metric.documentation.endswith(".")
        assert metric.type != "unknown"
        assert metric.type not in words
        assert metric.name in KNOWN or not NOT_BASE_UNITS & set(words), metric.name
        for sample in metric.samples:
            counter = metric.type == "counter"
            assert sample.name.endswith("_total") == counter, sample.name
            assert metric.type == "histogram" or "le" not in sample.labels
            assert not sample.name.endswith(("_count", "_sum")) or metric.type == "histogram"
            assert all(re.fullmatch(r"[a-z_]+", label) for label in sample.labels)


WORD = re.compile(r"\b(?:kigen|process)_[a-z_]+\b")
MATCHED = re.compile(r"\b(kigen_[a-z_]+)\{([^}]*)\}")
LABEL = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')


def queries() -> Iterator[tuple[str, str]]:
    """Every query of the dashboard and of the rules, with what it is for."""
    dashboard = json.loads((GRAFANA / "kigen.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for group in yaml.safe_load((GRAFANA / "alerts.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


def test_dashboard_and_rules_ask_for_what_there_is(found: dict[str, Metric]) -> None:
    samples = {sample.name: sample for metric in found.values() for sample in metric.samples}
    states = ("kigen_renewals", "kigen_letters")
    words = {
        "state": {one.labels["state"] for name in states for one in found[name].samples},
        "outcome": {*OUTCOMES, RUNNING},
    }
    for what, query in queries():
        named = set(WORD.findall(query))
        assert named, what
        assert named <= set(samples), what
        for name, matchers in MATCHED.findall(query):
            for label, wanted in LABEL.findall(matchers):
                assert label in samples[name].labels, what
                assert set(wanted.split("|")) <= words[label], what


def test_the_page_names_every_figure_with_its_labels(found: dict[str, Metric]) -> None:
    rows = re.findall(r"^\| `(kigen_\w+)` \| ([a-z, ]+|–) \|", PAGE, re.MULTILINE)
    told = {name: set() if labels == "–" else set(labels.split(", ")) for name, labels in rows}
    ours = [metric for metric in found.values() if metric.name.startswith("kigen_")]
    assert told == {
        metric.name + "_total" * (metric.type == "counter"): {
            label for sample in metric.samples for label in sample.labels
        }
        for metric in ours
    }
    for state in found["kigen_letters"].samples:
        assert f"`{state.labels['state']}`" in PAGE
    for kind in WAITING:
        assert f"`{kind}`" in PAGE


def test_rules_say_what_to_do() -> None:
    groups = yaml.safe_load((GRAFANA / "alerts.yaml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert {"summary", "description"} <= set(rule["annotations"])
        assert re.fullmatch(r"\d+[mh]", rule["for"])


def test_the_dashboards_panels_do_not_overlap() -> None:
    dashboard = json.loads((GRAFANA / "kigen.json").read_text())
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
