"""The values of a fault's keys: valid values are converted, and invalid ones are refused with the reason."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.twin.fault_rules import FaultError, fault_rule
from abandoned_checkouts.twin.fault_values import READERS
from tests.intake.messages import START


@pytest.mark.parametrize(
    ("key", "value", "converted"),
    [
        ("nth", 3, (3,)),
        ("nth", [1, 4], (1, 4)),
        ("status", 503, 503),
        ("truncate", 1, 1.0),
        ("ttl", "5 minutes", 300 * SECOND),
        ("from", "2026-12-01T09:00:00Z", 1_796_115_600 * SECOND),
        ("nulls", ["shop.name"], ("shop.name",)),
        ("replace", {"USD": "XTS"}, {"USD": "XTS"}),
        ("errors", ["Lost"], ({"message": "Lost"},)),
        ("errors", [{"message": "Lost", "code": "X"}], ({"message": "Lost", "extensions": {"code": "X"}},)),
        ("first", [{"path": "/clock"}], ({"path": "/clock"},)),
    ],
)
def test_valid_values_are_converted(key: str, value: object, converted: object) -> None:
    assert READERS[key](value) == converted


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"status": 200}, "from 400 to 599"),
        ({"status": True}, "whole number"),
        ({"endpoint": "grahpql", "status": 500}, 'Did you mean "graphql"?'),
        ({"probability": 0, "status": 500}, "greater than 0"),
        ({"nth": [], "status": 500}, "at least one"),
        ({"latency": "1 day"}, "10 minutes or less"),
        ({"latency": "soon"}, "is not a duration"),
        ({"latency": 3}, 'must be a text with a unit, for example "3 seconds"'),
        ({"status": 500, "ttl": 60}, 'must be a text with a unit, for example "3 seconds"'),
        ({"errors": [{"code": "X"}]}, '"message"'),
        ({"errors": []}, "list of errors"),
        ({"nulls": "shop"}, "list of texts"),
        ({"throttled": False}, "must be true"),
        ({"replace": {"a": 1}}, "object of texts"),
        ({"first": [{"method": "POST"}]}, '"path"'),
        ({"connection": "rest"}, 'Did you mean "reset"?'),
    ],
)
def test_invalid_values_are_refused(rule: dict[str, Any], words: str) -> None:
    with pytest.raises(FaultError) as refused:
        fault_rule(rule, START)
    assert words in str(refused.value)
