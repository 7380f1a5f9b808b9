"""Bulk operations beside a hand-written export and beside paging: ``python -m tests.benchmarks.bulk_export``.

All read the same checkouts from the same store, turn by turn, and write a file; the first two files must be equal,
byte for byte. Rows are lines: a checkout and each of its line items. CPU time is that of the whole process.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import httpx
import orjson

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app, now
from abandoned_checkouts.shopify.bulk.runs.run import BulkRequest, BulkRun
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.reading.streams import open_stream
from abandoned_checkouts.store.tenants.access_tokens import find_access, issue_token
from abandoned_checkouts.store.tenants.shops import all_shops
from tests.benchmarks.exported_by_hand import export_by_hand
from tests.benchmarks.seed import bench_store

NODE = """id name createdAt totalPriceSet { shopMoney { amount currencyCode } }"""
QUERY = (
    f"{{ abandonedCheckouts {{ edges {{ node {{ {NODE} "
    "lineItems { edges { node { id title quantity } } } } } } }"
)
PAGE = f"""query Page($after: String) {{
  abandonedCheckouts(first: 250, after: $after) {{
    pageInfo {{ hasNextPage endCursor }}
    edges {{ node {{ {NODE} lineItems(first: 250) {{ edges {{ node {{ id title quantity }} }} }} }} }}
  }}
}}"""
BULK, BY_HAND, PAGED = "bulk operation", "export by hand", "pages of 250"
Contender = Callable[[Path], Awaitable[None]]


async def bulk(database: Database, token: str, file: Path) -> None:
    async with database.read() as connection:
        access = await find_access(connection, token, now(), Endpoint.GRAPHQL)
    assert access is not None
    async with open_stream(database) as stream:
        await BulkRun(BulkRequest(QUERY, access, "2026-10", now()), stream).write(file)


async def paged(client: httpx.AsyncClient, file: Path) -> None:
    """Pages, as clients read them: request a page, write its nodes, request the next page."""
    after = None
    with file.open("wb") as out:
        while True:
            question = {"query": PAGE, "variables": {"after": after}}
            answer = await client.post("/admin/api/2026-10/graphql.json", json=question)
            page = orjson.loads(answer.content)["data"]["abandonedCheckouts"]
            for edge in page["edges"]:
                out.write(orjson.dumps(edge["node"]) + b"\n")
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]


async def compare(store: Path, rounds: int, *, paging: bool) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        # A copy, because a token is written into it.
        copy = copyfile(store, folder / "store.sqlite3")
        copyfile(f"{store}-secret-key", f"{copy}-secret-key")
        url = f"sqlite+aiosqlite:///{copy}"
        database = await open_database(url)
        async with database.begin() as connection:
            [shop] = await all_shops(connection)
            scopes = ["read_orders", "read_customers", "read_products"]
            token = await issue_token(connection, shop, scopes, now=now())
        app = create_app(Settings(database_url=url, throttle=False, work=False))
        transport = httpx.ASGITransport(app=app)
        headers = {"X-Shopify-Access-Token": token}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=f"http://{shop.domain}", headers=headers) as client,
        ):
            contenders: dict[str, Contender] = {
                BULK: lambda file: bulk(database, token, file),
                BY_HAND: lambda file: asyncio.to_thread(export_by_hand, copy, shop.id, file),
                PAGED: lambda file: paged(client, file),
            }
            if not paging:
                del contenders[PAGED]
            await _run(contenders, folder, rounds)
        await database.close()


async def _run(contenders: dict[str, Contender], folder: Path, rounds: int) -> None:
    seconds: dict[str, list[tuple[float, float]]] = {title: [] for title in contenders}
    rows = 0
    for _ in range(rounds):
        for title, contender in contenders.items():
            wall, cpu = time.perf_counter(), time.process_time()
            await contender(folder / f"{title}.jsonl")
            seconds[title].append((time.perf_counter() - wall, time.process_time() - cpu))
        files = [(folder / f"{title}.jsonl").read_bytes() for title in (BULK, BY_HAND)]
        assert files[0] == files[1], "the files differ"
        rows = files[0].count(b"\n")
    print(f"{rows:,} rows, median of {rounds} rounds")
    print("| how | seconds | CPU seconds | rows/s of CPU | ratio to by hand, CPU |")
    print("|---|---|---|---|---|")
    by_hand = [cpu for _, cpu in seconds[BY_HAND]]
    for title, spent in seconds.items():
        wall, cpu = (statistics.median(each) for each in zip(*spent, strict=True))
        ratio = statistics.median(hand / own for hand, (_, own) in zip(by_hand, spent, strict=True))
        print(f"| {title} | {wall:.2f} | {cpu:.2f} | {rows / cpu:,.0f} | {ratio:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bulk_export", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="checkouts in the store (100,000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each contender (3)")
    parser.add_argument("--without-paging", action="store_true", help="leave out the pages")
    given = parser.parse_args()
    asyncio.run(compare(bench_store(given.size), given.rounds, paging=not given.without_paging))


if __name__ == "__main__":
    main()
