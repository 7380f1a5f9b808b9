"""The body of a webhook contains only the data that the app is approved for at that time."""

from typing import Any

import orjson
import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of
from abandoned_checkouts.store.outbox.subscriptions import Subscription
from abandoned_checkouts.work.event_messages import delivery

ALL = ["customer_data", "name", "email", "phone", "address"]

SHOP = Shop(
    id=1,
    uuid="u",
    domain="acme.myshopify.com",
    name="Acme",
    email="",
    owner_name="",
    currency="USD",
    timezone="America/New_York",
    platform="shopify",
    secret="secret",
)


def body(settings: dict[str, Any], moment: str) -> dict[str, Any]:
    now = parse_moment(moment)
    checkout = Checkout(
        platform="shopify", id=1, created_at=now, updated_at=now, currency="USD", email="bob@example.com", token="t"
    )
    event = {
        "id": 1,
        "kind": "checkout_updated",
        "subject": "1",
        "action_id": "a",
        "occurred_at": now,
        "traceparent": None,
        "document": document_of(checkout),
    }
    subscription = Subscription(
        "shopify",
        1,
        2,
        "CHECKOUTS_UPDATE",
        "https://x.example",
        "secret",
        now,
        api_version="2026-10",
        app_settings=settings,
    )
    row = delivery(event, subscription, SHOP, now, "https://here.example")
    assert row is not None
    return dict(orjson.loads(row["body"]))


@pytest.mark.parametrize(
    ("settings", "moment", "email", "has_link"),
    [
        ({}, "2027-06-01T00:00:00Z", "bob@example.com", True),
        ({"kind": "public"}, "2026-11-30T00:00:00Z", None, True),
        ({"kind": "public"}, "2026-12-01T00:00:00Z", None, False),
        ({"kind": "public", "protected_customer_data": ALL}, "2026-12-01T00:00:00Z", "bob@example.com", True),
        ({"kind": "custom", "protected_customer_data": ["email"]}, "2027-01-01T00:00:00Z", "bob@example.com", False),
    ],
)
def test_a_body_has_the_data_that_the_app_is_approved_for(
    settings: dict[str, Any], moment: str, email: str | None, has_link: bool
) -> None:
    sent = body(settings, moment)
    assert (sent["email"], sent["abandoned_checkout_url"] is not None, sent["token"]) == (email, has_link, "t")
