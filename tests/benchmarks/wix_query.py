"""Wix's query beside the same page by GraphQL, at 100,000 checkouts: ``python -m tests.benchmarks.wix_query``.

Both go through the whole server, turn by turn, over the same pages; milliseconds of the server's CPU are printed.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app, now
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import all_shops
from tests.benchmarks.seed import bench_store

MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
PERSON = "{ firstName lastName phone company }"
# The path, the body, and a function that finds the next cursor in the response.
Request = tuple[str, dict[str, Any], Callable[[dict[str, Any]], str]]

# The data of a Wix entity, as a Shopify query.
PAGE = f"""query Page($after: String) {{
  abandonedCheckouts(first: 100, after: $after, sortKey: CREATED_AT, reverse: true) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{
      id createdAt updatedAt completedAt abandonedCheckoutUrl discountCodes
      customer {{ id email firstName lastName phone }}
      shippingAddress {PERSON} billingAddress {PERSON}
      totalPriceSet {MONEY} totalLineItemsPriceSet {MONEY}
      lineItems(first: 50) {{ nodes {{
        id title variantTitle sku quantity image {{ url altText width height }}
        product {{ id }} variant {{ id }} customAttributes {{ key value }}
        discountedUnitPriceSet {MONEY} originalUnitPriceSet {MONEY}
      }} }}
    }}
  }}
}}"""


async def compare(store: Path, pages: int) -> None:
    with TemporaryDirectory() as folder:
        # A copy, because a token is written into it.
        copy = copyfile(store, f"{folder}/store.sqlite3")
        copyfile(f"{store}-secret-key", f"{copy}-secret-key")
        url = f"sqlite+aiosqlite:///{copy}"
        database = await open_database(url)
        async with database.begin() as connection:
            [shop] = await all_shops(connection)
            scopes = ["write_orders", "read_customers", "read_products"]
            token = await issue_token(connection, shop, scopes, now=now())
        await database.close()
        app = create_app(Settings(database_url=url, throttle=False, work=False))
        headers = {"authorization": token, "x-shopify-access-token": token}
        transport = httpx.ASGITransport(app)
        base = f"http://{shop.domain}"
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as client,
        ):
            await _rounds(client, pages)


async def _rounds(client: httpx.AsyncClient, pages: int) -> None:
    spent: dict[str, list[float]] = {"Wix query": [], "GraphQL": []}
    cursors: dict[str, str | None] = dict.fromkeys(spent)
    for turn in range(pages + 1):
        for name, ask in (("Wix query", _wix), ("GraphQL", _graphql)):
            path, body, next_cursor = ask(cursors[name])
            start = time.process_time()
            answer = await client.post(path, json=body)
            if turn:  # the first one compiles
                spent[name].append((time.process_time() - start) * 1000)
            cursors[name] = next_cursor(answer.json())
    sys.stdout.write(f"{'pages of 100':14}{'median':>10}{'p95':>10}\n")
    for name, times in spent.items():
        sys.stdout.write(f"{name:14}{statistics.median(times):10.1f}{_p95(times):10.1f}\n")
    ratio = _p95(spent["Wix query"]) / _p95(spent["GraphQL"])
    sys.stdout.write(f"{'ratio of p95':24}{ratio:10.2f}\n")


def _wix(after: str | None) -> Request:
    paging: dict[str, Any] = {"limit": 100, **({"cursor": after} if after else {})}
    body = {"query": {"cursorPaging": paging}}
    return "/ecom/v1/abandoned-checkout/query", body, lambda answer: answer["metadata"]["cursors"]["next"]


def _graphql(after: str | None) -> Request:
    body = {"query": PAGE, "variables": {"after": after}}
    found = "abandonedCheckouts"
    return "/admin/api/2026-10/graphql.json", body, lambda answer: answer["data"][found]["pageInfo"]["endCursor"]


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="checkouts in the store")
    parser.add_argument("--pages", type=int, default=60, help="pages that each door is asked for")
    given = parser.parse_args()
    asyncio.run(compare(bench_store(given.size), given.pages))
