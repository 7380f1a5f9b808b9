"""Branches that no checkout can reach are refused, and all others are not."""

import pytest

from abandoned_checkouts.automations.flow_errors import FlowError
from abandoned_checkouts.automations.parse_flows import parse_flows
from abandoned_checkouts.store.search.checkout_fields import checkout_fields

FIELDS = checkout_fields(extended=True)
THEN, ELSE, IF = "then is never reached", "else is never reached", "if is never met"


def branch(condition: str, then: str = "", otherwise: str = "") -> str:
    lists = [f"{name}: [{steps}]" for name, steps in (("then", then), ("else", otherwise)) if steps]
    return f"{{if: {condition}, {', '.join(lists)}}}"


MAIL = "send_email"


@pytest.mark.parametrize(
    ("only_if", "step", "problem"),
    [
        # Against the conditions of the flow.
        ("{minimum_value: 100}", branch("{cart: {value: '<100'}}", MAIL), THEN),
        ("{minimum_value: 100}", branch("{cart: {value: '<=100'}}", MAIL), None),
        ("{minimum_value: 100}", branch("{cart: {value: '>=100'}}", MAIL, MAIL), ELSE),
        ("{minimum_value: 100}", branch("{cart: {value: '>=100'}}", MAIL), None),
        ("{cart: {value: '>=100'}}", branch("{cart: {value: '<50'}}", "", MAIL), IF),
        ("{person: {orders: 0}}", branch("{person: {orders: '>=1'}}", MAIL), THEN),
        ("{person: {orders: 0}}", branch("{person: {days_since_order: '<30'}}", MAIL), THEN),
        ("{person: {subscriber: subscribed}}", branch("{person: {subscriber: pending}}", MAIL), THEN),
        ("{person: {subscriber: pending}}", branch("{person: {subscriber: [subscribed, pending]}}", MAIL, MAIL), ELSE),
        ("{person: {first_abandonment: true}}", branch("{person: {abandonments: '>1'}}", MAIL), THEN),
        ("{query: teapot}", branch("{query: teapot}", MAIL, MAIL), ELSE),
        ("{query: teapot}", branch("{query: kettle}", MAIL, MAIL), None),
        # By itself.
        ("{}", branch("{cart: {value: '<0'}}", MAIL), THEN),
        ("{}", branch("{cart: {value: ['<50', '>100']}}", MAIL), THEN),
        ("{}", branch("{cart: {value: '<0', items: '>1'}}", MAIL), THEN),
        ("{}", branch("{cart: {value: '>=0'}}", MAIL, MAIL), ELSE),
        ("{}", branch("{person: {abandonments: 0}}", MAIL), THEN),
        ("{}", branch("{person: {days_since_order: '>=0'}}", MAIL, MAIL), None),
        ("{}", branch("{cart: {stock: [all, some, none]}}", MAIL, MAIL), ELSE),
        # Against the branches around it.
        ("{}", branch("{cart: {value: '>=100'}}", branch("{cart: {value: '<50'}}", MAIL)), THEN),
        ("{}", branch("{cart: {value: '>=100'}}", MAIL, branch("{cart: {value: '>=100'}}", MAIL)), THEN),
        ("{}", branch("{cart: {value: '>=100'}}", MAIL, branch("{cart: {value: '<100'}}", MAIL, MAIL)), ELSE),
        ("{}", branch("{cart: {value: '>=100'}}", MAIL, branch("{cart: {value: '>=50'}}", MAIL, MAIL)), None),
        ("{}", branch("{cart: {discount: true}}", branch("{cart: {discount: false}}", MAIL)), THEN),
        ("{}", branch("{cart: {discount: true}}", branch("{cart: {discount: TEN}}", MAIL, MAIL)), None),
        ("{}", branch("{cart: {discount: false}}", branch("{cart: {discount: TEN}}", MAIL)), THEN),
        ("{}", branch("{cart: {stock: none}}", MAIL, branch("{cart: {stock: none}}", MAIL)), THEN),
        ("{}", branch("{query: a, person: {orders: 0}}", MAIL, branch("{query: a, person: {orders: 0}}", MAIL)), THEN),
        ("{}", branch("{query: a, person: {orders: 0}}", MAIL, branch("{query: a}", MAIL, MAIL)), None),
        ("{}", branch("{person: {days_since_order: 9}}", MAIL, branch("{person: {days_since_order: 9}}", MAIL)), THEN),
        ("{}", branch("{person: {days_since_order: 9}}", MAIL, branch("{person: {days_since_order: 5}}", MAIL)), None),
        # A cart can change while the flow waits.
        ("{}", branch("{cart: {value: '>=100'}}", "{wait: 1 day}, " + branch("{cart: {value: '<50'}}", MAIL)), None),
        ("{minimum_value: 100}", "{wait: 1 day}, " + branch("{cart: {value: '<50'}}", MAIL), THEN),
    ],
)  # fmt: skip
def test_branches(only_if: str, step: str, problem: str | None) -> None:
    text = f"name: a\nonly_if: {only_if}\nsteps: [{step}]"
    if problem is None:
        parse_flows(text, FIELDS)
        return
    with pytest.raises(FlowError) as error:
        parse_flows(text, FIELDS)
    assert problem in str(error.value)


@pytest.mark.parametrize(
    "only_if", ["{cart: {value: '<5'}, minimum_value: 10}", "{person: {orders: 0, days_since_order: '>3'}}"]
)
def test_conditions_that_exclude_each_other(only_if: str) -> None:
    with pytest.raises(FlowError, match=r"^line 2, column 1: only_if can never be met: its conditions exclude each"):
        parse_flows(f"name: a\nonly_if: {only_if}\nsteps: [send_email]", FIELDS)
