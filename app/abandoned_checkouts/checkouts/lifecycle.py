"""The life of a checkout: open, then abandoned or completed; once abandoned, recovered or lapsed; in the end forgotten.

All rules are pure. Moments come from the platform's own times and the present is passed in, so that work done late
ends as it would have ended in time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from abandoned_checkouts.checkouts.checkout import Checkout, has_contact
from abandoned_checkouts.checkouts.moment import DAY, MINUTE, from_datetime, to_datetime, zone_named
from abandoned_checkouts.checkouts.shop import Shop

LifecycleState = Literal["open", "completed", "abandoned", "recovered", "lapsed"]

# The setting of a shop with its default: days in which a purchase counts as a recovery without the link.
ATTRIBUTION_DAYS = 30
# Shopify: removed when older than three months and not updated for one; the month is counted as 30 days.
RETENTION_AGE = 90 * DAY
RETENTION_REST = 30 * DAY


@dataclass(frozen=True, slots=True)
class Rules:
    """What a shop decides, in microseconds. `forgets` is whether abandoned checkouts are removed after a while."""

    threshold: int
    attribution: int
    forgets: bool
    timezone: str


def rules_of(shop: Shop) -> Rules:
    """By the shop's settings `abandoned_after_minutes`, else its platform's, `attribution_days` and `retention`: keep,
    the default, or shopify."""
    return Rules(
        threshold=int(shop.settings.get("abandoned_after_minutes", shop.abandoned_after_minutes)) * MINUTE,
        attribution=int(shop.settings.get("attribution_days", ATTRIBUTION_DAYS)) * DAY,
        forgets=shop.settings.get("retention", "keep") == "shopify",
        timezone=shop.timezone,
    )


def contact_given_at(checkout: Checkout, known: int | None) -> int | None:
    """When the buyer first left a way to be reached, as far as the messages seen tell; `known` is from earlier ones."""
    if not has_contact(checkout):
        return known
    return checkout.updated_at if known is None else min(known, checkout.updated_at)


def abandoned_when(checkout: Checkout, contact_at: int | None, rules: Rules) -> int | None:
    """The moment from which an open checkout counts as abandoned, or None when it never will.

    Shopify: with contact information and not completed within ten minutes of it. The time runs from the contact,
    not from the last change.
    """
    if contact_at is None:
        return None
    due = contact_at + rules.threshold
    return None if checkout.completed_at is not None and checkout.completed_at < due else due


def lapses_when(abandoned_at: int, rules: Rules) -> int:
    """The end of the time in which a purchase counts as a recovery of its own accord."""
    return abandoned_at + rules.attribution


def settle_completion(checkout: Checkout, rules: Rules, *, by_link: bool) -> None:
    """Decide what completing an abandoned checkout means: recovered, or lapsed and bought all the same.

    It is recovered when the buyer came by the recovery link, or completed within the time of attribution.
    """
    if checkout.completed_at is None or checkout.recovered_at is not None or checkout.abandoned_at is None:
        return
    end = lapses_when(checkout.abandoned_at, rules)
    if by_link or checkout.completed_at < end:
        checkout.recovered_at = checkout.completed_at
        checkout.lapsed_at = None
    elif checkout.lapsed_at is None:
        checkout.lapsed_at = end


def was_in_time(checkout: Checkout, known: Checkout) -> bool:
    """Whether it turns out that an abandoned checkout was bought before its time was over."""
    if checkout.completed_at is None or known.completed_at is not None or known.abandoned_at is None:
        return False
    return checkout.completed_at < known.abandoned_at


def state_of(checkout: Checkout, now: int, rules: Rules, contact_at: int | None = None) -> LifecycleState:
    """The state at that moment. Being closed by the merchant is independent of it: see `closed_at`."""
    if checkout.recovered_at is not None:
        return "recovered"
    abandoned_at = checkout.abandoned_at
    if abandoned_at is None:
        abandoned_at = abandoned_when(checkout, contact_given_at(checkout, contact_at), rules)
    if checkout.completed_at is not None and (abandoned_at is None or checkout.completed_at < abandoned_at):
        return "completed"
    if abandoned_at is None or now < abandoned_at:
        return "open"
    if checkout.lapsed_at is not None or lapses_when(abandoned_at, rules) <= now:
        return "lapsed"
    return "abandoned" if checkout.completed_at is None else "recovered"


def forgotten_when(checkout: Checkout, timezone: str) -> int | None:
    """When Shopify's retention removes a checkout: the Monday, by the shop's clock, after both its times are over.

    None for one that was bought: those are kept.
    """
    if checkout.completed_at is not None or checkout.recovered_at is not None:
        return None
    over = max(checkout.created_at + RETENTION_AGE, checkout.updated_at + RETENTION_REST)
    zone = zone_named(timezone)
    day = to_datetime(over).astimezone(zone).date()
    monday = day + timedelta(days=(-day.weekday()) % 7)
    start = from_datetime(datetime(monday.year, monday.month, monday.day, tzinfo=zone))
    if start < over:
        monday += timedelta(days=7)
        start = from_datetime(datetime(monday.year, monday.month, monday.day, tzinfo=zone))
    return start
