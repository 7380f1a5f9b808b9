"""Keeps metrics with prometheus_client, and writes them for Prometheus. Needs the extra `telemetry`.

Several processes of one server share a folder (PROMETHEUS_MULTIPROC_DIR): each writes its values into files there, and
the process that answers a request for metrics adds them up. The variable must be set before this module is imported.
"""

import os
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from abandoned_checkouts.telemetry.counters import Metering
from abandoned_checkouts.telemetry.current import RequestRecord
from abandoned_checkouts.telemetry.metric_table import COST, METRICS, PREFIX, REQUESTS, THROTTLED, VERSION, Kind, Metric
from abandoned_checkouts.telemetry.requests import sinks

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class PrometheusMetrics:
    """The values of this process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._collectors = {metric: _collector(metric, self._registry) for metric in METRICS}
        # The child for each combination of labels, because prometheus_client finds it more slowly.
        self._children: dict[tuple[Metric, tuple[str, ...]], Any] = {}
        for metric in METRICS:
            for labels in metric.initial:
                self._child(metric, labels)
        if not _folder():
            ProcessCollector(registry=self._registry)
            PlatformCollector(registry=self._registry)
        self.set(VERSION, (version("abandoned-checkouts"),), 1)

    def count(self, metric: Metric, labels: tuple[str, ...], amount: float) -> None:
        (self._children.get((metric, labels)) or self._child(metric, labels)).inc(amount)

    def observe(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        (self._children.get((metric, labels)) or self._child(metric, labels)).observe(value)

    def set(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        (self._children.get((metric, labels)) or self._child(metric, labels)).set(value)

    def request(self, record: RequestRecord) -> None:
        """Count a finished request."""
        outcome = record.outcome
        self.observe(REQUESTS, (record.endpoint, outcome), record.seconds)
        if outcome == "throttled":
            self.count(THROTTLED, (record.endpoint,), 1)
        if record.requested_cost is not None:
            self.count(COST, ("requested",), record.requested_cost)
            self.count(COST, ("actual",), record.cost or 0)

    def text(self) -> bytes:
        """All metrics in the format of Prometheus, summed over the processes of this server."""
        folder = _folder()
        if not folder:
            return generate_latest(self._registry)
        _forget_ended_processes(folder)
        together = CollectorRegistry()
        MultiProcessCollector(together, path=folder)  # type: ignore[no-untyped-call]
        return generate_latest(together)

    def _child(self, metric: Metric, labels: tuple[str, ...]) -> Any:
        collector = self._collectors[metric]
        child = self._children[metric, labels] = collector.labels(*labels) if labels else collector
        return child


@cache
def prometheus_metrics() -> PrometheusMetrics:
    """The metrics of this process."""
    return PrometheusMetrics()


def turn_on() -> PrometheusMetrics:
    """Count in this process from now on."""
    metrics = prometheus_metrics()
    if Metering.receiver is None:
        Metering.receiver = metrics
        sinks.append(metrics.request)
    return metrics


def turn_off() -> None:
    if Metering.receiver is not None:
        Metering.receiver = None
        sinks.remove(prometheus_metrics().request)


def _collector(metric: Metric, registry: CollectorRegistry) -> Any:
    name = PREFIX + metric.name
    if metric.kind is Kind.COUNTER:
        return Counter(name, metric.help, metric.labels, registry=registry)
    if metric.kind is Kind.GAUGE:
        mode: Any = "livesum" if metric.is_per_process else "mostrecent"
        return Gauge(name, metric.help, metric.labels, registry=registry, multiprocess_mode=mode)
    return Histogram(name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)


def _folder() -> str | None:
    return os.environ.get(FOLDER) or None


def _forget_ended_processes(folder: str) -> None:
    """Gauges of a process end with it; its counters stay."""
    for file in Path(folder).glob("gauge_live*_*.db"):
        number = int(file.stem.rpartition("_")[2])
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            mark_process_dead(number, folder)  # type: ignore[no-untyped-call]
        except PermissionError:
            continue
