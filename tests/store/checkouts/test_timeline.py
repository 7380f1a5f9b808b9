"""The moments that a checkout has without a stored event."""

from abandoned_checkouts.store.checkouts.timeline import TimelineEntry, with_moments
from tests.checkouts.samples import a_checkout


def names(*events: tuple[int, str], **moments: int) -> list[str]:
    timeline = [TimelineEntry(at, "event", name) for at, name in events]
    return [entry.name for entry in with_moments(timeline, a_checkout(created_at=0, **moments))]


def test_a_purchase_without_a_stored_event_is_in_the_timeline() -> None:
    assert names(completed_at=5) == ["checkout_created", "checkout_completed"]
    recovered = names(abandoned_at=5, completed_at=9, recovered_at=9)
    assert recovered == ["checkout_created", "checkout_abandoned", "checkout_recovered"]


def test_stored_events_are_not_repeated() -> None:
    assert names((0, "checkout_created"), (5, "checkout_abandoned"), abandoned_at=5) == [
        "checkout_created",
        "checkout_abandoned",
    ]
    assert names((9, "checkout_recovered"), completed_at=9) == ["checkout_created", "checkout_recovered"]
