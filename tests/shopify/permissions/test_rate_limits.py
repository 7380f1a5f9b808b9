"""The leaky bucket: points that are spent, restored, refused and refunded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.shopify.permissions.rate_limits import (
    PLANS,
    Bucket,
    RateLimit,
    refund,
    returned,
    spend,
    status,
    take,
    throttled,
)

SECOND = 1_000_000
STANDARD = PLANS["standard"]


def test_plans() -> None:
    assert {name: (plan.restore_rate, plan.maximum_available) for name, plan in PLANS.items()} == {
        "standard": (100, 2_000),
        "advanced": (200, 4_000),
        "plus": (1_000, 20_000),
        "enterprise": (2_000, 40_000),
    }


def test_a_new_bucket_is_full() -> None:
    decision = spend(None, STANDARD, 15, 0)
    assert decision.allowed
    assert status(decision.bucket, STANDARD) == {
        "maximumAvailable": 2000,
        "currentlyAvailable": 1985,
        "restoreRate": 100,
    }


def test_time_restores_and_the_bucket_does_not_overflow() -> None:
    bucket = spend(None, STANDARD, 1_000, 0).bucket
    assert status(spend(bucket, STANDARD, 0, SECOND // 2).bucket, STANDARD)["currentlyAvailable"] == 1_050
    assert status(spend(bucket, STANDARD, 0, 3_600 * SECOND).bucket, STANDARD)["currentlyAvailable"] == 2_000


def test_a_refused_query_takes_nothing_and_may_come_back_later() -> None:
    bucket = Bucket(118 * SECOND, 0)
    refused = spend(bucket, STANDARD, 202, 0)
    assert (refused.allowed, refused.bucket) == (False, bucket)
    assert not spend(refused.bucket, STANDARD, 202, 839_999).allowed
    assert spend(refused.bucket, STANDARD, 202, 840_000).allowed


def test_points_of_an_allowed_query_are_taken_as_far_as_there_are_any() -> None:
    bucket = Bucket(100 * SECOND, 0)
    assert take(bucket, STANDARD, 30, 0) == Bucket(70 * SECOND, 0)
    assert take(bucket, STANDARD, 130, 0) == Bucket(0, 0)
    assert take(bucket, STANDARD, 130, SECOND) == Bucket(70 * SECOND, SECOND)


def test_a_refund_fills_up_to_the_brim() -> None:
    bucket = spend(None, STANDARD, 574, 0).bucket
    assert refund(bucket, STANDARD, 574 - 10, 0).available == 1_990 * SECOND
    assert refund(bucket, STANDARD, 5_000, 0).available == 2_000 * SECOND
    assert refund(bucket, STANDARD, -5, 0) == bucket


def test_a_clock_that_is_a_little_behind_restores_nothing_twice() -> None:
    bucket = spend(None, STANDARD, 500, 10 * SECOND).bucket
    assert spend(bucket, STANDARD, 0, 8 * SECOND).bucket == bucket


@pytest.mark.parametrize("back", [3 * SECOND, 3_600 * SECOND])
def test_a_clock_set_back_takes_nothing_away_and_restores_at_once(back: int) -> None:
    moment = 10_000 * SECOND
    bucket = spend(None, STANDARD, 500, moment).bucket
    set_back = spend(bucket, STANDARD, 0, moment - back).bucket
    assert set_back == Bucket(1_500 * SECOND, moment - back)
    assert spend(set_back, STANDARD, 0, moment - back + SECOND).bucket.available == 1_600 * SECOND
    assert refund(bucket, STANDARD, 100, moment - back) == Bucket(1_600 * SECOND, moment - back)


def test_a_clock_set_forward_fills_the_bucket_and_no_more() -> None:
    bucket = spend(None, STANDARD, 500, 0).bucket
    assert spend(bucket, STANDARD, 0, 3_600 * SECOND).bucket.available == 2_000 * SECOND


def test_a_smaller_plan_empties_the_surplus() -> None:
    assert spend(Bucket(40_000 * SECOND, 0), STANDARD, 0, 0).bucket.available == 2_000 * SECOND


def test_the_error() -> None:
    assert throttled() == {
        "message": "Throttled",
        "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"},
    }


@given(st.lists(st.tuples(st.integers(0, 1_000), st.integers(0, 5 * SECOND), st.booleans())))
def test_no_more_is_spent_than_was_ever_there(steps: list[tuple[int, int, bool]]) -> None:
    plan, now, spent = RateLimit.at(100), 0, 0
    bucket: Bucket | None = None
    for cost, pause, give_back in steps:
        now += pause
        decision = spend(bucket, plan, cost, now)
        bucket = decision.bucket
        spent += cost if decision.allowed else 0
        if decision.allowed and give_back:
            assert returned(bucket, plan, cost // 2) == refund(bucket, plan, cost // 2, now)
            bucket = refund(bucket, plan, cost // 2, now)
            spent -= cost // 2
        assert 0 <= bucket.available <= plan.maximum_available * SECOND
    assert spent * SECOND <= plan.maximum_available * SECOND + now * plan.restore_rate
