"""The same answers by hand: no GraphQL, no layers, just sqlite3, dicts and orjson behind a bare ASGI application.

It is what somebody would write who knows the question beforehand and wants it quick: prepared statements of just the
columns needed, one statement per table, formats remembered. It checks no token, counts no cost, knows nothing else.
"""

import base64
import os
import sqlite3
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from tests.benchmarks.metered import endpoint, metered
from tests.benchmarks.queries import RANGE

SHOP = 1
_CHECKOUT = (
    "id, name, created_at, updated_at, completed_at, note, taxes_included, customer_id, currency, "
    "presentment_currency, total_price, presentment_total_price, subtotal_price, presentment_subtotal_price, "
    "total_tax, presentment_total_tax"
)
_LINE = (
    "checkout_id, key, title, quantity, sku, variant_title, variant_id, currency, presentment_currency, "
    "original_unit_price, presentment_original_unit_price, original_total_price, presentment_original_total_price"
)
_FROM, _UNTIL = (
    int(datetime.fromisoformat(part.split("'")[1]).timestamp() * 1_000_000) for part in RANGE.split(" created_at:<")
)


def opened() -> sqlite3.Connection:
    connection = sqlite3.connect(os.environ["BENCH_STORE"], isolation_level=None, cached_statements=512)
    for pragma in ("query_only = ON", "cache_size = -65536", "mmap_size = 268435456"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


database = opened()


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


def marks(values: Any) -> str:
    return ",".join("?" * len(values))


def checkouts(rows: list[Any]) -> list[dict[str, Any]]:
    if not rows:
        return []
    ids = [row[0] for row in rows]
    people = list({row[7] for row in rows if row[7] is not None})
    customers = {
        row[0]: {"id": f"gid://shopify/Customer/{row[0]}", "firstName": row[1], "lastName": row[2]}
        for row in database.execute(
            f"SELECT id, first_name, last_name FROM customers WHERE shop_id = ? AND id IN ({marks(people)})",
            (SHOP, *people),
        )
    }
    lines = database.execute(
        f"SELECT {_LINE} FROM line_items WHERE shop_id = ? AND checkout_id IN ({marks(ids)}) "
        "ORDER BY checkout_id, position",
        (SHOP, *ids),
    ).fetchall()
    wanted = list({row[6] for row in lines if row[6] is not None})
    variants = {
        row[0]: {"id": f"gid://shopify/ProductVariant/{row[0]}", "title": row[1]}
        for row in database.execute(
            f"SELECT id, title FROM product_variants WHERE shop_id = ? AND id IN ({marks(wanted)})", (SHOP, *wanted)
        )
    }
    of: dict[int, list[dict[str, Any]]] = {number: [] for number in ids}
    for checkout, key, title, quantity, sku, variant_title, variant, cur, pcur, unit, punit, total, ptotal in lines:
        items = of[checkout]
        if len(items) < 10:
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
            "lineItems": {"nodes": of[number]},
        }
        for number, name, created, updated, completed, note, included, customer, cur, pcur, total, ptotal, sub, psub,
        tax, ptax in rows
    ]  # fmt: skip


def page(first: int, after: str | None, query: str | None) -> dict[str, Any]:
    start = orjson.loads(base64.b64decode(after))["last_id"] if after else -1
    if query == RANGE:
        narrowed, given = "AND created_at >= ? AND created_at < ?", [_FROM, _UNTIL]
    elif query:
        narrowed = "AND document_id IN (SELECT rowid FROM checkout_text WHERE checkout_text MATCH ?)"
        given = [f'"__shop{SHOP}" AND "{query}"']
    else:
        narrowed, given = "", []
    rows = database.execute(
        f"SELECT {_CHECKOUT} FROM abandoned_checkouts WHERE shop_id = ? AND id > ? {narrowed} ORDER BY id LIMIT ?",
        (SHOP, start, *given, first + 1),
    ).fetchall()
    shown = rows[:first]
    cursor = None
    if shown:
        number = shown[-1][0]
        cursor = base64.b64encode(b'{"last_id":%d,"last_value":"%d"}' % (number, number)).decode()
    return {
        "abandonedCheckouts": {
            "nodes": checkouts(shown),
            "pageInfo": {"hasNextPage": len(rows) > first, "endCursor": cursor},
        }
    }


def node(id: str) -> dict[str, Any]:  # noqa: A002
    number = int(id.rpartition("/")[2])
    rows = database.execute(
        f"SELECT {_CHECKOUT} FROM abandoned_checkouts WHERE shop_id = ? AND id = ?", (SHOP, number)
    ).fetchall()
    return {"node": checkouts(rows)[0] if rows else None}


def count(query: str | None) -> dict[str, Any]:
    ((number,),) = database.execute("SELECT count(*) FROM abandoned_checkouts WHERE shop_id = ?", (SHOP,))
    return {"abandonedCheckoutsCount": {"count": number, "precision": "EXACT"}}


QUESTIONS = {"page": page, "node": node, "count": count}


def answered(name: str, variables: dict[str, Any]) -> bytes:
    return orjson.dumps({"data": QUESTIONS[name](**variables)})


app = metered(endpoint(answered))
