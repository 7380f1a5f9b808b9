"""Merges a reported checkout into the stored one."""

from collections.abc import Collection
from dataclasses import replace

from abandoned_checkouts.checkouts.checkout import Checkout, without_unnumbered

# Fields that keep their known value if the report does not have them.
_KEPT = (
    "recovery_key",
    "uuid",
    "name",
    "abandoned_at",
    "recovered_at",
    "lapsed_at",
    "erased_at",
    "email_state",
    "email_sent_at",
)


def is_older(reported: Checkout, known: Checkout) -> bool:
    """Whether the source has already sent a newer report. Our own changes, for example of the e-mail state, do not
    count."""
    return reported.updated_at < (known.source_updated_at or known.updated_at)


def keep_customer(reported: Checkout, known: Checkout) -> None:
    """Set the known customer on a report that has only a contact. If the known checkout has none, its customer was
    deleted."""
    reported.customer, reported.customer_id = known.customer, known.customer_id
    if reported.customer_id is not None:
        without_unnumbered(reported)


def is_new_purchase(reported: Checkout, known: Checkout) -> bool:
    return reported.completed_at is not None and known.completed_at is None


def with_known_times(reported: Checkout, known: Checkout, sent_times: Collection[str], now: int) -> Checkout:
    """Fill in the times that the source did not send."""
    if "created_at" not in sent_times:
        visit = reported.visit
        if "started_at" in known.visit:
            visit = {**visit, "started_at": known.visit["started_at"]}
        reported = replace(reported, created_at=known.created_at, visit=visit)
    if "updated_at" not in sent_times:
        moment = max(now, known.updated_at)
        reported = replace(reported, updated_at=moment, source_updated_at=moment)
    return reported


def merged(reported: Checkout, known: Checkout) -> Checkout:
    """The reported checkout, completed with values that only the known one has. A stored purchase stays.

    `updated_at` never decreases, even if our own last change is newer than the report.
    """
    return replace(
        with_kept_fields(reported, known),
        token=known.token,
        updated_at=max(reported.updated_at, known.updated_at),
        completed_at=reported.completed_at or known.completed_at,
    )


def with_kept_fields(reported: Checkout, known: Checkout) -> Checkout:
    """The reported checkout with the known values of the fields that it does not have."""
    kept = {name: getattr(known, name) for name in _KEPT if getattr(reported, name) is None}
    return replace(reported, visit=reported.visit or known.visit, **kept)


def is_same_but_for_time(reported: Checkout, known: Checkout) -> bool:
    """Whether the report and the known checkout differ only in `updated_at`."""
    same = replace(
        with_kept_fields(reported, known),
        id=known.id,
        completed_at=reported.completed_at or known.completed_at,
        updated_at=known.updated_at,
        source_updated_at=known.source_updated_at,
    )
    return same == known
