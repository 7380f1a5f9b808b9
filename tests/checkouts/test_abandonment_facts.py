"""The facts about a visit that ended without an order."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts import abandonment_facts as rules
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE

NOW = 1_000 * DAY


def visit(number: int, step: str, at: int) -> dict[str, Any]:
    return {"id": number, "abandonment_type": step, "created_at": at}


VISITS = [visit(1, "CHECKOUT", 3), visit(2, "CHECKOUT", 5), visit(3, "CART", 9), visit(4, "BROWSE", 12)]


@pytest.mark.parametrize(
    ("moment", "days"), [(None, 0), (NOW, 0), (NOW - DAY + 1, 0), (NOW - DAY, 1), (NOW - 9 * DAY, 9), (NOW + DAY, 0)]
)
def test_days_are_complete_days(moment: int | None, days: int) -> None:
    assert rules.whole_days_since(moment, NOW) == days


@pytest.mark.parametrize(
    ("moment", "hours"),
    [(None, None), (NOW, 0.0), (NOW - 90 * MINUTE, 1.5), (NOW - 80 * MINUTE, 1.33), (NOW + HOUR, 0.0)],
)
def test_hours_have_two_decimals(moment: int | None, hours: float | None) -> None:
    assert rules.hours_since(moment, NOW) == hours


def test_the_most_significant_visit_is_the_latest_of_the_furthest() -> None:
    found = rules.most_significant(VISITS)
    assert found is not None and found["id"] == 2
    assert rules.most_significant([]) is None


def test_the_last_date_of_a_step_and_the_latest_step() -> None:
    assert rules.most_recent_step(VISITS, "CHECKOUT") == "BROWSE"
    assert rules.most_recent_step([], "CART") == "CART"
    assert [rules.last_of_step(VISITS[:3], step, 77) for step in rules.STEPS] == [77, 9, 5]


@pytest.mark.parametrize(
    ("orders", "completed", "ordered"),
    [
        ([], [None], False),
        ([(99, None)], [], False),
        ([(100, None)], [], True),
        ([(101, 102)], [], False),
        ([], [99, 100], True),
    ],
    ids=["nothing", "an order before", "an order since", "a cancelled order", "a completed checkout"],
)
def test_an_order_or_a_completed_checkout_counts_as_ordered(
    orders: list[Any], completed: list[Any], ordered: bool
) -> None:
    placed = [{"created_at": at, "cancelled_at": cancelled} for at, cancelled in orders]
    checkouts = [{"completed_at": at} for at in completed]
    assert rules.has_ordered_since(100, placed, checkouts) is ordered


def test_the_cart_comes_from_the_visit_or_else_from_the_checkout() -> None:
    lines = [
        {"position": 1, "product_id": 8, "variant_id": 9, "quantity": 2},
        {"position": 0, "product_id": 6, "variant_id": 7, "quantity": 1},
    ]
    added = [{"product_id": 1, "variant_id": 2, "quantity": 3}]
    assert rules.products_in_cart({"products_added_to_cart": added}, lines) == added
    assert rules.products_in_cart({"products_added_to_cart": []}, lines) == []
    assert rules.products_in_cart({}, lines) == [
        {"product_id": 6, "variant_id": 7, "quantity": 1},
        {"product_id": 8, "variant_id": 9, "quantity": 2},
    ]


@pytest.mark.parametrize(("at", "expected"), [(None, False), (99, False), (100, True), (101, True)])
def test_a_draft_order_counts_if_it_is_later(at: int | None, expected: bool) -> None:
    assert rules.has_draft_order_since(100, {"draft_order_at": at}) is expected


def test_a_visit_without_facts_has_defaults() -> None:
    assert not rules.has_draft_order_since(100, {})
    assert rules.source_of({}) == rules.source_of({"source": None}) == "online_store"
    assert rules.source_of({"source": "shop_app"}) == "shop_app"
