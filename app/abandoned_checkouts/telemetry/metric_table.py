"""Every metric, declared once: the code counts by these rows, docs/operations.md shows them, and a test compares the
alert rules with them.

Labels have few values: no shop, app, path or text of a caller is one.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from abandoned_checkouts.telemetry.current import OUTCOMES

PREFIX = "abandoned_checkouts_"


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """`name` is without the prefix, and for a counter without `_total`. `is_per_process`: a gauge of one process, which
    is summed over the processes; other gauges describe the store, and the newest value counts. `initial` are labels
    that are exported as 0 from the start, because an alert cannot see the first step of a series that did not exist."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    is_per_process: bool = False
    initial: tuple[tuple[str, ...], ...] = ()

    @property
    def full_name(self) -> str:
        """The name in queries. Of a histogram, add `_bucket`, `_sum` or `_count`."""
        return f"{PREFIX}{self.name}{'_total' if self.kind is Kind.COUNTER else ''}"


_REQUEST_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_DATABASE_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

REQUESTS = Metric(
    "request_seconds",
    Kind.HISTOGRAM,
    "Time from a request to the end of its response, by endpoint and outcome: ok, refused, throttled, failed, aborted.",
    ("endpoint", "outcome"),
    _REQUEST_BUCKETS,
    initial=tuple(("graphql", outcome) for outcome in OUTCOMES),
)
THROTTLED = Metric(
    "throttled_requests",
    Kind.COUNTER,
    "Requests over a rate limit, by endpoint.",
    ("endpoint",),
    initial=(("graphql",), ("rest",), ("wix",)),
)
COST = Metric(
    "cost_points",
    Kind.COUNTER,
    "Points of GraphQL queries: requested (before execution) and actual (after it).",
    ("kind",),
    initial=(("requested",), ("actual",)),
)
DELIVERIES = Metric(
    "deliveries",
    Kind.COUNTER,
    "Attempts to deliver an event, by dialect and outcome: sent, retried, given_up.",
    ("dialect", "outcome"),
    initial=tuple(product(("shopify", "wix", "own"), ("sent", "retried", "given_up"))),
)
MAILS = Metric(
    "mails",
    Kind.COUNTER,
    "Steps of flows that send a mail, by outcome: sent, waiting, failed.",
    ("outcome",),
    initial=(("sent",), ("waiting",), ("failed",)),
)
WORK_FAILURES = Metric(
    "work_failures",
    Kind.COUNTER,
    "Failures of background work, which is then tried again, by worker.",
    ("worker",),
    initial=tuple(
        (name,) for name in ("abandon", "dispatch", "deliver", "automate", "bulk", "erase", "retention", "sync")
    ),
)
DATABASE = Metric(
    "database_seconds",
    Kind.HISTOGRAM,
    "Time for which a request or a job used a connection to the database, with its work on the rows.",
    (),
    _DATABASE_BUCKETS,
)
DUE_LAG = Metric(
    "due_lag_seconds", Kind.GAUGE, "How late the oldest due work is, by kind; 0 if none is due.", ("kind",)
)
DUE_ROWS = Metric("due_rows", Kind.GAUGE, "Rows of work that is due and not done, by kind.", ("kind",))
SYNC_LAG = Metric(
    "sync_lag_seconds", Kind.GAUGE, "How late the next run of a sync is: the latest sync counts; 0 if none is late."
)
CACHES = Metric(
    "cache_bytes",
    Kind.GAUGE,
    "About how many bytes each cache takes, in all processes.",
    ("cache",),
    is_per_process=True,
)
POOL = Metric(
    "pool_connections",
    Kind.GAUGE,
    "Connections to the database by pool (writer, reader) and state (in_use, open), in all processes.",
    ("pool", "state"),
    is_per_process=True,
)
REFRESHED = Metric(
    "gauges_refreshed_timestamp_seconds", Kind.GAUGE, "When the gauges were last read, in seconds since 1970."
)
VERSION = Metric("info", Kind.GAUGE, "Always 1; the label is the version of the program.", ("version",))

METRICS = (
    REQUESTS,
    THROTTLED,
    COST,
    DELIVERIES,
    MAILS,
    WORK_FAILURES,
    DATABASE,
    DUE_LAG,
    DUE_ROWS,
    SYNC_LAG,
    CACHES,
    POOL,
    REFRESHED,
    VERSION,
)
