"""Where code reports to metrics. Without a receiver, a call is one comparison, and no metrics library is imported."""

from typing import Protocol

from abandoned_checkouts.telemetry.metric_table import Metric


class Receiver(Protocol):
    """Keeps the values. The labels are in the order of `Metric.labels`."""

    def count(self, metric: Metric, labels: tuple[str, ...], amount: float) -> None: ...
    def observe(self, metric: Metric, labels: tuple[str, ...], value: float) -> None: ...
    def set(self, metric: Metric, labels: tuple[str, ...], value: float) -> None: ...


class Metering:
    """The receiver of this process; None if metrics are off."""

    receiver: Receiver | None = None


def count(metric: Metric, *labels: str, amount: float = 1) -> None:
    if Metering.receiver is not None:
        Metering.receiver.count(metric, labels, amount)


def observe(metric: Metric, value: float, *labels: str) -> None:
    if Metering.receiver is not None:
        Metering.receiver.observe(metric, labels, value)


def is_metered() -> bool:
    """Whether metrics are on, so that measuring a time is worth it."""
    return Metering.receiver is not None
