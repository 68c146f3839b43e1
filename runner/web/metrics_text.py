"""Figures as Prometheus reads them. The library that measures writes them too, but looks at every sign of
every name again for each of eleven thousand lines; that took as long as all the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from prometheus_client import utils
from prometheus_client.metrics_core import Metric

_number: Callable[[float], str] = utils.floatToGoString
Labels = tuple[tuple[str, str], ...]

_PLAIN_TYPES = {"info": "gauge", "unknown": "untyped"}
_PLAIN_ENDINGS = {"counter": "_total", "info": "_info"}


def plain(metrics: Iterable[Metric]) -> bytes:
    """In Prometheus' own format, the text format 0.0.4."""
    return "".join(_plain(metrics)).encode()


def openmetrics(metrics: Iterable[Metric]) -> bytes:
    """In OpenMetrics 1.0."""
    return "".join(_openmetrics(metrics)).encode()


def _plain(metrics: Iterable[Metric]) -> Iterator[str]:
    labels = cache(_labels)
    for metric in metrics:
        name = metric.name + _PLAIN_ENDINGS.get(metric.type, "")
        meaning = metric.documentation.replace("\\", r"\\").replace("\n", r"\n")
        yield f"# HELP {name} {meaning}\n"
        yield f"# TYPE {name} {_PLAIN_TYPES.get(metric.type, metric.type)}\n"
        yield from _samples(metric, labels)


def _openmetrics(metrics: Iterable[Metric]) -> Iterator[str]:
    labels = cache(_labels)
    for metric in metrics:
        yield f"# HELP {metric.name} {_escaped(metric.documentation)}\n"
        yield f"# TYPE {metric.name} {metric.type}\n"
        yield from _samples(metric, labels)
    yield "# EOF\n"


def _samples(metric: Metric, labels: Callable[[Labels], str]) -> Iterator[str]:
    """Its figures. None of ours has a unit of its own, a time, an exemplar or the moment of its birth."""
    for sample in metric.samples:
        yield f"{sample.name}{labels(tuple(sample.labels.items()))} {_number(sample.value)}\n"


def _labels(labels: Labels) -> str:
    """As they stand behind a name. Each line of an account has several figures, with the same ones."""
    inside = ",".join([f'{name}="{_escaped(text)}"' for name, text in sorted(labels)])
    return f"{{{inside}}}" if inside else ""


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
