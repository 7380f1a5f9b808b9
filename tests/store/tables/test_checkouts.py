"""No page reads or sorts a whole table: every sort key and every filter has an index.

The plans are asked of the databases themselves. PostgreSQL would rather scan a table as small as a test's, so there
scans and sorts are forbidden first: what is then still planned as one has no index to use.
"""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.schema.resolving.checkout_lists import SORT_KEYS, SortKey
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position, listing_select
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import narrowed
from abandoned_checkouts.store.tenants.shops import create_shop
from search_syntax import check, parse
from tests.databases import Databases

QUERIES = (
    "",
    "created_at:>2026-01-01",
    "created_at:2026-01-01",
    "created_at:*",
    "-created_at:*",
    "updated_at:>='2024-01-01' AND updated_at:<'2024-02-01'",
    "email_state:sent",
    "email_state:sent,not_sent",
    "id:5",
    "id:5,6,7",
    "id:5 OR id:6 OR status:closed",
    "id:>=5 id:<9",
    "recovery_state:recovered",
    "-recovery_state:recovered",
    "status:open",
    "status:open OR status:closed",
    "status:open updated_at:>2026-01-01",
    "norman",
    "norm*",
    '"bob norman"',
    "norman status:open",
    "-norman",
    "total_price:>=100",
    "subtotal_price:<50",
    "completed_at:*",
    "abandoned_for:>=24",
    "customer_id:5",
    "accepts_marketing:true",
    "product_id:5",
    "sku:TS-*",
    "country:DE customer_name:norman",
)
AFTER = {"CUSTOMER_NAME": Position("x", 5), "CREATED_AT": Position(5, 5), "TOTAL_PRICE": Position(5, 5)}
SORTS = [name for name, key in SORT_KEYS.items() if not key.ranked]


def windows(sort: str) -> Iterator[tuple[str, PageWindow]]:
    position = AFTER.get(sort, Position(5, 5))
    yield "first page", PageWindow(first=250)
    yield "next page", PageWindow(first=250, after=position)
    yield "last page", PageWindow(last=250)
    yield "reverse", PageWindow(first=250, after=position, reverse=True)


def listing(shop: Shop, key: SortKey, query: str, dialect: str) -> Listing:
    meaning = check(parse(query), checkout_fields(extended=True), zone=ZoneInfo("UTC"), now=datetime.now(UTC))
    return narrowed(Listing("abandoned_checkouts", shop.id, key.order), meaning.root, dialect=dialect)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
async def opened(databases: Databases, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Database, Shop]]:
    """One store for all plans, because they do not change it."""
    url = databases.new(request.param)
    store = await open_database(url)
    async with store.begin() as connection:
        shop = await create_shop(connection, "acme.myshopify.com", now=0)
    yield store, shop
    await store.close()
    databases.give_back(url)


@pytest.mark.parametrize(("sort", "query"), list(product(SORTS, QUERIES)))
async def test_each_page_is_read_by_an_index(opened: tuple[Database, Shop], sort: str, query: str) -> None:
    store, shop = opened
    for name, window in windows(sort):
        statement = listing_select(listing(shop, SORT_KEYS[sort], query, store.dialect), window, ["id", "name"])
        plan = await explained(store, statement)
        problem = wrong_on_sqlite(plan) if store.is_sqlite else wrong_on_postgresql(plan)
        assert not problem, f"{query!r} by {sort}, {name}: {problem}\n{plan}"


async def explained(store: Database, statement: Any) -> list[str]:
    async with store.read() as connection:
        compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        sql = str(compiled).replace(":", "\\:")
        if store.is_sqlite:
            rows = await connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))
            return [row[3] for row in rows]
        for setting in ("enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_incremental_sort"):
            await connection.execute(text(f"SET LOCAL {setting} = off"))
        found = (await connection.execute(text(f"EXPLAIN (FORMAT JSON) {sql}"))).scalar_one()
        plan = json.loads(found) if isinstance(found, str) else found
        return list(nodes(plan[0]["Plan"]))


def nodes(plan: dict[str, Any]) -> Iterator[str]:
    yield f"{plan['Node Type']} {plan.get('Relation Name', '')} {plan.get('Index Name', '')}".strip()
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def wrong_on_sqlite(plan: list[str]) -> list[str]:
    return [step for step in plan if "TEMP B-TREE" in step or step.startswith("SCAN abandoned_checkouts")]


def wrong_on_postgresql(plan: list[str]) -> list[str]:
    if not any("Scan" in step for step in plan):
        return []  # no rows are read, because none can match
    return [
        step
        for step in plan
        if step.startswith(("Sort", "Incremental Sort", "Seq Scan on abandoned", "Seq Scan abandoned"))
    ]
