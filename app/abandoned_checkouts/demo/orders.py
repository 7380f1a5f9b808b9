"""The orders of the demo shop's recovered checkouts."""

import random

import orjson

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.store.engine.rows import Row

FIRST_ORDER = 5_930_112_400_000
FIRST_NUMBER = 1001


def order_of(chance: random.Random, checkout: Checkout, place: int, now: int) -> Row:
    """The row of the table orders for a completed checkout."""
    assert checkout.completed_at is not None
    number = FIRST_NUMBER + place
    shipped = checkout.completed_at + 2 * DAY < now
    cancelled = chance.random() < 0.02
    return {
        "id": FIRST_ORDER + place * 13,
        "number": number,
        "name": f"#{number}",
        "confirmation_number": f"{chance.getrandbits(45):09X}"[:9],
        "checkout_id": checkout.id,
        "checkout_token": checkout.token,
        "cart_token": checkout.cart_token,
        "customer_id": checkout.customer_id,
        "email": checkout.email,
        "phone": checkout.phone,
        "note": checkout.note or None,
        "source_name": "web",
        "created_at": checkout.completed_at,
        "updated_at": min(checkout.completed_at + DAY, now),
        "processed_at": checkout.completed_at,
        "cancelled_at": min(checkout.completed_at + DAY, now) if cancelled else None,
        "closed_at": checkout.completed_at + 2 * DAY if shipped and not cancelled else None,
        "currency": checkout.currency,
        "presentment_currency": checkout.presentment_currency,
        "financial_status": "REFUNDED" if cancelled else "PAID",
        "fulfillment_status": "FULFILLED" if shipped and not cancelled else "UNFULFILLED",
        "taxes_included": checkout.taxes_included,
        "subtotal_price": checkout.subtotal_price,
        "presentment_subtotal_price": checkout.presentment_subtotal_price,
        "total_discounts": checkout.total_discount,
        "presentment_total_discounts": checkout.presentment_total_discount,
        "total_tax": checkout.total_tax or 0,
        "presentment_total_tax": checkout.presentment_total_tax or 0,
        "total_price": checkout.total_price,
        "presentment_total_price": checkout.presentment_total_price,
        "tags": orjson.dumps(["recovered"]).decode(),
        "custom_attributes": orjson.dumps(checkout.custom_attributes).decode(),
        "discount_codes": orjson.dumps([item["code"] for item in checkout.discount_codes]).decode(),
    }
