"""Metrics in the format of Prometheus."""

import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families as parsed

from abandoned_checkouts.telemetry.current import RequestRecord
from abandoned_checkouts.telemetry.endpoints import ENDPOINTS
from abandoned_checkouts.telemetry.metric_table import DUE_LAG, METRICS, VERSION
from abandoned_checkouts.telemetry.prometheus import PrometheusMetrics

# One process of a server: it counts a request, has a cache of 5 bytes, and ends or prints.
PROCESS = """
import sys
from abandoned_checkouts.telemetry.current import RequestRecord
from abandoned_checkouts.telemetry.metric_table import CACHES, DUE_LAG
from abandoned_checkouts.telemetry.prometheus import turn_on
metrics = turn_on()
metrics.request(RequestRecord("POST", 0.0, "graphql", status=200))
metrics.set(CACHES, ("statements",), 5)
metrics.set(DUE_LAG, ("deliveries",), float(sys.argv[1]))
sys.stdout.write(metrics.text().decode())
"""


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """The values by the name and the values of the labels, in the order of the labels' names."""
    return {
        (each.name, tuple(value for _, value in sorted(each.labels.items()))): each.value
        for family in parsed(text)
        for each in family.samples
    }


def test_a_request_is_counted_with_its_time_and_cost() -> None:
    metrics = PrometheusMetrics()
    metrics.request(RequestRecord("POST", 0.0, "graphql", status=200, seconds=0.03, requested_cost=12, cost=7))
    metrics.request(RequestRecord("GET", 0.0, "wix", status=429))
    found = samples(metrics.text().decode())
    assert found["abandoned_checkouts_request_seconds_count", ("graphql", "ok")] == 1
    assert found["abandoned_checkouts_request_seconds_bucket", ("graphql", "0.025", "ok")] == 0
    assert found["abandoned_checkouts_request_seconds_bucket", ("graphql", "0.05", "ok")] == 1
    assert found["abandoned_checkouts_cost_points_total", ("requested",)] == 12
    assert found["abandoned_checkouts_cost_points_total", ("actual",)] == 7
    assert found["abandoned_checkouts_throttled_requests_total", ("wix",)] == 1


def test_every_metric_of_the_table_is_exported_under_its_name_and_kind() -> None:
    families = {each.name: each for each in parsed(PrometheusMetrics().text().decode())}
    for metric in METRICS:
        family = families[metric.full_name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.kind, metric.help)


def test_a_hundred_kinds_of_requests_make_a_bounded_number_of_series() -> None:
    metrics = PrometheusMetrics()
    for endpoint in ENDPOINTS:
        for status in (0, 200, 404, 429, 500):
            metrics.request(RequestRecord("GET", 0.0, endpoint, status=status, shop=f"shop{status}.example"))
    assert len(samples(metrics.text().decode())) < 1_500


def test_gauges_and_the_version() -> None:
    metrics = PrometheusMetrics()
    metrics.set(DUE_LAG, ("deliveries",), 12.5)
    text = metrics.text().decode()
    assert 'abandoned_checkouts_due_lag_seconds{kind="deliveries"} 12.5' in text
    assert f'{VERSION.full_name}{{version="' in text and "process_open_fds" in text


def test_processes_of_a_server_add_up_and_gauges_of_ended_ones_go(tmp_path: Path) -> None:
    def process(lag: int) -> str:
        command = [sys.executable, "-c", PROCESS, str(lag)]
        environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    process(10)
    found = samples(process(20))
    assert found["abandoned_checkouts_request_seconds_count", ("graphql", "ok")] == 2
    assert found["abandoned_checkouts_cache_bytes", ("statements",)] == 5
    assert found["abandoned_checkouts_due_lag_seconds", ("deliveries",)] == 20
