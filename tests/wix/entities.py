"""Converts a checkout to the entity that Wix's API returns."""

from typing import Any

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.stored_rows import stored_rows
from abandoned_checkouts.wix.to_wix.checkout import Site, checkout_to_wix

SHOP = Shop(
    id=1,
    uuid="07b12318-c5d9-419f-9c2c-9507db543901",
    domain="acme.example.com",
    name="Acme",
    email="owner@acme.example.com",
    owner_name="Acme",
    currency="USD",
    timezone="UTC",
    platform="shopify",
    secret="0" * 64,
)


def entity_of(checkout: Checkout) -> dict[str, Any]:
    checkout.id = checkout.id or 77
    row, lines, customer = stored_rows(SHOP, checkout)
    activities: Any = checkout.activities
    return checkout_to_wix(row, Site(SHOP, "https://s"), lines=lines, activities=activities, customer=customer)
