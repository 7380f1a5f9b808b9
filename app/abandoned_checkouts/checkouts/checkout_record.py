"""A checkout as it is stored: with its state, its version and the moments that decide its lifecycle."""

from dataclasses import dataclass
from typing import Literal

from abandoned_checkouts.checkouts.checkout import Checkout

RecordState = Literal["open", "completed", "abandoned", "deleted"]


@dataclass(frozen=True, slots=True)
class CheckoutRecord:
    """`version` counts the changes. `contact_at` is when the buyer first entered an e-mail address or phone number, and
    `due_at` is when an open checkout becomes abandoned. Both are None once the checkout is abandoned.

    A deleted checkout has only its ids, token and times. An abandoned checkout stays "abandoned" when
    it is recovered, lapsed or closed: its `recovered_at`, `lapsed_at` and `closed_at` say so.
    """

    checkout: Checkout
    state: RecordState
    version: int
    contact_at: int | None = None
    due_at: int | None = None


def deleted_record(checkout: Checkout, version: int) -> CheckoutRecord:
    """The record that remains of a deleted checkout, so that a late report does not create the checkout again."""
    names = Checkout(
        platform=checkout.platform,
        id=checkout.id,
        token=checkout.token,
        created_at=checkout.created_at,
        updated_at=checkout.updated_at,
        currency=checkout.currency,
    )
    return CheckoutRecord(names, "deleted", version)
