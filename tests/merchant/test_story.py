"""The story of a checkout whose events are not stored, and the times in reasons."""

from typing import Any, cast

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import DAY, HOUR, zone_named
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.story import story_of
from abandoned_checkouts.merchant.words import words_of
from abandoned_checkouts.store.checkouts.timeline import TimelineEntry
from tests.intake.messages import START


class Reader:
    """As much of a visit as a story needs."""

    words, zone = words_of("en"), zone_named("Asia/Jerusalem")


VISIT = cast(Visit, Reader())


def checkout(**moments: Any) -> Checkout:
    return Checkout(platform="shopify", id=5, created_at=START, updated_at=START, currency="USD", **moments)


def titles(*arguments: Any) -> list[str]:
    return [entry.title for entry in story_of(VISIT, *arguments)]


def test_a_story_without_events_has_the_moments_of_the_checkout() -> None:
    bought = checkout(abandoned_at=START + HOUR, recovered_at=START + DAY, completed_at=START + DAY)
    assert titles(bought, [], []) == ["Checkout started", "Abandoned", "Recovered"]
    lapsed = checkout(abandoned_at=START + HOUR, lapsed_at=START + 30 * DAY, closed_at=START + 2 * DAY)
    assert titles(lapsed, [], []) == [
        "Checkout started",
        "Abandoned",
        "Closed by the merchant",
        "Recovery period ended",
    ]
    visited = [TimelineEntry(START + 2 * HOUR, "event", "recovery_link_visited")]
    assert titles(bought, visited, [])[2] == "Recovery link visited"


def test_events_are_not_repeated_and_updates_that_follow_each_other_are_one() -> None:
    events = [
        TimelineEntry(START, "event", "checkout_created"),
        *(TimelineEntry(START + place, "event", "checkout_updated") for place in range(1, 5)),
        TimelineEntry(START + HOUR, "activity", "SCHEDULED"),
        TimelineEntry(START + HOUR, "event", "checkout_abandoned"),
    ]
    assert titles(checkout(abandoned_at=START + HOUR), events, []) == [
        "Checkout started",
        "Checkout updated",
        "Abandoned",
        "Scheduled",
    ]


def test_moments_in_reasons_are_in_the_shops_time_zone() -> None:
    waiting = TimelineEntry(
        START, "waiting", "send_email", "quiet hours until 2026-11-30T05:00:00Z, not 2026-99-99T00:00Z"
    )
    (_, entry) = story_of(VISIT, checkout(), [waiting], [])
    assert entry.text.replace("\u202f", " ") == "quiet hours until 11/30/26, 7:00 AM, not 2026-99-99T00:00Z"
