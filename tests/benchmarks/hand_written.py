"""An endpoint written by hand that returns the same responses: sqlite3, dicts and orjson in a plain ASGI application.

It is what somebody would write who knows the question beforehand and wants it quick: prepared statements of just the
columns needed, one statement per table, formats remembered. It checks no token, counts no cost, knows nothing else.
"""

import os
import sqlite3
from typing import Any

import orjson

from tests.benchmarks import by_hand
from tests.benchmarks.by_hand import CHECKOUT, FROM, LINE, SHOP, UNTIL, Row
from tests.benchmarks.metered import endpoint, metered
from tests.benchmarks.queries import RANGE


def opened() -> sqlite3.Connection:
    connection = sqlite3.connect(os.environ["BENCH_STORE"], isolation_level=None, cached_statements=512)
    for pragma in ("query_only = ON", "cache_size = -65536", "mmap_size = 268435456"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


database = opened()


def rows_by(columns: str, table: str, key: str, values: list[int], order: str = "") -> list[Row]:
    marks = ",".join("?" * len(values))
    statement = f"SELECT {columns} FROM {table} WHERE shop_id = ? AND {key} IN ({marks}) {order}"
    return database.execute(statement, (SHOP, *values)).fetchall()


def checkouts(rows: list[Row]) -> list[dict[str, Any]]:
    if not rows:
        return []
    people = list({row[7] for row in rows if row[7] is not None})
    customers = by_hand.customers_of(rows_by("id, first_name, last_name", "customers", "id", people))
    lines = rows_by(LINE, "line_items", "checkout_id", [row[0] for row in rows], "ORDER BY checkout_id, position")
    variant_ids = list({row[6] for row in lines if row[6] is not None})
    variants = by_hand.variants_of(rows_by("id, title", "product_variants", "id", variant_ids))
    return by_hand.checkouts(rows, customers, lines, variants)


def narrowed(query: str | None) -> tuple[str, list[Any]]:
    """The condition of a page, and its values."""
    if query == RANGE:
        return "AND created_at >= ? AND created_at < ?", [FROM, UNTIL]
    if query:
        found = "AND document_id IN (SELECT rowid FROM checkout_text WHERE checkout_text MATCH ?)"
        return found, [f'"__shop{SHOP}" AND "{query}"']
    return "", []


def page(first: int, after: str | None, query: str | None) -> dict[str, Any]:
    condition, given = narrowed(query)
    rows = database.execute(
        f"SELECT {CHECKOUT} FROM abandoned_checkouts WHERE shop_id = ? AND id > ? {condition} ORDER BY id LIMIT ?",
        (SHOP, by_hand.start_of(after), *given, first + 1),
    ).fetchall()
    shown = rows[:first]
    return by_hand.page_of(checkouts(shown), len(rows) > first, shown[-1][0] if shown else None)


def node(id: str) -> dict[str, Any]:  # noqa: A002
    number = int(id.rpartition("/")[2])
    rows = rows_by(CHECKOUT, "abandoned_checkouts", "id", [number])
    return {"node": checkouts(rows)[0] if rows else None}


def count(query: str | None) -> dict[str, Any]:
    ((number,),) = database.execute("SELECT count(*) FROM abandoned_checkouts WHERE shop_id = ?", (SHOP,))
    return by_hand.count_of(number)


QUESTIONS = {"page": page, "node": node, "count": count}


async def answered(name: str, variables: dict[str, Any]) -> bytes:
    return orjson.dumps({"data": QUESTIONS[name](**variables)})


app = metered(endpoint(answered))
