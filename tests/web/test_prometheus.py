"""The figures, the rules and the dashboard's questions, judged by the real Prometheus and its promtool."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from prometheus_client import generate_latest

from runner.ledger.states import State
from runner.web.desk import Desk
from runner.web.metrics import registry_of
from runner.web.tokens import Tokens
from runner.web.who import Scope
from tests.ports import free_port
from tests.programs import program, running, until
from tests.web.desks import at_the_dashboard
from tests.web.filled import YEN, filled
from tests.web.test_metrics import GRAFANA, KNOWN, PAGE

pytestmark = pytest.mark.nightly
PACKAGE = "prometheus"


def promtool(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [program("promtool", PACKAGE), *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


def test_the_figures_keep_to_the_rules(tmp_path: Path) -> None:
    with filled(tmp_path) as desk:
        told = promtool("check", "metrics", given=generate_latest(registry_of(desk)).decode())
    complaints = (told.stdout + told.stderr).splitlines()
    assert [one for one in complaints if one.partition(" ")[0] not in KNOWN] == []


def test_alerts_are_raised_when_they_should_and_not_before() -> None:
    checked = promtool("check", "rules", "--lint=all", str(GRAFANA / "alerts.yaml"))
    assert checked.returncode == 0, checked.stderr
    played = promtool("test", "rules", str(Path(__file__).with_name("alerts_test.yaml")))
    assert played.returncode == 0, played.stdout + played.stderr


class Asked:
    """A Prometheus that is asked."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log

    def ready(self) -> bool:
        try:
            return self._answer("/-/ready")[0] == 200
        except OSError:
            return False

    def __call__(self, what: str, **query: object) -> Any:
        status, body = self._answer(f"/api/v1/{what}?{urlencode(query)}")
        answer = json.loads(body)
        assert (status, answer["status"], answer.get("warnings")) == (200, "success", None), body
        return answer["data"]

    def value(self, query: str) -> float | None:
        """The one value of this query; None while there is none."""
        found = self("query", query=query)["result"]
        return float(found[0]["value"][1]) if len(found) == 1 else None

    def _answer(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found


@contextmanager
def scraping(desk: Desk, folder: Path) -> Iterator[Asked]:
    """A Prometheus that scrapes it meanwhile, as docs/monitoring.md has it, but all the time."""
    (config,) = re.findall(r"^scrape_configs:\n.*?(?=^```)", PAGE, re.MULTILINE | re.DOTALL)
    token, file = folder / "kigen.token", folder / "prometheus.yml"
    token.write_text(f"{Tokens(desk.home.folder, desk.clock).make('prometheus', Scope.READ)}\n")
    (folder / "alerts.yaml").write_text((GRAFANA / "alerts.yaml").read_text())
    prometheus = Asked(free_port(), folder / "prometheus.log")
    with at_the_dashboard(desk) as served:
        for documented, own in (
            ("/etc/prometheus/kigen.token", str(token)),
            ("127.0.0.1:8751", f"127.0.0.1:{served.port}"),
            ("scrape_interval: 1m", "scrape_interval: 1s"),
        ):
            assert documented in config
            config = config.replace(documented, own)
        file.write_text(f"{config}\nglobal: {{evaluation_interval: 1s}}\n")
        checked = promtool("check", "config", str(file))
        assert checked.returncode == 0, checked.stderr
        command = [
            program("prometheus"), f"--config.file={file}", f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{prometheus.port}", "--log.level=debug",
        ]  # fmt: skip
        with running(command, prometheus.log, prometheus.ready):
            yield prometheus


def test_a_real_prometheus_has_it_all(tmp_path: Path) -> None:
    """It takes every sample, sees what happens, and has an answer to every question of the dashboard."""
    with filled(tmp_path) as desk, scraping(desk, tmp_path) as prometheus:

        def scraped(times: int) -> None:
            before = time.time()
            until(
                lambda: (
                    (prometheus.value(f"count_over_time(up[{time.time() - before + 1:.0f}s])") or 0)
                    > times
                ),
                prometheus.log,
            )

        scraped(3)
        _something_happens(desk)
        scraped(5)
        (target,) = prometheus("targets", state="active")["activeTargets"]
        assert (target["health"], target["lastError"]) == ("up", "")
        lines = generate_latest(registry_of(desk)).decode().splitlines()
        samples = [line for line in lines if not line.startswith("#")]
        assert prometheus.value("scrape_samples_scraped") == len(samples)
        assert prometheus.value('count({job="kigen", __name__=~"kigen_.+|process_.+"})') == len(
            samples
        )
        kinds = {name: one[0]["type"] for name, one in prometheus("metadata").items()}
        assert kinds["kigen_build"] == "info"  # a kind that OpenMetrics alone has
        assert kinds["kigen_spent"] == "counter"
        said = prometheus.log.read_text()
        assert not re.search("level=(warn|error)|out of order|out-of-order|duplicate", said), said
        # The first run that ends so is seen, since its counter began with 0.
        for counter in ('runs_total{outcome="renewed"}', "spent_total"):
            assert (prometheus.value(f"sum(increase(kigen_{counter}[5m]))") or 0) > 0.5, counter
        for expr, instant in _questions():
            now = time.time()
            if instant:
                found = prometheus("query", query=expr)
            else:
                found = prometheus("query_range", query=expr, start=now - 60, end=now, step=5)
            assert found["result"], expr
            assert "NaN" not in str(found["result"][-1].get("value", "")), expr
        (group,) = prometheus("rules")["groups"]
        assert [(rule["health"], rule.get("lastError")) for rule in group["rules"]] == [
            ("ok", None) for _ in group["rules"]
        ]


def _something_happens(desk: Desk) -> None:
    run = desk.ledger.runs.start(
        "phone", "softbank-prepaid", trigger="due", deadline_at=desk.clock() + timedelta(minutes=5)
    )
    new = desk.ledger.renewals.plan(run.id, "phone", "080-0000-3777", "2027-01-20", "3000yen", YEN)
    for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED, State.VERIFIED):
        desk.ledger.renewals.move(new.id, state, reason="test", reference="R-2", run_id=run.id)
    desk.ledger.runs.end(run.id, outcome="renewed", message="renewed")


def _questions() -> Iterator[tuple[str, bool]]:
    """Every expression of the dashboard, and whether it is asked for one moment."""
    for panel in json.loads((GRAFANA / "kigen.json").read_text())["panels"]:
        for target in panel["targets"]:
            yield target["expr"], target["instant"]
