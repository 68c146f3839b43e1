"""`GET /metrics`: the figures for Prometheus, in its own format or in OpenMetrics."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from runner.schedule.agenda import Standing, agenda
from runner.views.inbox import what_waits
from runner.web.metrics_families import WAITING, Figures, families

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric
    from starlette.requests import Request

    from runner.ledger.tallies import RunTally
    from runner.web.desk import Desk


def routes(desk: Desk) -> list[BaseRoute]:
    """The figures' route."""
    registry = registry_of(desk)

    async def show(request: Request) -> Response:
        if openmetrics_wanted(request.headers.get("accept", "")):
            body = await run_in_threadpool(openmetrics.generate_latest, registry)
            kind = openmetrics.CONTENT_TYPE_LATEST
        else:
            body = await run_in_threadpool(generate_latest, registry)
            kind = CONTENT_TYPE_PLAIN_0_0_4
        return Response(body, headers={"content-type": kind, "vary": "accept"})

    return [Route("/metrics", show)]


def registry_of(desk: Desk) -> CollectorRegistry:
    """Everything that is measured; a registry of our own, so that nobody else's figures come in."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_OfDesk(desk))
    ProcessCollector(registry=registry)
    return registry


def figures_of(desk: Desk, runs: Collection[RunTally]) -> Figures:
    """Read the ledger. `runs`: those that have ended, which are counted already."""
    ledger, now, zone = desk.ledger, desk.clock(), desk.zone
    trouble = desk.settings.trouble
    accounts = [(account, site.flow) for account, site in desk.settings.accounts]
    readings, last_runs = ledger.readings.latest(), ledger.runs.last_of_each()
    standing = Standing.of(ledger, accounts, now, readings, last_runs)
    waits = what_waits(desk.workspace, ledger, desk.home, now)
    return Figures(
        now=now,
        owner=zone,
        accounts=accounts,
        readings=readings,
        last_runs=last_runs,
        next_runs=agenda(accounts, standing, now, zone),
        playing=desk.runs.playing,
        runs=runs,
        renewals=ledger.tallies.renewals(),
        letters=ledger.tallies.letters(),
        paid=ledger.tallies.paid(),
        waiting={name: len(getattr(waits, name)) for name in WAITING},
        paused=ledger.pauses.now(),
        wrong_since=trouble.since if trouble is not None else None,
    )


def openmetrics_wanted(accepts: str) -> bool:
    """Whether the asker names OpenMetrics 1.0 among what it takes; what it likes better is not asked."""
    return any(
        entry.partition(";")[0].strip().lower() == "application/openmetrics-text"
        and "version=0" not in entry
        for entry in accepts.split(",")
    )


class _OfDesk(Collector):
    """Measures when it is asked. Runs that have ended stay as they are: their sums are kept until
    another one ends, since years of them take longer than all the rest.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._runs: tuple[int, Collection[RunTally]] = (0, ())

    def collect(self) -> Iterator[Metric]:
        tallies = self._desk.ledger.tallies
        ended = tallies.ended()
        if ended != self._runs[0]:
            self._runs = (ended, tallies.runs())
        yield from families(figures_of(self._desk, self._runs[1]))
