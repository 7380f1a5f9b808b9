"""The declared scenarios are complete and valid, and use only operations of the twin."""

import re

import pytest

from abandoned_checkouts.checkouts.moment import HOUR, format_microseconds
from abandoned_checkouts.twin.fault_rules import fault_rule
from abandoned_checkouts.twin.operations import OPERATIONS
from abandoned_checkouts.twin.scenarios.collection import NEEDS, at, scenarios, thread_url
from tests.intake.messages import START

PATHS = [(each.method, re.sub(r"\\\{[^}]+\\\}", ".+", re.escape(each.path))) for each in OPERATIONS]


@pytest.mark.parametrize("name", scenarios())
def test_each_scenario_can_happen(name: str) -> None:
    scenario = scenarios()[name]
    assert scenario.needs in NEEDS and scenario.stages
    assert any(stage.faults or stage.operations for stage in scenario.stages)
    for stage in scenario.stages:
        rules = [fault_rule(at(fault, START), START) for fault in stage.faults]
        called = [*stage.operations, *(each for rule in rules for each in rule.effect("first") or ())]
        for each in called:
            method = each.get("method", "POST")
            assert any(method == known and re.fullmatch(path, each["path"]) for known, path in PATHS), each


@pytest.mark.parametrize("name", scenarios())
def test_each_scenario_is_described_in_sentences(name: str) -> None:
    scenario = scenarios()[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert scenario.summary.endswith(".") and scenario.correct.endswith(".")
    assert scenario.thread is None or re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", scenario.thread)


def test_times_relate_to_the_start() -> None:
    filled = at({"a": ["{2 hours ago}", 3], "b": "x {1 hour ago} y"}, START)
    assert filled["a"] == [format_microseconds(START - 2 * HOUR), 3]
    assert filled["b"] == f"x {format_microseconds(START - HOUR)} y"


def test_a_thread_has_an_address() -> None:
    assert thread_url("singer-io/tap-shopify#134") == "https://github.com/singer-io/tap-shopify/issues/134"
