"""The names of buyers, as they were written."""

from collections.abc import Sequence

import orjson

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.shop_rows import rows_where


def full_name(person: UntypedJson | Row | None) -> str:
    """First and last name of a customer or an address; empty without them."""
    if not person:
        return ""
    return " ".join(text for text in (person.get("first_name"), person.get("last_name")) if text)


def buyer_of(checkout: Checkout) -> str:
    """The name of a checkout's buyer, else the e-mail address, else the phone number; empty without them."""
    customer = checkout.customer
    named = "" if customer is None else " ".join(text for text in (customer.first_name, customer.last_name) if text)
    addresses = full_name(checkout.billing_address) or full_name(checkout.shipping_address)
    return named or addresses or checkout.email or checkout.phone or ""


async def buyers_of(connection: Connection, shop: Shop, rows: Sequence[Row]) -> list[str]:
    """The same for rows of checkouts, in their order."""
    numbers = {row["customer_id"] for row in rows if row["customer_id"] is not None}
    found = await rows_where(connection, "customers", shop.id, "id", sorted(numbers))
    customers = {row["id"]: full_name(row) for row in found}
    return [
        customers.get(row["customer_id"])
        or full_name(_address(row["billing_address"]))
        or full_name(_address(row["shipping_address"]))
        or row["email"]
        or row["phone"]
        or ""
        for row in rows
    ]


def _address(text: str | None) -> UntypedJson | None:
    address: UntypedJson | None = orjson.loads(text) if text else None
    return address
