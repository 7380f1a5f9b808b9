"""Conditions on a person: how they are written, and whom they leave out."""

from typing import Any

import pytest

from abandoned_checkouts.automations.comparison import Comparison, ConditionError
from abandoned_checkouts.automations.person_conditions import (
    PersonConditions,
    PersonHistory,
    parse_person_conditions,
    why_person_differs,
)
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.money import UNIT

NOW = 1_790_000_000_000_000
HISTORY = PersonHistory(
    orders=2, last_order_at=NOW - 10 * DAY - 1, abandonments=3, abandoned_value=120 * UNIT, subscriber="subscribed"
)
NEW = PersonHistory(abandonments=1, abandoned_value=10 * UNIT)


@pytest.mark.parametrize(
    ("source", "history", "reason"),
    [
        ({}, HISTORY, None),
        ({"orders": 2}, HISTORY, None),
        ({"orders": "=2"}, HISTORY, None),
        ({"orders": 0}, HISTORY, "the number of earlier orders is not = 0"),
        ({"orders": ">= 3"}, HISTORY, "the number of earlier orders is not >= 3"),
        ({"orders": "<3"}, HISTORY, None),
        ({"orders": "<2"}, HISTORY, "the number of earlier orders is not < 2"),
        ({"orders": ">2"}, HISTORY, "the number of earlier orders is not > 2"),
        ({"orders": 0}, NEW, None),
        ({"days_since_order": ">=10"}, HISTORY, None),
        ({"days_since_order": "<=10"}, HISTORY, None),
        ({"days_since_order": ">10"}, HISTORY, "the number of days since the last order is not > 10"),
        ({"days_since_order": ">=0"}, NEW, "the number of days since the last order is not >= 0"),
        ({"abandonments": "<=2"}, HISTORY, "the number of abandoned checkouts is not <= 2"),
        ({"abandoned_value": ">=120.00"}, HISTORY, None),
        ({"abandoned_value": ">120"}, HISTORY, "the value of abandoned checkouts is not > 120.00"),
        ({"first_abandonment": True}, NEW, None),
        ({"first_abandonment": False}, HISTORY, None),
        ({"first_abandonment": True}, HISTORY, "this is not the buyer's first abandoned checkout"),
        ({"first_abandonment": False}, NEW, "this is the buyer's first abandoned checkout"),
        ({"subscriber": "subscribed"}, HISTORY, None),
        ({"subscriber": ["pending", "not_subscribed"]}, NEW, None),
        ({"subscriber": ["pending", "subscribed"]}, NEW, "the buyer is not_subscribed, not pending or subscribed"),
    ],
)
def test_whom_a_condition_leaves_out(source: dict[str, Any], history: PersonHistory, reason: str | None) -> None:
    conditions = parse_person_conditions(source)
    assert bool(conditions) == bool(source)
    assert why_person_differs(conditions, history, NOW) == reason


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        *(({"orders": value}, "orders is .*; write a number or a comparison, such as '>=2'") for value in (
            "many", "-1", True, 1.5, "=>2", [], "!=2"
        )),
        ({"abandoned_value": "10 USD"}, "abandoned_value is '10 USD'; write a number"),
        ({"first_abandonment": "yes"}, "first_abandonment is 'yes'; it must be true or false"),
        ({"subscriber": "yes"}, "subscriber is 'yes'; it must be one of subscribed, not_subscribed"),
        ({"subscriber": ["subscribed", 1]}, "subscriber is 1; it must be one of"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_checked(source: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConditionError, match=problem):
        parse_person_conditions(source)


def test_a_comparison_is_kept_in_ten_thousandths() -> None:
    assert parse_person_conditions({"abandoned_value": "<9.5"}) == PersonConditions(
        (Comparison("abandoned_value", "<", 95_000),)
    )
