"""Tables: the e-mail state that follows from activities, and the activities that Shopify's mutations add."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.activity import (
    ACTIVITY_TYPES,
    SHOPIFY_EMAIL_STATES,
    Activity,
    activity_of_delivery,
    activity_of_email_state,
    email_state_after,
    email_state_of,
)

NOW, EARLIER = 1000, 500


def log(*kinds: str) -> list[Activity]:
    return [{"activity_type": kind, "created_at": place} for place, kind in enumerate(kinds, 1)]


# Wix's log → what the filter email_state finds, Abandonment.emailState, and which step's time is emailSentAt.
FROM_WIX = [
    ((), "not_sent", "NOT_SENT", None),
    (("SCHEDULED",), "scheduled", "SCHEDULED", None),
    (("SCHEDULED", "EMAIL_SENT"), "sent", "SENT", 2),
    (("EMAIL_SENT", "SCHEDULED", "EMAIL_SENT"), "sent", "SENT", 3),
    (("EMAIL_SENT", "EMAIL_NOT_SENT"), "sent", "SENT", 1),
    (("EMAIL_SENT", "SCHEDULED"), "sent", "SENT", 1),
    (("SCHEDULED", "EMAIL_NOT_SENT"), "suppressed", "NOT_SENT", None),
    (("SCHEDULED", "AUTOMATION_SKIPPED"), "suppressed", "NOT_SENT", None),
    (("AUTOMATION_SKIPPED", "SCHEDULED"), "scheduled", "SCHEDULED", None),
    (("NOTIFICATION_SENT",), "not_sent", "NOT_SENT", None),
    (("TASK_CREATED",), "not_sent", "NOT_SENT", None),
    (("SCHEDULED", "NOTIFICATION_SENT"), "not_sent", "NOT_SENT", None),
    (("SCHEDULED", "TASK_CREATED"), "not_sent", "NOT_SENT", None),
    (("EMAIL_NOT_SENT", "TASK_CREATED"), "suppressed", "NOT_SENT", None),
]


@pytest.mark.parametrize(("kinds", "state", "shopify", "sent"), FROM_WIX)
def test_the_email_state_follows_from_the_activities(
    kinds: tuple[str, ...], state: str, shopify: str, sent: int | None
) -> None:
    found, sent_at = email_state_of(log(*kinds))
    assert (found, SHOPIFY_EMAIL_STATES[found], sent_at) == (state, shopify, sent)


# The state that abandonmentEmailStateUpdate sends, and the state before → the activity that Wix shows, and its time.
FROM_EMAIL_STATE = [
    ("SCHEDULED", "not_sent", None, "SCHEDULED", NOW),
    ("SCHEDULED", "sent", None, "SCHEDULED", NOW),
    ("SENT", "not_sent", None, "EMAIL_SENT", NOW),
    ("SENT", "scheduled", EARLIER, "EMAIL_SENT", EARLIER),
    ("NOT_SENT", "scheduled", None, "EMAIL_NOT_SENT", NOW),
    ("NOT_SENT", "not_sent", None, None, None),
    ("NOT_SENT", "sent", None, None, None),
    ("NOT_SENT", "suppressed", None, None, None),
]


@pytest.mark.parametrize(("reported", "current", "sent_at", "kind", "at"), FROM_EMAIL_STATE)
def test_an_email_state_adds_an_activity(reported, current, sent_at, kind, at) -> None:  # type: ignore[no-untyped-def]
    expected = None if kind is None else {"activity_type": kind, "created_at": at, "channel": "EMAIL"}
    assert activity_of_email_state(reported, current, sent_at, NOW) == expected


# The same for abandonmentUpdateActivitiesDeliveryStatuses, by the channel of the marketing activity.
FROM_DELIVERY = [
    ("SENT", "not_sent", "EMAIL", EARLIER, "EMAIL_SENT", EARLIER),
    ("SENT", "not_sent", "EMAIL", None, "EMAIL_SENT", NOW),
    ("SENT", "not_sent", "SMS", EARLIER, "NOTIFICATION_SENT", EARLIER),
    ("SCHEDULED", "not_sent", "EMAIL", None, "SCHEDULED", NOW),
    ("NOT_SENT", "scheduled", "EMAIL", None, "EMAIL_NOT_SENT", NOW),
    ("NOT_SENT", "scheduled", "SMS", None, "AUTOMATION_SKIPPED", NOW),
    ("NOT_SENT", "not_sent", "EMAIL", None, None, None),
]


@pytest.mark.parametrize(("reported", "current", "channel", "delivered_at", "kind", "at"), FROM_DELIVERY)
def test_a_delivery_status_adds_an_activity(reported, current, channel, delivered_at, kind, at) -> None:  # type: ignore[no-untyped-def]
    expected = None if kind is None else {"activity_type": kind, "created_at": at, "channel": channel}
    assert activity_of_delivery(reported, current, channel, delivered_at, NOW) == expected


def test_every_activity_type_of_wix_has_a_case() -> None:
    assert {kind for kinds, *_ in FROM_WIX for kind in kinds} == set(ACTIVITY_TYPES)


@given(st.lists(st.sampled_from(ACTIVITY_TYPES), max_size=8))
def test_applying_activities_one_by_one_has_the_same_result(kinds: list[str]) -> None:
    state, sent_at = email_state_of([])
    for step in log(*kinds):
        state, sent_at = email_state_after(state, sent_at, step["activity_type"], step["created_at"])
    assert (state, sent_at) == email_state_of(log(*kinds))
