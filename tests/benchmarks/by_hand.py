"""Code of the hand-written endpoints for both databases: the columns that they read, and the response as dicts."""

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from tests.benchmarks.queries import cursor_of

SHOP = 1
# One statement for the checkouts with their customers, one for their lines with the variants.
PARENTS = (
    "SELECT c.id, c.name, c.created_at, c.updated_at, c.completed_at, c.note, c.taxes_included, c.customer_id, "
    "c.currency, c.presentment_currency, c.total_price, c.presentment_total_price, c.subtotal_price, "
    "c.presentment_subtotal_price, c.total_tax, c.presentment_total_tax, p.first_name, p.last_name "
    "FROM abandoned_checkouts c "
    "LEFT JOIN customers p ON p.shop_id = c.shop_id AND p.id = c.customer_id"
)
CHILDREN = (
    "SELECT l.checkout_id, l.key, l.title, l.quantity, l.sku, l.variant_title, l.variant_id, l.currency, "
    "l.presentment_currency, l.original_unit_price, l.presentment_original_unit_price, l.original_total_price, "
    "l.presentment_original_total_price, v.id, v.title FROM line_items l "
    "LEFT JOIN product_variants v ON v.shop_id = l.shop_id AND v.id = l.variant_id"
)
LINES = 10
Row = Sequence[Any]


def amount(value: int) -> str:
    """Ten thousandths as a decimal with at least one digit after the point, which is how Python writes a float."""
    return str(value / 10_000)


def moment(value: int) -> datetime:
    return datetime.fromtimestamp(value // 1_000_000, UTC)


def dumped(data: dict[str, Any]) -> bytes:
    """The response. orjson writes moments as ISO 8601 with a Z."""
    return orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z)


def money(shop: int, presentment: int, currency: str, presentment_currency: str) -> dict[str, Any]:
    return {
        "shopMoney": {"amount": amount(shop), "currencyCode": currency},
        "presentmentMoney": {"amount": amount(presentment), "currencyCode": presentment_currency},
    }


def checkouts(rows: Iterable[Row], lines: Iterable[Row]) -> list[dict[str, Any]]:
    """Of the rows of PARENTS and of CHILDREN, the latter in their order."""
    of: dict[int, list[dict[str, Any]]] = {}
    for (
        checkout, key, title, quantity, sku, variant_title, _, cur, pcur, unit, punit, total, ptotal, variant, name
    ) in lines:  # fmt: skip
        items = of.setdefault(checkout, [])
        if len(items) < LINES:
            items.append(
                {
                    "id": f"gid://shopify/AbandonedCheckoutLineItem/{key}",
                    "title": title,
                    "quantity": quantity,
                    "sku": sku,
                    "variantTitle": variant_title,
                    "variant": None
                    if variant is None
                    else {"id": f"gid://shopify/ProductVariant/{variant}", "title": name},
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
            "customer": None
            if customer is None
            else {"id": f"gid://shopify/Customer/{customer}", "firstName": first, "lastName": last},
            "totalPriceSet": money(total, ptotal, cur, pcur),
            "subtotalPriceSet": money(sub, psub, cur, pcur),
            "totalTaxSet": None if tax is None else money(tax, ptax, cur, pcur),
            "lineItems": {"nodes": of.get(number, [])},
        }
        for number, name, created, updated, completed, note, included, customer, cur, pcur, total, ptotal, sub, psub,
        tax, ptax, first, last in rows
    ]  # fmt: skip


def since(query: str) -> int | None:
    """The moment in a filter of the form FILTER, in microseconds; None for a search for a word."""
    if not query.startswith("status:open created_at:>='"):
        return None
    return int(datetime.fromisoformat(query.split("'")[1]).timestamp()) * 1_000_000


def start_of(after: str | None) -> int:
    """The id after which a page begins."""
    number: int = orjson.loads(base64.b64decode(after))["last_id"] if after else -1
    return number


def page_of(nodes: list[dict[str, Any]], has_next: bool, last: int | None) -> dict[str, Any]:
    info = {"hasNextPage": has_next, "endCursor": None if last is None else cursor_of(last)}
    return {"abandonedCheckouts": {"nodes": nodes, "pageInfo": info}}


def count_of(number: int) -> dict[str, Any]:
    return {"abandonedCheckoutsCount": {"count": number, "precision": "EXACT"}}
