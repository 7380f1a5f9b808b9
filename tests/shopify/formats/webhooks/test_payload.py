"""Bodies of webhooks by topic and version."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of, read_checkout_document
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.formats.webhooks.payload import payload
from abandoned_checkouts.shopify.formats.webhooks.topics import TOPICS
from tests.intake.messages import checkout

SHOP = Shop(
    id=5,
    uuid="u",
    domain="acme.myshopify.com",
    name="Acme",
    email="o@example.com",
    owner_name="O",
    currency="USD",
    timezone="America/New_York",
    platform="shopify",
    secret="s",
)
SERVER = "https://server.example"


def document(**changes: Any) -> str:
    made = checkout_from_rest(checkout(id=981820079255243537, **changes), zone="America/New_York")
    made.recovery_key = "k" * 32
    return document_of(made)


@pytest.mark.parametrize(
    ("version", "with_id"),
    [("2025-10", True), ("2026-01", True), ("2026-04", False), ("2026-07", False), ("unstable", False)],
)
@pytest.mark.parametrize("topic", ["CHECKOUTS_CREATE", "CHECKOUTS_UPDATE"])
def test_the_id_goes_with_2026_04(topic: str, version: str, with_id: bool) -> None:
    body = payload(topic, document(), SHOP, version, SERVER)
    assert ("id" in body) is with_id
    assert list(body)[with_id] == "token" and body["name"] == "#981820079255243537"


@pytest.mark.parametrize("version", ["2025-10", "2026-07"])
def test_a_deletion_keeps_the_id_in_every_version(version: str) -> None:
    assert payload("CHECKOUTS_DELETE", document(), SHOP, version, SERVER) == {
        "id": 981820079255243537,
        "presentment_currency": "USD",
        "buyer_accepts_sms_marketing": False,
        "sms_marketing_phone": None,
        "total_discounts": "0.00",
        "total_line_items_price": "39.00",
        "total_price": "39.00",
        "total_tax": None,
        "subtotal_price": "39.00",
        "cart_token": "cart-t1",
        "total_duties": None,
        "reservation_token": None,
    }


PLATFORMS_OWN = "https://acme.example/1/checkouts/ac/c/recover?key=k"


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        ({}, f"{SERVER}/5/checkouts/ac/cart-t1/recover?key={'k' * 32}"),
        ({"customer_locale": "en-IN"}, f"{SERVER}/5/checkouts/ac/cart-t1/recover?key={'k' * 32}&locale=en-IN"),
        ({"abandoned_checkout_url": PLATFORMS_OWN}, PLATFORMS_OWN),
    ],
)
def test_the_link_leads_to_this_server_or_to_the_platform(changes: dict[str, str], link: str) -> None:
    body = payload("CHECKOUTS_CREATE", document(**changes), SHOP, "2026-07", SERVER)
    assert body["abandoned_checkout_url"] == link


def test_a_document_loses_nothing() -> None:
    made = checkout_from_rest(checkout(id=1, landing_site="/x", note_attributes=[{"name": "a", "value": "b"}]))
    assert read_checkout_document(document_of(made)) == made


@pytest.mark.parametrize("kind", sorted(kind for kind in TOPICS if kind.startswith("customer_")))
def test_customers_name_themselves(kind: str) -> None:
    customer = Customer(id=603851970716743426, created_at=0, updated_at=0, email="a@example.com", phone="+4930")
    body = payload(TOPICS[kind], document_of(customer), SHOP, "2026-07", SERVER)
    assert customer.id in (body.get("id"), body.get("customer_id"))
