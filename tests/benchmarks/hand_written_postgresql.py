"""The same endpoint written by hand for PostgreSQL: asyncpg, dicts and orjson in a plain ASGI application.

As tests/benchmarks/hand_written, with asyncpg's prepared statements instead of sqlite3's.
"""

import os
from typing import Any

import asyncpg
import orjson

from tests.benchmarks import by_hand
from tests.benchmarks.by_hand import CHECKOUT, FROM, LINE, SHOP, UNTIL, Row
from tests.benchmarks.metered import endpoint, metered
from tests.benchmarks.queries import RANGE

# Opened with the first request, on the server's event loop.
_pools: list[Any] = []


async def opened() -> Any:
    if not _pools:
        address = os.environ["BENCH_URL"].replace("postgresql+asyncpg", "postgresql")
        _pools.append(await asyncpg.create_pool(address, min_size=1, max_size=10))
    return _pools[0]


async def rows_by(database: Any, columns: str, table: str, key: str, values: list[int], order: str = "") -> list[Row]:
    statement = f"SELECT {columns} FROM {table} WHERE shop_id = $1 AND {key} = ANY($2::bigint[]) {order}"
    rows: list[Row] = await database.fetch(statement, SHOP, values)
    return rows


async def checkouts(database: Any, rows: list[Row]) -> list[dict[str, Any]]:
    if not rows:
        return []
    people = list({row[7] for row in rows if row[7] is not None})
    customers = by_hand.customers_of(await rows_by(database, "id, first_name, last_name", "customers", "id", people))
    ids = [row[0] for row in rows]
    lines = await rows_by(database, LINE, "line_items", "checkout_id", ids, "ORDER BY checkout_id, position")
    variant_ids = list({row[6] for row in lines if row[6] is not None})
    variants = by_hand.variants_of(await rows_by(database, "id, title", "product_variants", "id", variant_ids))
    return by_hand.checkouts(rows, customers, lines, variants)


def narrowed(query: str | None) -> tuple[str, list[Any]]:
    """The condition of a page, and its values."""
    if query == RANGE:
        return "AND created_at >= $4 AND created_at < $5", [FROM, UNTIL]
    if query:
        found = (
            "AND document_id IN (SELECT document_id FROM checkout_text WHERE shop_id = $1 AND tokens @@ $4::tsquery)"
        )
        return found, [f"'{query}'"]
    return "", []


async def page(database: Any, first: int, after: str | None, query: str | None) -> dict[str, Any]:
    condition, given = narrowed(query)
    rows = await database.fetch(
        f"SELECT {CHECKOUT} FROM abandoned_checkouts WHERE shop_id = $1 AND id > $2 {condition} ORDER BY id LIMIT $3",
        SHOP, by_hand.start_of(after), first + 1, *given,
    )  # fmt: skip
    shown = rows[:first]
    nodes = await checkouts(database, shown)
    return by_hand.page_of(nodes, len(rows) > first, shown[-1][0] if shown else None)


async def node(database: Any, id: str) -> dict[str, Any]:  # noqa: A002
    rows = await rows_by(database, CHECKOUT, "abandoned_checkouts", "id", [int(id.rpartition("/")[2])])
    return {"node": (await checkouts(database, rows))[0] if rows else None}


async def count(database: Any, query: str | None) -> dict[str, Any]:
    number = await database.fetchval("SELECT count(*) FROM abandoned_checkouts WHERE shop_id = $1", SHOP)
    return by_hand.count_of(number)


QUESTIONS = {"page": page, "node": node, "count": count}


async def answered(name: str, variables: dict[str, Any]) -> bytes:
    pool = await opened()
    async with pool.acquire() as database:
        return orjson.dumps({"data": await QUESTIONS[name](database, **variables)})


app = metered(endpoint(answered))
