"""The checkouts of the demo shop: their contents, how far the buyer got, mails, and whether the buyer returned."""

import random

from abandoned_checkouts.checkouts.activity import EmailState
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import REFUSED
from abandoned_checkouts.checkouts.json_types import Json, UntypedJson
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE, SECOND
from abandoned_checkouts.checkouts.totals import price_checkout, price_lines
from abandoned_checkouts.demo.basket import basket
from abandoned_checkouts.demo.charges import add_charges
from abandoned_checkouts.demo.customers import DemoCustomer
from abandoned_checkouts.demo.discounts import apply, deals_for

FIRST_CHECKOUT = 36_270_641_348_780
SPAN = 90 * DAY
_NOTES = (
    "Please leave it with the neighbour.",
    "It is a present, no invoice in the box please.",
    "Bitte nicht vor 10 Uhr liefern.",
    "Is the large one dishwasher safe?",
    "Ring twice :)",
)
_PAGES = ("/", "/collections/all", "/collections/kitchen", "/blogs/stories/slow-mornings", "/products/stoneware-mug")
_REFERRERS = (None, "https://www.google.com/", "https://www.instagram.com/", "https://duckduckgo.com/")
# The e-mail states of the latest checkouts, so that even the smallest shop has every state.
_LATEST_MAILS: tuple[EmailState, ...] = ("sent", "suppressed", "not_sent", "scheduled")
# The number of checkouts that began within the last hours, so that even a small shop has checkouts of today.
_JUST_NOW = len(_LATEST_MAILS)


