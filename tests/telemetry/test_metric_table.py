"""The table of metrics, and the docs and alert rules made from it."""

import re

import pytest

from abandoned_checkouts.telemetry.metric_table import METRICS, PREFIX, Kind, Metric
from tests.places import DOCS


def table() -> str:
    lines = ["| metric | kind | labels | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{each.full_name}` | {each.kind} | {', '.join(f'`{label}`' for label in each.labels)} | {each.help} |"
        for each in METRICS
    ]
    return "\n".join(lines) + "\n"


def test_the_docs_show_the_table() -> None:
    assert table() in (DOCS / "operations.md").read_text(), table()


def test_names_follow_the_conventions_of_prometheus() -> None:
    names = [each.name for each in METRICS]
    assert len(set(names)) == len(names)
    for each in METRICS:
        assert re.fullmatch(r"[a-z_]+[a-z]", each.name) and not each.name.endswith("_total")
        assert bool(each.buckets) == (each.kind is Kind.HISTOGRAM)
        assert list(each.buckets) == sorted(each.buckets)


@pytest.mark.parametrize("metric", METRICS, ids=lambda each: each.name)
def test_no_label_names_a_shop_an_app_or_a_person(metric: Metric) -> None:
    allowed = {"endpoint", "outcome", "kind", "dialect", "worker", "cache", "pool", "state", "version"}
    assert all(len(each) == len(metric.labels) for each in metric.initial)
    # Prometheus gives the target these labels; ours would be renamed.
    assert not set(metric.labels) & {"job", "instance"}
    assert set(metric.labels) <= allowed and metric.full_name.startswith(PREFIX)
