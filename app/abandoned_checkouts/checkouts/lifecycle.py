"""The moments of a checkout's lifecycle: when it is abandoned, when it lapses, and when retention deletes it.

These functions use the times that the platform sent, and receive the present time as an argument. A job that runs late
therefore has the same result as one that runs on time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from abandoned_checkouts.checkouts.checkout import Checkout, has_contact
from abandoned_checkouts.checkouts.moment import DAY, MINUTE, from_datetime, to_datetime, zone_named
from abandoned_checkouts.checkouts.retention_policy import is_held
from abandoned_checkouts.checkouts.shop import Shop

LifecycleState = Literal["open", "completed", "abandoned", "recovered", "lapsed"]

# The default of the setting `attribution_days`. A purchase within this time counts as a recovery, also without the
# link.
ATTRIBUTION_DAYS = 30
# Shopify deletes checkouts that are older than three months and were not updated for a month. A month is 30 days here.
RETENTION_AGE = 90 * DAY
RETENTION_REST = 30 * DAY


@dataclass(frozen=True, slots=True)
class Rules:
    """A shop's settings, in microseconds. `deletes_old` is whether its old abandoned checkouts are deleted by
    Shopify's rule (another rule is in checkouts/retention_policy)."""

    threshold: int
    attribution: int
    deletes_old: bool
    timezone: str


def rules_of(shop: Shop) -> Rules:
    """The rules from the shop's settings `abandoned_after_minutes` (default: the platform's), `attribution_days`,
    `retention` and `legal_hold`."""
    return Rules(
        threshold=threshold_of(shop),
        attribution=int(shop.settings.get("attribution_days", ATTRIBUTION_DAYS)) * DAY,
        deletes_old=shop.settings.get("retention", "keep") == "shopify" and not is_held(shop),
        timezone=shop.timezone,
    )


def threshold_of(shop: Shop) -> int:
    """The time after which a checkout is abandoned, in microseconds."""
    return int(shop.settings.get("abandoned_after_minutes", shop.abandoned_after_minutes)) * MINUTE


def contact_given_at(checkout: Checkout, known: int | None) -> int | None:
    """When the buyer first entered an e-mail address or phone number. `known` is the time from earlier reports."""
    if not has_contact(checkout):
        return known
    return checkout.updated_at if known is None else min(known, checkout.updated_at)


def abandoned_when(checkout: Checkout, contact_at: int | None, rules: Rules) -> int | None:
    """When the checkout becomes abandoned, or None if it never does.

    Shopify's definition: a checkout with contact information that is not completed within ten minutes. The time starts
    when the contact is entered, not with the last change.
    """
    if contact_at is None:
        return None
    due = contact_at + rules.threshold
    return None if checkout.completed_at is not None and checkout.completed_at < due else due


def lapses_when(abandoned_at: int, rules: Rules) -> int:
    """The end of the attribution period. A later purchase is a recovery only if the buyer followed the recovery
    link."""
    return abandoned_at + rules.attribution


def with_recovery(checkout: Checkout, rules: Rules, *, by_link: bool) -> Checkout:
    """Set `recovered_at` on a bought checkout, or `lapsed_at` if the purchase came too late to be a recovery.

    It is a recovery if the buyer followed the recovery link, or bought within the attribution period.
    """
    if checkout.completed_at is None or checkout.recovered_at is not None or checkout.abandoned_at is None:
        return checkout
    end = lapses_when(checkout.abandoned_at, rules)
    if by_link or checkout.completed_at < end:
        return replace(checkout, recovered_at=checkout.completed_at, lapsed_at=None)
    return checkout if checkout.lapsed_at is not None else replace(checkout, lapsed_at=end)


def was_bought_in_time(reported: Checkout, known: Checkout) -> bool:
    """Whether the report shows that the buyer had bought before the known checkout was abandoned."""
    if reported.completed_at is None or known.completed_at is not None or known.abandoned_at is None:
        return False
    return reported.completed_at < known.abandoned_at


def state_of(checkout: Checkout, now: int, rules: Rules, contact_at: int | None = None) -> LifecycleState:
    """The state at the moment `now`. A checkout that the merchant closed keeps its state; only `closed_at` is set."""
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


def retention_deletes_at(checkout: Checkout, timezone: str) -> int | None:
    """When Shopify's retention deletes a checkout: on the first Monday after both periods, in the shop's time zone.
    None for a completed checkout, which is kept.
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


def why_gone(created_at: int, gone_at: int) -> Literal["deleted", "past_retention"]:
    """Why a checkout is gone at the source: Shopify deletes checkouts at an age of about 90 days."""
    return "past_retention" if gone_at - created_at >= RETENTION_AGE else "deleted"
