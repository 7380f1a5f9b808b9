"""When checkouts are old, announced and due, by the settings of a shop."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.moment import DAY, HOUR
from abandoned_checkouts.checkouts.retention_policy import RetentionPolicy, is_held, next_day, policy_of
from abandoned_checkouts.checkouts.shop import Shop
from tests.checkouts.samples import a_shop

NOON = 400 * DAY + 12 * HOUR


def shop(**settings: Any) -> Shop:
    return a_shop(settings=settings)


@pytest.mark.parametrize(
    ("settings", "policy"),
    [
        ({}, None),
        ({"retention": "keep"}, None),
        ({"retention": "shopify"}, None),
        ({"retention": "anonymise"}, RetentionPolicy("anonymise", 365 * DAY, 7 * DAY)),
        ({"retention": "delete", "retention_days": 30}, RetentionPolicy("delete", 30 * DAY, 7 * DAY)),
        ({"retention": "delete", "retention_grace_days": 0}, RetentionPolicy("delete", 365 * DAY, 0)),
        ({"retention": "delete", "legal_hold": "on"}, None),
        ({"retention": "delete", "legal_hold": "off"}, RetentionPolicy("delete", 365 * DAY, 7 * DAY)),
    ],
)
def test_the_policy_of_settings(settings: dict[str, Any], policy: RetentionPolicy | None) -> None:
    assert policy_of(shop(**settings)) == policy
    assert is_held(shop(**settings)) == (settings.get("legal_hold") == "on")


def test_moments_are_counted_from_the_beginning_of_the_day() -> None:
    policy = RetentionPolicy("delete", age=30 * DAY, grace=7 * DAY)
    for now in (400 * DAY, NOON, 401 * DAY - 1):
        assert policy.old_before(now) == 370 * DAY
        assert policy.announced_before(now) == 393 * DAY
        assert policy.payloads_before(now) == 363 * DAY


def test_the_next_day_begins_at_or_after_a_moment() -> None:
    assert [next_day(moment) for moment in (400 * DAY, 400 * DAY + 1, NOON)] == [400 * DAY, 401 * DAY, 401 * DAY]
