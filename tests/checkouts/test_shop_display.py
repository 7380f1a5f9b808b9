"""Fields of a shop that follow from its currency, plan, country and time zone."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.shop_display import (
    PlanFacts,
    is_metric,
    money_format,
    offset_minutes,
    offset_text,
    plan,
    zone_abbreviation,
)
from tests.checkouts.samples import a_shop


@pytest.mark.parametrize(
    ("currency", "short", "full"),
    [
        ("USD", "${{amount}}", "${{amount}} USD"),
        ("EUR", "€{{amount}}", "€{{amount}} EUR"),
        ("CAD", "CA${{amount}}", "CA${{amount}} CAD"),
        # Without a symbol the code is always shown.
        ("CHF", "{{amount}} CHF", "{{amount}} CHF"),
        ("XYZ", "{{amount}} XYZ", "{{amount}} XYZ"),
    ],
)
def test_the_money_format_depends_on_the_currency(currency: str, short: str, full: str) -> None:
    assert (money_format(currency), money_format(currency, with_currency=True)) == (short, full)


@pytest.mark.parametrize(
    ("setting", "facts"),
    [
        (None, PlanFacts("Basic", False, False)),
        ("standard", PlanFacts("Basic", False, False)),
        ("advanced", PlanFacts("Advanced", False, False)),
        ("plus", PlanFacts("Shopify Plus", True, False)),
        ("enterprise", PlanFacts("Shopify Plus", True, False)),
        ("Development", PlanFacts("Development", False, True)),
        ("Plus Trial", PlanFacts("Plus Trial", True, False)),
    ],
)
def test_the_plan_follows_from_the_setting(setting: str | None, facts: PlanFacts) -> None:
    settings = {} if setting is None else {"plan": setting}
    assert plan(a_shop(settings=settings)) == facts


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"address": {"country_code": "DE"}}, True),
        ({"address": {"country_code": "US"}}, False),
        ({"address": {"country_code": "LR"}}, False),
        ({"address": {"country_code": "MM"}}, False),
        ({"address": {"country_code": "US"}, "settings": {"unit_system": "METRIC_SYSTEM"}}, True),
        ({"address": {"country_code": "DE"}, "settings": {"unit_system": "IMPERIAL_SYSTEM"}}, False),
    ],
)
def test_units_follow_the_country_or_the_setting(values: dict[str, Any], expected: bool) -> None:
    assert is_metric(a_shop(**values)) is expected


@pytest.mark.parametrize(
    ("timezone", "moment", "minutes", "text", "abbreviation"),
    [
        ("America/New_York", "2026-07-01T00:00:00Z", -240, "-0400", "EDT"),
        ("America/New_York", "2026-01-01T00:00:00Z", -300, "-0500", "EST"),
        ("Europe/Berlin", "2026-07-01T00:00:00Z", 120, "+0200", "CEST"),
        ("Asia/Kolkata", "2026-07-01T00:00:00Z", 330, "+0530", "IST"),
        ("America/St_Johns", "2026-01-01T00:00:00Z", -210, "-0330", "NST"),
        ("UTC", "2026-01-01T00:00:00Z", 0, "+0000", "UTC"),
    ],
)
def test_the_offset_follows_daylight_saving_time(
    timezone: str, moment: str, minutes: int, text: str, abbreviation: str
) -> None:
    shop, now = a_shop(timezone=timezone), parse_moment(moment)
    assert offset_minutes(shop, now) == minutes
    assert offset_text(minutes) == text
    assert zone_abbreviation(shop, now) == abbreviation
