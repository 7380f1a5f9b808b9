"""Code reports to metrics only if there is a receiver."""

import pytest

from abandoned_checkouts.telemetry.counters import Metering, count, is_metered, observe
from abandoned_checkouts.telemetry.metric_table import COST, DATABASE, Metric


class Received:
    def __init__(self) -> None:
        self.calls: list[object] = []

    def count(self, metric: Metric, labels: tuple[str, ...], amount: float) -> None:
        self.calls.append(("count", metric.name, labels, amount))

    def observe(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        self.calls.append(("observe", metric.name, labels, value))

    def set(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        raise AssertionError


def test_calls_reach_the_receiver(monkeypatch: pytest.MonkeyPatch) -> None:
    received = Received()
    monkeypatch.setattr(Metering, "receiver", received)
    count(COST, "actual", amount=5)
    observe(DATABASE, 0.5)
    assert is_metered()
    assert received.calls == [("count", "cost_points", ("actual",), 5), ("observe", "database_seconds", (), 0.5)]


def test_without_a_receiver_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Metering, "receiver", None)
    count(COST, "actual")
    observe(DATABASE, 0.5)
    assert not is_metered()
