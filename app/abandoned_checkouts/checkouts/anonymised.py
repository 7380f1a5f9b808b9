"""Checkouts and customers after an erasure: products, times and amounts stay, data of the person is removed."""

from dataclasses import replace

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.randomness import random_hex, random_uuid

# The keys of a visit that an erasure keeps: products, source and times. URLs are removed, because they contain tokens.
_VISIT = frozenset(("source", "shop_pay", "started_at", "draft_order_at", "products_viewed", "products_added_to_cart"))


def erased_checkout(checkout: Checkout, now: int) -> Checkout:
    """A copy without the buyer. Amounts, times and products stay; the recovery link gets a new, secret key."""
    customer = None if checkout.customer is None else erased_customer(checkout.customer, now)
    return replace(
        _without_buyer(checkout),
        updated_at=max(now, checkout.updated_at),
        # Kept, so that a repeated report of the source is recognised.
        source_updated_at=max(now, checkout.updated_at),
        recovery_key=random_hex(16),
        customer=customer,
        visitor_id=str(random_uuid()),
        erased_at=now,
    )


def anonymised_report(reported: Checkout, known: Checkout) -> Checkout:
    """A report that arrives after the erasure: amounts and the purchase are kept, data of the buyer is removed."""
    return replace(
        _without_buyer(reported),
        customer=known.customer,
        customer_id=known.customer_id,
        recovery_key=known.recovery_key,
        visitor_id=known.visitor_id,
        erased_at=known.erased_at,
    )


def without_tokens(checkout: Checkout) -> Checkout:
    """A copy without the URLs, unknown fields and reasons that can contain tokens or addresses."""
    return replace(
        checkout,
        abandoned_checkout_url=None,
        extra=None,
        visit={name: value for name, value in checkout.visit.items() if name in _VISIT},
        activities=[{**activity, "reason": None, "marketing_activity_id": None} for activity in checkout.activities],
        tax_lines=[{**tax, "extra": {}} for tax in checkout.tax_lines],
        shipping_lines=[{**line, "extra": {}} for line in checkout.shipping_lines],
    )


def _without_buyer(checkout: Checkout) -> Checkout:
    return replace(
        checkout,
        abandoned_checkout_url=None,
        cart_token=None,
        checkout_uuid=None,
        cart_uuid=None,
        contact_id=None,
        member_id=None,
        user_id=None,
        email=None,
        phone=None,
        buyer_accepts_marketing=False,
        note="",
        billing_address=None,
        shipping_address=None,
        custom_attributes=[],
        line_items=[replace(line, custom_attributes=[], extra=None) for line in checkout.line_items],
        extra=None,
        visit={name: value for name, value in checkout.visit.items() if name in _VISIT},
    )


def erased_customer(customer: Customer, now: int) -> Customer:
    """A copy with only the id, the times and the amounts."""
    return Customer(
        id=customer.id,
        uuid=str(random_uuid()),
        created_at=customer.created_at,
        updated_at=max(now, customer.updated_at),
        currency=customer.currency,
        tax_exempt=customer.tax_exempt,
        verified_email=False,
        number_of_orders=customer.number_of_orders,
        amount_spent=customer.amount_spent,
        last_order_id=customer.last_order_id,
    )
