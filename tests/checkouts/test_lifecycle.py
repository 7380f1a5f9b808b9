"""The moments of a lifecycle: thresholds, attribution, daylight saving time, and Mondays in every time zone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.lifecycle import (
    Rules,
    abandoned_when,
    contact_given_at,
    retention_deletes_at,
    rules_of,
    state_of,
    was_bought_in_time,
    with_recovery,
)
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE, from_datetime, to_datetime
from abandoned_checkouts.checkouts.settings import read_setting
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shops import create_shop

RULES = Rules(threshold=10 * MINUTE, attribution=30 * DAY, deletes_old=False, timezone="America/New_York")


def checkout(**changes: Any) -> Checkout:
    values = {"platform": "shopify", "created_at": 0, "updated_at": 0, "currency": "USD", "email": "a@example.com"}
    return Checkout(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "now", "state"),
    [
        ({}, 10 * MINUTE - 1, "open"),
        ({}, 10 * MINUTE, "abandoned"),
        ({"email": None}, DAY, "open"),
        ({"email": None, "phone": "+49 30 1234"}, DAY, "abandoned"),
        ({"completed_at": 9 * MINUTE}, DAY, "completed"),
        ({"abandoned_at": 10 * MINUTE}, 30 * DAY + 10 * MINUTE - 1, "abandoned"),
        ({"abandoned_at": 10 * MINUTE}, 30 * DAY + 10 * MINUTE, "lapsed"),
        ({"abandoned_at": 10 * MINUTE, "completed_at": HOUR, "recovered_at": HOUR}, 90 * DAY, "recovered"),
        ({"abandoned_at": 10 * MINUTE, "completed_at": 31 * DAY, "lapsed_at": 30 * DAY}, 90 * DAY, "lapsed"),
        # It lapsed when the attribution was 3 days. The shop has made it longer since, but the checkout stays lapsed.
        ({"abandoned_at": 10 * MINUTE, "lapsed_at": 3 * DAY}, 4 * DAY, "lapsed"),
        # A purchase without the link that is not decided yet.
        ({"abandoned_at": 10 * MINUTE, "completed_at": DAY}, 2 * DAY, "recovered"),
        ({"completed_at": 10 * MINUTE}, DAY, "recovered"),
        ({"completed_at": 10 * MINUTE - 1}, 0, "completed"),
    ],
)
def test_the_state_follows_from_the_times(changes: dict[str, Any], now: int, state: str) -> None:
    assert state_of(checkout(**changes), now, RULES) == state


@pytest.mark.parametrize(
    ("completed_at", "by_link", "recovered"),
    [
        (10 * MINUTE, False, True),
        (30 * DAY + 10 * MINUTE - 1, False, True),
        (30 * DAY + 10 * MINUTE, False, False),
        (90 * DAY, True, True),
    ],
)
def test_a_purchase_is_a_recovery_in_time_or_by_the_link(completed_at: int, by_link: bool, recovered: bool) -> None:
    bought = checkout(abandoned_at=10 * MINUTE, completed_at=completed_at)
    bought = with_recovery(bought, RULES, by_link=by_link)
    assert (bought.recovered_at, bought.lapsed_at) == (
        (completed_at, None) if recovered else (None, 30 * DAY + 10 * MINUTE)
    )


@pytest.mark.parametrize(
    "changes", [{"completed_at": None}, {"recovered_at": HOUR}, {"abandoned_at": None}, {"lapsed_at": 2 * DAY}]
)
def test_a_recovered_or_lapsed_checkout_stays_so(changes: dict[str, Any]) -> None:
    bought = checkout(**{"abandoned_at": 10 * MINUTE, "completed_at": 40 * DAY, **changes})
    assert with_recovery(bought, RULES, by_link=False) == bought


@pytest.mark.parametrize(
    ("bought_at", "known", "in_time"),
    [
        (9 * MINUTE, {"abandoned_at": 10 * MINUTE}, True),
        (10 * MINUTE, {"abandoned_at": 10 * MINUTE}, False),
        (None, {"abandoned_at": 10 * MINUTE}, False),
        (9 * MINUTE, {}, False),
        # An earlier purchase does not withdraw a known one.
        (9 * MINUTE, {"abandoned_at": 10 * MINUTE, "completed_at": HOUR}, False),
    ],
)
def test_a_purchase_before_the_abandonment_is_in_time(
    bought_at: int | None, known: dict[str, Any], in_time: bool
) -> None:
    assert was_bought_in_time(checkout(completed_at=bought_at), checkout(**known)) is in_time


def test_the_threshold_starts_at_the_first_contact_in_any_order() -> None:
    seen = [checkout(updated_at=3 * MINUTE), checkout(updated_at=MINUTE), checkout(email=None, updated_at=0)]
    for order in (seen, seen[::-1], [seen[1], seen[2], seen[0]]):
        contact_at = None
        for each in order:
            contact_at = contact_given_at(each, contact_at)
        assert abandoned_when(seen[0], contact_at, RULES) == 11 * MINUTE


@pytest.mark.parametrize(
    ("platform_minutes", "settings", "expected"),
    [
        (10, {}, Rules(10 * MINUTE, 30 * DAY, False, "UTC")),
        (60, {"attribution_days": 7, "retention": "shopify"}, Rules(60 * MINUTE, 7 * DAY, True, "UTC")),
    ],
)
def test_settings_of_a_shop_replace_the_defaults(
    platform_minutes: int, settings: dict[str, Any], expected: Rules
) -> None:
    texts = dict.fromkeys(("uuid", "domain", "name", "email", "owner_name", "currency", "platform", "secret"), "x")
    shop = Shop(id=1, timezone="UTC", abandoned_after_minutes=platform_minutes, settings=settings, **texts)
    assert rules_of(shop) == expected


ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "America/Sao_Paulo",
    "Africa/Cairo",
)
MOMENTS = st.integers(from_datetime(datetime(2000, 1, 1, tzinfo=UTC)), from_datetime(datetime(2050, 1, 1, tzinfo=UTC)))


@given(MOMENTS, st.integers(0, 200 * DAY), st.sampled_from(ZONES))
def test_retention_deletes_on_the_first_monday_after_both_periods(created: int, later: int, zone: str) -> None:
    deleted = retention_deletes_at(checkout(created_at=created, updated_at=created + later), zone)
    assert deleted is not None
    local = to_datetime(deleted).astimezone(ZoneInfo(zone))
    assert local.weekday() == 0
    # If daylight saving time starts at midnight, the day begins at one o'clock.
    assert local.hour in (0, 1) and local.minute == local.second == local.microsecond == 0
    over = max(created + 90 * DAY, created + later + 30 * DAY)
    assert timedelta(0) <= timedelta(microseconds=deleted - over) <= timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("created", "updated", "deleted"),
    [
        # 90 days after Wednesday 2026-01-07 is Tuesday 2026-04-07; the next Monday is the 13th.
        ("2026-01-07T12:00", "2026-01-07T12:00", "2026-04-13T00:00"),
        # 30 days after the last change, Thursday 2026-03-12, is Saturday 2026-04-11.
        ("2026-01-07T12:00", "2026-03-12T12:00", "2026-04-13T00:00"),
        ("2026-01-07T12:00", "2026-03-14T12:00", "2026-04-20T00:00"),
        # If the period ends on a Monday: at midnight it is that day, later it is the next Monday.
        ("2026-01-13T00:00", "2026-01-13T00:00", "2026-04-13T00:00"),
        ("2026-01-13T00:01", "2026-01-13T00:01", "2026-04-20T00:00"),
    ],
)
def test_retention_depends_on_age_and_last_change(created: str, updated: str, deleted: str) -> None:
    at = {name: moment(text) for name, text in (("created_at", created), ("updated_at", updated))}
    assert retention_deletes_at(checkout(**at), "UTC") == moment(deleted)


def moment(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_retention_keeps_bought_checkouts() -> None:
    assert retention_deletes_at(checkout(completed_at=1), "UTC") is None
    assert retention_deletes_at(checkout(recovered_at=1), "UTC") is None


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_ten_minutes_are_ten_minutes_when_the_clocks_change(day: str) -> None:
    """Daylight saving time in New York starts and ends at two in the morning of these days."""
    zone = ZoneInfo("America/New_York")
    for minute in range(0, 180, 5):
        contact = from_datetime(datetime.fromisoformat(f"{day}T00:30:00").replace(tzinfo=zone)) + minute * MINUTE
        assert abandoned_when(checkout(), contact, RULES) == contact + 10 * MINUTE


@pytest.mark.anyio
@pytest.mark.parametrize(("platform", "minutes"), [("shopify", 10), ("wix", 60)])
async def test_the_default_threshold_depends_on_the_platform(store: Database, platform: str, minutes: int) -> None:
    async with store.begin() as connection:
        shop: Shop = await create_shop(connection, "a.example", now=0, platform=platform)
    assert rules_of(shop).threshold == minutes * MINUTE
    own = replace(shop, settings={"abandoned_after_minutes": read_setting("abandoned_after_minutes", "25")})
    assert rules_of(own).threshold == 25 * MINUTE
