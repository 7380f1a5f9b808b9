"""What a shop says of itself beyond its columns: its plan, how it writes money, its units; all from its settings."""

from typing import NamedTuple

from babel import Locale

from abandoned_checkouts.checkouts.moment import to_datetime, zone_named
from abandoned_checkouts.checkouts.shop import Shop

# Countries that weigh in pounds.
_IMPERIAL = frozenset(("US", "LR", "MM"))
_ENGLISH = Locale("en")
# What merchants know the plans by.
PLAN_NAMES = {
    "standard": "Basic",
    "advanced": "Advanced",
    "plus": "Shopify Plus",
    "enterprise": "Shopify Plus",
}


def money_format(currency: str, *, with_currency: bool = False) -> str:
    """The template in which prices are written: "${{amount}}", "Fr.{{amount}} CHF"."""
    symbol = _ENGLISH.currency_symbols.get(currency, "")
    text = f"{symbol}{{{{amount}}}}" if symbol and symbol != currency else "{{amount}}"
    return f"{text} {currency}" if with_currency or symbol in ("", currency) else text


class PlanFacts(NamedTuple):
    """The plan's name, and whether it is one for large shops or for developing apps."""

    name: str
    is_plus: bool
    is_development: bool


def plan(shop: Shop) -> PlanFacts:
    """What the shop pays for.

    The setting `plan` is one of those whose limits apply (standard, advanced, plus, enterprise), or any name.
    """
    setting = str(shop.settings.get("plan") or "standard")
    name = PLAN_NAMES.get(setting, setting)
    return PlanFacts(name, "plus" in name.lower(), "development" in name.lower())


def is_metric(shop: Shop) -> bool:
    country = (shop.address or {}).get("country_code")
    system = shop.settings.get("unit_system")
    return system == "METRIC_SYSTEM" if system else country not in _IMPERIAL


def offset_minutes(shop: Shop, now: int) -> int:
    """How far the shop's clock is ahead of UTC at that moment, summer time and all."""
    offset = to_datetime(now).astimezone(zone_named(shop.timezone)).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)


def offset_text(minutes: int) -> str:
    """The offset as Shopify writes it: -0400."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}{rest:02d}"


def zone_abbreviation(shop: Shop, now: int) -> str:
    """What people call the shop's zone at that moment: EST, CEST."""
    return to_datetime(now).astimezone(zone_named(shop.timezone)).tzname() or "UTC"
