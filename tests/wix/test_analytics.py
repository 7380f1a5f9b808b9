"""get-analytics: sums over days in the site's time zone."""

from typing import Any

import pytest

from abandoned_checkouts.store.checkouts.save import save_checkouts
from tests.wix.requests import Json, post, violation
from tests.wix.site import Site, checkout

# Request → metrics. The checkouts are a day and an hour apart; the first is of noon on 1 November.
DAY = {"startDate": "2026-01-02", "endDate": "2026-01-02"}
ANALYTICS = [
    ({"startDate": "2023-05-03", "endDate": "2023-05-03"}, ("0.00", 0, "0.00", "255.00", 1, 1)),
    ({"startDate": "2026-11-01", "endDate": "2026-11-03"}, ("59.50", 2, "29.75", "10.50", 1, 1 / 3)),
    (
        {"startDate": "2026-11-01", "endDate": "2026-11-03", "statuses": ["ABANDONED"]},
        ("59.50", 2, "29.75", "0.00", 0, 0),
    ),
    ({"startDate": "2020-01-01", "endDate": "2020-12-31"}, ("0.00", 0, "0.00", "0.00", 0, 0)),
    # The first and the last day that Python has.
    ({"startDate": "0001-01-01", "endDate": "9999-12-31"}, ("266.50", 7, "38.07", "314.00", 5, 5 / 12)),
]


@pytest.mark.parametrize(("body", "expected"), ANALYTICS)
async def test_analytics(shared_site: Site, body: Json, expected: tuple[Any, ...]) -> None:
    answer = await post(shared_site, "get-analytics", body)
    names = "recoverableValue recoverableCheckoutCount averageRecoverableCheckoutValue recoveredValue"
    names += " recoveredCheckoutCount recoveryRate"
    assert tuple(answer[name] for name in names.split()) == expected
    assert answer["currency"] == "USD"


async def test_days_are_in_the_time_zone_of_the_site(site: Site) -> None:
    """4:00 UTC is still the evening before in New York."""
    late = checkout(20)
    late.id, late.created_at = 9999, 1_767_240_000_000_000  # 2026-01-01T04:00:00Z
    async with site.database.begin() as connection:
        await save_checkouts(connection, site.shop, [late])
    for day, count in (("2025-12-31", 1), ("2026-01-01", 0)):
        answer = await post(site, "get-analytics", {"startDate": day, "endDate": day})
        assert answer["recoverableCheckoutCount"] == count, day


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "startDate"),
        ({"startDate": "May"}, "startDate"),
        ({"startDate": "2026-01-02", "endDate": "2026-01-01"}, "endDate"),
        ({"startDate": "2026-01-02"}, "endDate"),
        ({"startDate": "2026-01-02", "endDate": ""}, "endDate"),
        ({"startDate": "20260102", "endDate": "2026-01-02"}, "startDate"),
        ({"startDate": "2026-W01-1", "endDate": "2026-01-02"}, "startDate"),
        ({"startDate": "2026-01-02", "endDate": "2026-01-02T00:00:00Z"}, "endDate"),
        ({"startDate": "2026-02-30", "endDate": "2026-03-01"}, "startDate"),
        ({**DAY, "metrics": ["PROFIT"]}, "metrics"),
        ({**DAY, "metrics": ["RECOVERY_RATE"] * 7}, "metrics"),
        ({**DAY, "statuses": ["LOST"]}, "statuses"),
    ],
)
async def test_invalid_requests_are_rejected(shared_site: Site, body: Json, field: str) -> None:
    response = await shared_site.client.post("/v1/abandoned-checkout/get-analytics", json=body)
    assert violation(response)["field"] == field
