"""Faults: which requests a rule matches and how often. A rule that can never match is refused."""

from typing import Any

import pytest

from abandoned_checkouts.twin.fault_rules import FaultError, Faults, fault_rule
from tests.intake.messages import START

REQUEST = {"endpoint": "graphql", "operation": "Lost", "shop": "acme.myshopify.com", "token": "shpat_1", "path": "/x"}


def _outcomes(rule: dict[str, Any], count: int = 6, facts: dict[str, str] | None = None) -> str:
    faults = Faults()
    faults.rules = [fault_rule(rule, START)]
    return "".join("x" if faults.match(facts or REQUEST, START) else "." for _ in range(count))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, "xxxxxx"),
        ({"nth": 3}, "..x..."),
        ({"nth": [1, 4]}, "x..x.."),
        ({"times": 2}, "xx...."),
        ({"succeedFirst": 2}, "..xxxx"),
        ({"succeedFirst": 1, "times": 2}, ".xx..."),
        ({"operation": "lo*"}, "xxxxxx"),
        ({"operation": "other"}, "......"),
        ({"shop": "*.myshopify.com", "token": "shpat_?"}, "xxxxxx"),
        ({"endpoint": "rest"}, "......"),
        ({"from": "2100-01-01T00:00:00Z"}, "......"),
        ({"until": "2100-01-01T00:00:00Z"}, "xxxxxx"),
        ({"probability": 1}, "xxxxxx"),
    ],
)
def test_matches(rule: dict[str, Any], expected: str) -> None:
    assert _outcomes({**rule, "status": 500}) == expected


def test_a_probability_is_repeatable_and_differs_by_seed() -> None:
    first, again, other = (_outcomes({"probability": 0.5, "seed": seed, "status": 500}, 400) for seed in (1, 1, 2))
    assert first == again != other
    assert 150 < first.count("x") < 250


def test_the_first_rule_that_matches_decides() -> None:
    faults = Faults()
    faults.rules = [fault_rule({"nth": 2, "status": 500}, START), fault_rule({"status": 503}, START)]
    statuses = [rule.effect("status") for _ in range(3) if (rule := faults.match(REQUEST, START))]
    assert statuses == [503, 500, 503]


def test_a_rule_ends_after_its_time_to_live() -> None:
    faults = Faults()
    faults.rules = [fault_rule({"status": 500, "ttl": "5 minutes"}, START)]
    assert faults.match(REQUEST, START + 299_000_000)
    assert not faults.match(REQUEST, START + 301_000_000)


def test_faults_of_webhooks_and_bulk_operations_do_not_match_requests() -> None:
    assert _outcomes({"webhook": "lost"}) == _outcomes({"bulk": "failed"}) == "......"
    assert _outcomes({"webhook": "lost"}, 2, {"endpoint": "webhook", "topic": "checkouts/create"}) == "xx"
    assert _outcomes({"status": 500}, 2, {"endpoint": "webhook"}) == ".."
    assert _outcomes({"status": 500, "endpoint": "webhook"}, 2, {"endpoint": "webhook"}) == "xx"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (3, "must be a JSON object"),
        ({}, "has no effect"),
        ({"endpoint": "graphql"}, "has no effect"),
        ({"body": "x", "retryAfter": 3}, "has no effect"),
        ({"stauts": 503}, 'Did you mean "status"?'),
        ({"timeout": True}, 'Use "latency", for example {"latency": "30 seconds"}'),
        ({"endpoint": "rest", "throttled": True}, '"throttled" never happens at "rest". It is for: graphql.'),
        ({"endpoint": "rest", "webhook": "lost"}, "It is for: webhook"),
        ({"endpoint": "webhook", "truncate": 0.5}, "never happens"),
        ({"webhook": "lost", "throttled": True}, "never happen together"),
        ({"endpoint": "rest", "operation": "x", "status": 500}, 'have an "operation"'),
        ({"topic": "checkouts/create", "status": 500}, 'set "endpoint": "webhook"'),
        ({"topic": "checkout/create", "webhook": "lost"}, 'Did you mean "checkouts/create"?'),
        ({"nth": 0, "status": 500}, "from 1"),
        ({"webhook": "lost", "token": "x"}, 'a webhook has no "token", so the fault never happens'),
        ({"endpoint": "webhook", "status": 500, "method": "POST"}, 'a webhook has no "method"'),
        ({"bulk": "failed", "path": "/x"}, 'a bulk operation has no "path"'),
        ({"until": "2001-01-01T00:00:00Z", "status": 500}, "is in the past"),
        ({"from": "2101-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z", "status": 500}, 'is before "from"'),
        ({"nth": [2, 3], "succeedFirst": 3, "status": 500}, 'the first 3 matches succeed, also those of "nth"'),
    ],
)
def test_refused(rule: object, words: str) -> None:
    with pytest.raises(FaultError) as refused:
        fault_rule(rule, START)
    assert words in str(refused.value)
