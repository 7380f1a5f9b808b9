"""Code of the hand-written endpoints for both databases: the columns that they read, and the response as dicts."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from tests.benchmarks.queries import RANGE

SHOP = 1
CHECKOUT = (
    "id, name, created_at, updated_at, completed_at, note, taxes_included, customer_id, currency, "
    "presentment_currency, total_price, presentment_total_price, subtotal_price, presentment_subtotal_price, "
    "total_tax, presentment_total_tax"
)
LINE = (
    "checkout_id, key, title, quantity, sku, variant_title, variant_id, currency, presentment_currency, "
    "original_unit_price, presentment_original_unit_price, original_total_price, presentment_original_total_price"
)
LINES = 10
FROM, UNTIL = (
    int(datetime.fromisoformat(part.split("'")[1]).timestamp() * 1_000_000) for part in RANGE.split(" created_at:<")
)
Row = Sequence[Any]
Objects = Mapping[int, dict[str, Any]]


@lru_cache(maxsize=65536)
def amount(value: int) -> str:
    whole, rest = divmod(value, 10_000)
    return f"{whole}.{f'{rest:04d}'.rstrip('0') or '0'}"


@lru_cache(maxsize=65536)
def moment(value: int) -> str:
    return datetime.fromtimestamp(value // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def money(shop: int, presentment: int, currency: str, presentment_currency: str) -> dict[str, Any]:
    return {
        "shopMoney": {"amount": amount(shop), "currencyCode": currency},
        "presentmentMoney": {"amount": amount(presentment), "currencyCode": presentment_currency},
    }


def customers_of(rows: Iterable[Row]) -> Objects:
    """Of rows of id, first and last name."""
    return {
        number: {"id": f"gid://shopify/Customer/{number}", "firstName": first, "lastName": last}
        for number, first, last in rows
    }


def variants_of(rows: Iterable[Row]) -> Objects:
    """Of rows of id and title."""
    return {number: {"id": f"gid://shopify/ProductVariant/{number}", "title": title} for number, title in rows}


def checkouts(rows: Iterable[Row], customers: Objects, lines: Iterable[Row], variants: Objects) -> list[dict[str, Any]]:
    """Of rows of CHECKOUT and of LINE, the latter in their order."""
    of: dict[int, list[dict[str, Any]]] = {}
    for checkout, key, title, quantity, sku, variant_title, variant, cur, pcur, unit, punit, total, ptotal in lines:
        items = of.setdefault(checkout, [])
        if len(items) < LINES:
            items.append(
                {
                    "id": f"gid://shopify/AbandonedCheckoutLineItem/{key}",
                    "title": title,
                    "quantity": quantity,
                    "sku": sku,
                    "variantTitle": variant_title,
                    "variant": variants.get(variant),
                    "originalUnitPriceSet": money(unit, punit, cur, pcur),
                    "originalTotalPriceSet": money(total, ptotal, cur, pcur),
                }
            )
    return [
        {
            "id": f"gid://shopify/AbandonedCheckout/{number}",
            "name": name,
            "createdAt": moment(created),
            "updatedAt": moment(updated),
            "completedAt": None if completed is None else moment(completed),
            "note": note,
            "taxesIncluded": bool(included),
            "customer": customers.get(customer),
            "totalPriceSet": money(total, ptotal, cur, pcur),
            "subtotalPriceSet": money(sub, psub, cur, pcur),
            "totalTaxSet": None if tax is None else money(tax, ptax, cur, pcur),
            "lineItems": {"nodes": of.get(number, [])},
        }
        for number, name, created, updated, completed, note, included, customer, cur, pcur, total, ptotal, sub, psub,
        tax, ptax in rows
    ]  # fmt: skip


def start_of(after: str | None) -> int:
    """The id after which a page begins."""
    number: int = orjson.loads(base64.b64decode(after))["last_id"] if after else -1
    return number


def cursor_of(number: int) -> str:
    return base64.b64encode(b'{"last_id":%d,"last_value":"%d"}' % (number, number)).decode()


def page_of(nodes: list[dict[str, Any]], has_next: bool, last: int | None) -> dict[str, Any]:
    info = {"hasNextPage": has_next, "endCursor": None if last is None else cursor_of(last)}
    return {"abandonedCheckouts": {"nodes": nodes, "pageInfo": info}}


def count_of(number: int) -> dict[str, Any]:
    return {"abandonedCheckoutsCount": {"count": number, "precision": "EXACT"}}