def _created_at(chance: random.Random, place: int, count: int, now: int) -> int:
    end, step = now - 20 * MINUTE, (SPAN - 20 * MINUTE) // count
    if count - place <= _JUST_NOW:
        step = min(step, HOUR // 2)
    return (end - (count - place) * step + chance.randrange(step)) // SECOND * SECOND


def journey(chance: random.Random, place: int, count: int, person: DemoCustomer, now: int) -> Checkout:
    """The checkout at `place` among `count`, ordered from oldest to latest."""
    created_at = _created_at(chance, place, count, now)
    country, customer = person.country, person.customer
    token = f"{chance.getrandbits(128):032x}"
    is_draft = chance.random() < 0.02
    reached_address = chance.random() < 0.62
    checkout = Checkout(
        platform="shopify",
        id=FIRST_CHECKOUT + place * 311,
        token=token,
        cart_token=f"{chance.getrandbits(128):032x}",
        recovery_key=f"{chance.getrandbits(128):032x}",
        created_at=created_at,
        updated_at=created_at + chance.randrange(30 * 60) * SECOND,
        abandoned_at=created_at + 10 * MINUTE,
        currency="USD",
        presentment_currency=country.currency,
        taxes_included=country.tax_included,
        # Only the checkout of a draft order has none.
        customer=None if is_draft else customer,
        customer_id=None if is_draft else customer.id,
        email=customer.email,
        phone=customer.phone,
        locale=country.locale,
        buyer_accepts_marketing=customer.email_marketing_state == "SUBSCRIBED",
        extra={"landing_site": chance.choice(_PAGES)},
    )
    extra = checkout.extra or {}
    if is_draft:
        extra["source_name"] = "shopify_draft_order"
    referrer = chance.choice(_REFERRERS)
    if referrer is not None:
        extra["referring_site"] = referrer
    if chance.random() < 0.2:
        extra["gateway"] = "shopify_payments"
    if reached_address:
        checkout.shipping_address = {**person.address}
        if chance.random() < 0.8:
            checkout.billing_address = {**person.address}
    if chance.random() < 0.1:
        checkout.note = chance.choice(_NOTES)
    if chance.random() < 0.12:
        checkout.custom_attributes = [
            {"key": "gift", "value": "yes"},
            {"key": "delivery_day", "value": chance.choice(("Friday", "Saturday", "any"))},
        ]
    lines = basket(chance, token, country.currency, country.rate)
    checkout.line_items = [line for line, _ in lines]
    extra["total_weight"] = sum((line.extra or {}).get("grams", 0) * line.quantity for line in checkout.line_items)
    for deal in deals_for(chance, lines):
        apply(checkout, deal, lines, country.rate)
    price_lines(checkout)
    add_charges(chance, checkout, person, reached_address)
    price_checkout(checkout)
    _add_mail(chance, checkout, place, count, now)
    _finish(chance, checkout, now)
    checkout.visit = _visit(chance, checkout)
    return checkout


def _add_mail(chance: random.Random, checkout: Checkout, place: int, count: int, now: int) -> None:
    """Adds the recovery mail: scheduled some hours after the abandonment, then sent or suppressed."""
    due_at = checkout.created_at + chance.choice((HOUR, 6 * HOUR, 10 * HOUR, 24 * HOUR))
    fate = chance.random()
    customer = checkout.customer
    has_unsubscribed = customer is not None and customer.email_marketing_state in REFUSED
    state: EmailState = "not_sent" if fate < 0.3 else "suppressed" if fate < 0.38 else "sent"
    if place >= count - len(_LATEST_MAILS):
        state = _LATEST_MAILS[place - count]
        due_at = checkout.created_at + 15 * MINUTE if state != "scheduled" else now + HOUR
    elif checkout.email is None:
        state = "not_sent"
    elif has_unsubscribed and state in ("sent", "scheduled"):
        state = "suppressed"
    elif state == "sent" and due_at > now:
        state = "scheduled"
    checkout.email_state = state
    if state == "not_sent":
        return
    planned_at = checkout.created_at + 10 * MINUTE
    checkout.activities = [{"activity_type": "SCHEDULED", "created_at": planned_at, "channel": "EMAIL"}]
    if state == "sent":
        checkout.email_sent_at = min(due_at, now)
        checkout.activities.append(
            {"activity_type": "EMAIL_SENT", "created_at": checkout.email_sent_at, "channel": "EMAIL"}
        )
    if state == "suppressed":
        if customer is not None:
            customer.email_marketing_state = "UNSUBSCRIBED"
        reason = "The customer has unsubscribed."
        checkout.activities.append(
            {
                "activity_type": "EMAIL_NOT_SENT",
                "created_at": min(due_at, now),
                "channel": "EMAIL",
                "reason": reason,
            }
        )


def _finish(chance: random.Random, checkout: Checkout, now: int) -> None:
    """Recovers or archives some checkouts. Checkouts whose mail was sent are recovered more often."""
    fate = chance.random()
    share = 0.34 if checkout.email_state == "sent" else 0.1
    if fate < share:
        after = checkout.email_sent_at or checkout.created_at + 20 * MINUTE
        completed_at = after + chance.randrange(20 * 60, 4 * 24 * 3600) * SECOND
        if completed_at < now:
            checkout.completed_at = checkout.recovered_at = completed_at
            checkout.updated_at = completed_at
    elif fate > 0.93 and checkout.created_at < now - 15 * DAY:
        checkout.closed_at = checkout.created_at + chance.randrange(10 * 24, 14 * 24) * HOUR
        checkout.updated_at = max(checkout.updated_at, checkout.closed_at)
    checkout.updated_at = min(checkout.updated_at, now)


def _visit(chance: random.Random, checkout: Checkout) -> UntypedJson:
    kept = [line for line in checkout.line_items if line.product_id is not None]
    visit: UntypedJson = {
        "source": chance.choices(("online_store", "shop_app", "custom_storefront"), (85, 10, 5))[0],
        "started_at": checkout.created_at - chance.randrange(60, 3600) * SECOND,
        "products_viewed": [_viewed(line) for line in kept],
        "products_added_to_cart": [_viewed(line) for line in kept],
    }
    if chance.random() < 0.12:
        visit["shop_pay"] = True
    return visit


def _viewed(line: LineItem) -> Json:
    return {"product_id": line.product_id, "variant_id": line.variant_id, "quantity": line.quantity}
