"""The same responses with JSON text from SQLite: one statement, whose rows are each the JSON of a checkout.

Python decodes only the text itself. The cost is SQLite's formatting.
"""

from typing import Any

import orjson

from tests.benchmarks import by_hand
from tests.benchmarks.by_hand import LINES, SHOP
from tests.benchmarks.hand_written import count, database, narrowed
from tests.benchmarks.metered import endpoint, metered
from tests.benchmarks.queries import cursor_of


def amount(column: str) -> str:
    """Units with at least one digit after the point, from ten thousandths."""
    digits = f"rtrim(printf('%04d', {column} % 10000), '0')"
    return f"""'"' || ({column} / 10000) || '.' || iif({column} % 10000, {digits}, '0') || '"'"""


def moment(column: str) -> str:
    return f"""strftime('"%Y-%m-%dT%H:%M:%SZ"', {column} / 1000000, 'unixepoch')"""


def money(table: str, column: str) -> str:
    sides = (("shopMoney", column, "currency"), ("presentmentMoney", f"presentment_{column}", "presentment_currency"))
    parts = [
        f"""'"{name}":{{"amount":' || {amount(f"{table}.{value}")} || ',"currencyCode":"' || {table}.{code} || '"}}'"""
        for name, value, code in sides
    ]
    return f"""'{{' || {" || ',' || ".join(parts)} || '}}'"""


def members(of: dict[str, str]) -> str:
    """SQL for an object. Its members are SQL expressions for their text."""
    parts = [f"""'"{name}":' || {sql}""" for name, sql in of.items()]
    return f"""'{{' || {" || ',' || ".join(parts)} || '}}'"""


def text_id(kind: str, column: str) -> str:
    return f"""'"gid://shopify/{kind}/' || {column} || '"'"""


VARIANT = members({"id": text_id("ProductVariant", "v.id"), "title": "json_quote(v.title)"})
CUSTOMER = members(
    {
        "id": text_id("Customer", "p.id"),
        "firstName": "json_quote(p.first_name)",
        "lastName": "json_quote(p.last_name)",
    }
)
LINE = members(
    {
        "id": text_id("AbandonedCheckoutLineItem", "l.key"),
        "title": "json_quote(l.title)",
        "quantity": "l.quantity",
        "sku": "json_quote(l.sku)",
        "variantTitle": "json_quote(l.variant_title)",
        "variant": f"ifnull((SELECT {VARIANT} FROM product_variants v WHERE v.shop_id = {SHOP} "
        "AND v.id = l.variant_id), 'null')",
        "originalUnitPriceSet": money("l", "original_unit_price"),
        "originalTotalPriceSet": money("l", "original_total_price"),
    }
)
CHECKOUT = members(
    {
        "id": text_id("AbandonedCheckout", "c.id"),
        "name": "json_quote(c.name)",
        "createdAt": moment("c.created_at"),
        "updatedAt": moment("c.updated_at"),
        "completedAt": f"ifnull({moment('c.completed_at')}, 'null')",
        "note": "json_quote(c.note)",
        "taxesIncluded": "iif(c.taxes_included, 'true', 'false')",
        "customer": f"ifnull((SELECT {CUSTOMER} FROM customers p WHERE p.shop_id = {SHOP} "
        "AND p.id = c.customer_id), 'null')",
        "totalPriceSet": money("c", "total_price"),
        "subtotalPriceSet": money("c", "subtotal_price"),
        "totalTaxSet": f"ifnull({money('c', 'total_tax')}, 'null')",
        "lineItems": f"""'{{"nodes":[' || ifnull((SELECT group_concat({LINE}) FROM (SELECT * FROM line_items WHERE
            shop_id = {SHOP} AND checkout_id = c.id ORDER BY position LIMIT {LINES}) l), '') || ']}}'""",
    }
)


def page(first: int, after: str | None, query: str | None) -> bytes:
    condition, given = narrowed(query)
    rows = database.execute(
        f"SELECT {CHECKOUT}, c.id FROM abandoned_checkouts c WHERE c.shop_id = ? AND c.id > ? {condition} "
        "ORDER BY c.id LIMIT ?",
        (SHOP, by_hand.start_of(after), *given, first + 1),
    ).fetchall()
    shown = rows[:first]
    nodes = ",".join([text for text, _ in shown])
    more = "true" if len(rows) > first else "false"
    cursor = f'"{cursor_of(shown[-1][1])}"' if shown else "null"
    info = f'{{"hasNextPage":{more},"endCursor":{cursor}}}'
    return f'{{"data":{{"abandonedCheckouts":{{"nodes":[{nodes}],"pageInfo":{info}}}}}}}'.encode()


def node(id: str) -> bytes:  # noqa: A002
    number = int(id.rpartition("/")[2])
    statement = f"SELECT {CHECKOUT} FROM abandoned_checkouts c WHERE c.shop_id = ? AND c.id = ?"
    found = database.execute(statement, (SHOP, number)).fetchone()
    return f'{{"data":{{"node":{"null" if found is None else found[0]}}}}}'.encode()


async def answered(name: str, variables: dict[str, Any]) -> bytes:
    if name == "count":
        return orjson.dumps({"data": count(**variables)})
    return page(**variables) if name == "page" else node(**variables)


app = metered(endpoint(answered))
