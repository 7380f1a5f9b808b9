"""The same endpoint written by hand for PostgreSQL: asyncpg, dicts and orjson in a plain ASGI application.

As tests/benchmarks/hand_written, with asyncpg's prepared statements instead of sqlite3's.
"""

import os
from typing import Any

import asyncpg

from tests.benchmarks import by_hand
from tests.benchmarks.by_hand import CHILDREN, PARENTS, SHOP, Row
from tests.benchmarks.metered import endpoint, metered

# Opened with the first request, on the server's event loop.
_pools: list[Any] = []


async def opened() -> Any:
    if not _pools:
        address = os.environ["BENCH_URL"].replace("postgresql+asyncpg", "postgresql")
        _pools.append(await asyncpg.create_pool(address, min_size=1, max_size=10))
    return _pools[0]


async def checkouts(database: Any, rows: list[Row]) -> list[dict[str, Any]]:
    if not rows:
        return []
    condition = "WHERE l.shop_id = $1 AND l.checkout_id = ANY($2::bigint[]) ORDER BY l.checkout_id, l.position"
    lines = await database.fetch(f"{CHILDREN} {condition}", SHOP, [row[0] for row in rows])
    return by_hand.checkouts(rows, lines)


def narrowed(query: str | None) -> tuple[str, list[Any]]:
    """The condition of a page, and its values."""
    if not query:
        return "", []
    if (moment := by_hand.since(query)) is not None:
        return "AND c.status = 'open' AND c.created_at >= $4", [moment]
    found = "AND c.document_id IN (SELECT document_id FROM checkout_text WHERE shop_id = $1 AND tokens @@ $4::tsquery)"
    return found, [f"'{query}'"]


async def page(database: Any, first: int, after: str | None, query: str | None) -> dict[str, Any]:
    condition, given = narrowed(query)
    rows = await database.fetch(
        f"{PARENTS} WHERE c.shop_id = $1 AND c.id > $2 {condition} ORDER BY c.id LIMIT $3",
        SHOP, by_hand.start_of(after), first + 1, *given,
    )  # fmt: skip
    shown = rows[:first]
    nodes = await checkouts(database, shown)
    return by_hand.page_of(nodes, len(rows) > first, shown[-1][0] if shown else None)


async def node(database: Any, id: str) -> dict[str, Any]:  # noqa: A002
    number = int(id.rpartition("/")[2])
    rows = await database.fetch(f"{PARENTS} WHERE c.shop_id = $1 AND c.id = $2", SHOP, number)
    return {"node": (await checkouts(database, rows))[0] if rows else None}


async def count(database: Any, query: str | None) -> dict[str, Any]:
    number = await database.fetchval("SELECT count(*) FROM abandoned_checkouts WHERE shop_id = $1", SHOP)
    return by_hand.count_of(number)


QUESTIONS = {"page": page, "node": node, "count": count}


async def answered(name: str, variables: dict[str, Any]) -> bytes:
    pool = await opened()
    async with pool.acquire() as database:
        return by_hand.dumped(await QUESTIONS[name](database, **variables))


app = metered(endpoint(answered))
