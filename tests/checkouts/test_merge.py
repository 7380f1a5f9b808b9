"""Merging a reported checkout with the known one."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.merge import (
    is_new_purchase,
    is_older,
    is_same_but_for_time,
    keep_customer,
    merged,
    with_kept_fields,
    with_known_times,
)
from tests.checkouts.samples import a_checkout, a_customer

BOTH = frozenset({"created_at", "updated_at"})


@pytest.mark.parametrize(
    ("reported_at", "known", "expected"),
    [
        (9, {"updated_at": 10}, True),
        (10, {"updated_at": 10}, False),
        (11, {"updated_at": 10}, False),
        # A mail of ours has changed the checkout at 20; the latest report of the source is of 10.
        (15, {"updated_at": 20, "source_updated_at": 10}, False),
        (9, {"updated_at": 20, "source_updated_at": 10}, True),
    ],
)
def test_a_report_is_older_than_the_latest_of_the_source(
    reported_at: int, known: dict[str, Any], expected: bool
) -> None:
    assert is_older(a_checkout(updated_at=reported_at), a_checkout(**known)) is expected


@pytest.mark.parametrize(
    ("reported", "known", "expected"), [(None, None, False), (5, None, True), (5, 4, False), (None, 4, False)]
)
def test_a_purchase_is_new_only_once(reported: int | None, known: int | None, expected: bool) -> None:
    assert is_new_purchase(a_checkout(completed_at=reported), a_checkout(completed_at=known)) is expected


def test_a_report_with_a_contact_only_keeps_the_known_customer() -> None:
    reported = a_checkout(customer=a_customer(id=1), customer_id=1)
    keep_customer(reported, a_checkout(customer=a_customer(), customer_id=501))
    assert (reported.customer, reported.customer_id) == (a_customer(), 501)
    keep_customer(reported, a_checkout())
    assert (reported.customer, reported.customer_id) == (None, None)


REPORTED = a_checkout(created_at=100, updated_at=200, visit={"source": "shop_app"})
KNOWN = a_checkout(created_at=10, updated_at=20, visit={"started_at": 5, "source": "online_store"})


@pytest.mark.parametrize(
    ("sent", "now", "created_at", "updated_at", "source_updated_at", "visit"),
    [
        (BOTH, 300, 100, 200, None, {"source": "shop_app"}),
        # Without a time of its beginning, checkout and visit began when the known ones did.
        (BOTH - {"created_at"}, 300, 10, 200, None, {"source": "shop_app", "started_at": 5}),
        (BOTH - {"updated_at"}, 300, 100, 300, 300, {"source": "shop_app"}),
        # The clock of this server was set back.
        (BOTH - {"updated_at"}, 15, 100, 20, 20, {"source": "shop_app"}),
        (frozenset(), 300, 10, 300, 300, {"source": "shop_app", "started_at": 5}),
    ],
)
def test_missing_times_are_filled_in(
    sent: frozenset[str],
    now: int,
    created_at: int,
    updated_at: int,
    source_updated_at: int | None,
    visit: dict[str, object],
) -> None:
    found = with_known_times(REPORTED, KNOWN, sent, now)
    assert (found.created_at, found.updated_at, found.source_updated_at, found.visit) == (
        created_at,
        updated_at,
        source_updated_at,
        visit,
    )


def test_a_known_visit_without_a_beginning_adds_none() -> None:
    found = with_known_times(REPORTED, a_checkout(created_at=10), frozenset(), 300)
    assert found.visit == {"source": "shop_app"}


@pytest.mark.parametrize(
    "name",
    [
        "recovery_key",
        "uuid",
        "name",
        "abandoned_at",
        "recovered_at",
        "lapsed_at",
        "erased_at",
        "email_state",
        "email_sent_at",
    ],
)
def test_a_field_without_a_reported_value_keeps_the_known_one(name: str) -> None:
    known = a_checkout(**{name: "known"})
    assert getattr(with_kept_fields(a_checkout(), known), name) == "known"
    assert getattr(with_kept_fields(a_checkout(**{name: "reported"}), known), name) == "reported"


@pytest.mark.parametrize("name", ["email", "phone", "note", "closed_at", "customer_id", "cart_token"])
def test_other_fields_are_as_reported(name: str) -> None:
    """A source that removes an e-mail address or reopens a checkout reports it without the value."""
    assert getattr(with_kept_fields(a_checkout(), a_checkout(**{name: "known"})), name) != "known"


def test_the_known_visit_stays_until_another_is_reported() -> None:
    assert with_kept_fields(a_checkout(), KNOWN).visit == KNOWN.visit
    assert with_kept_fields(REPORTED, KNOWN).visit == REPORTED.visit


@pytest.mark.parametrize(
    ("reported", "known", "expected"),
    [
        ({"token": "new"}, {"token": "old"}, {"token": "old"}),
        ({"updated_at": 5}, {"updated_at": 9}, {"updated_at": 9}),
        ({"updated_at": 9}, {"updated_at": 5}, {"updated_at": 9}),
        ({}, {"completed_at": 5}, {"completed_at": 5}),
        ({"completed_at": 7}, {"completed_at": 5}, {"completed_at": 7}),
        ({"email": "new@b.example"}, {"email": "a@b.example"}, {"email": "new@b.example"}),
        ({}, {"recovery_key": "k"}, {"recovery_key": "k"}),
    ],
)
def test_the_report_is_completed_with_known_values(
    reported: dict[str, Any], known: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = merged(a_checkout(**reported), a_checkout(**known))
    assert found == a_checkout(**{**reported, **expected})


@pytest.mark.parametrize(
    ("reported", "known", "same"),
    [
        ({}, {}, True),
        ({"updated_at": 9, "source_updated_at": 9}, {"updated_at": 5, "source_updated_at": 4}, True),
        ({"id": None}, {"id": 7}, True),
        ({}, {"recovery_key": "k", "completed_at": 5}, True),
        ({"completed_at": 5}, {}, False),
        ({"email": "a@b.example"}, {}, False),
        ({"created_at": 5}, {}, False),
    ],
)
def test_a_report_can_differ_in_its_time_only(reported: dict[str, Any], known: dict[str, Any], same: bool) -> None:
    assert is_same_but_for_time(a_checkout(**reported), a_checkout(**known)) is same
