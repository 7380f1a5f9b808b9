"""Fields of a shop that are computed from its settings: plan, money format, units and time zone."""

from typing import NamedTuple

from babel import Locale

from abandoned_checkouts.checkouts.moment import to_datetime, zone_named
from abandoned_checkouts.checkouts.shop import Shop

# Countries that do not use the metric system.
_IMPERIAL = frozenset(("US", "LR", "MM"))
_ENGLISH = Locale("en")
# The names of the plans in Shopify's admin.
PLAN_NAMES = {
    "standard": "Basic",
    "advanced": "Advanced",
    "plus": "Shopify Plus",
    "enterprise": "Shopify Plus",
}


def money_format(currency: str, *, with_currency: bool = False) -> str:
    """The template for prices, for example "${{amount}}", or "{{amount}} CHF" for a currency without a symbol."""
    symbol = _ENGLISH.currency_symbols.get(currency, "")
    text = f"{symbol}{{{{amount}}}}" if symbol and symbol != currency else "{{amount}}"
    return f"{text} {currency}" if with_currency or symbol in ("", currency) else text


class PlanFacts(NamedTuple):
    """The name of the plan, and whether it is Shopify Plus or a plan for development stores."""

    name: str
    is_plus: bool
    is_development: bool


def plan(shop: Shop) -> PlanFacts:
    """The plan in the setting `plan`, which can be standard, advanced, plus, enterprise, or any other name."""
    setting = str(shop.settings.get("plan") or "standard")
    name = PLAN_NAMES.get(setting, setting)
    return PlanFacts(name, "plus" in name.lower(), "development" in name.lower())


def is_metric(shop: Shop) -> bool:
    country = (shop.address or {}).get("country_code")
    system = shop.settings.get("unit_system")
    return system == "METRIC_SYSTEM" if system else country not in _IMPERIAL


def offset_minutes(shop: Shop, now: int) -> int:
    """The shop's offset from UTC at that moment, with daylight saving time, in minutes."""
    offset = to_datetime(now).astimezone(zone_named(shop.timezone)).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)


def offset_text(minutes: int) -> str:
    """The offset as Shopify writes it: -0400."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}{rest:02d}"


def zone_abbreviation(shop: Shop, now: int) -> str:
    """The abbreviation of the shop's time zone at that moment: EST, CEST."""
    return to_datetime(now).astimezone(zone_named(shop.timezone)).tzname() or "UTC"
