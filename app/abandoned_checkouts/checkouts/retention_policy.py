"""The rule by which old checkouts are anonymised or deleted, from the settings of a shop.

A checkout is old after a number of days without a change. It is then announced, and after the days of grace it is
anonymised or deleted. Both happen at the beginning of a day in UTC. Shopify's own rule is in checkouts/lifecycle.
"""

from dataclasses import dataclass
from typing import Literal

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop

RETENTION_DAYS, GRACE_DAYS = 365, 7


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """Times in microseconds: without a change until a checkout is old, and from then until the action."""

    action: Literal["anonymise", "delete"]
    age: int
    grace: int

    def old_before(self, now: int) -> int:
        """Checkouts whose last change was at this moment or earlier are old."""
        return start_of_day(now) - self.age

    def announced_before(self, now: int) -> int:
        """Old checkouts that were announced at this moment or earlier are due."""
        return start_of_day(now) - self.grace

    def payloads_before(self, now: int) -> int:
        """Messages from before this moment are due."""
        return start_of_day(now) - self.age - self.grace


def policy_of(shop: Shop) -> RetentionPolicy | None:
    """The policy from the settings `retention`, `retention_days` and `retention_grace_days`. None if `retention` is
    keep or shopify, or if the shop has a legal hold."""
    action = shop.settings.get("retention")
    if action not in ("anonymise", "delete") or is_held(shop):
        return None
    return RetentionPolicy(
        action,
        int(shop.settings.get("retention_days", RETENTION_DAYS)) * DAY,
        int(shop.settings.get("retention_grace_days", GRACE_DAYS)) * DAY,
    )


def is_held(shop: Shop) -> bool:
    """Whether the shop has a legal hold: retention then changes nothing."""
    return shop.settings.get("legal_hold") == "on"


def start_of_day(moment: int) -> int:
    return moment - moment % DAY


def next_day(moment: int) -> int:
    """The beginning of a day at or after the moment."""
    return start_of_day(moment + DAY - 1)
