"""A shop with checkouts, both in a store and as records for search_syntax.predicate."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.checkouts.search_text import field_texts, search_text
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.reading.pages import Listing, Page, PageWindow, SortOrder
from abandoned_checkouts.store.reading.shop_rows import count_of, window_of
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import narrowed
from abandoned_checkouts.store.tenants.shops import create_shop
from search_syntax import Meaning, check, parse, predicate

FIELDS = checkout_fields(extended=True)
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Store:
    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.database: Database = self.runner.run(open_database(url))
        self.shops = 0

    def shop(self, checkouts: list[Checkout]) -> "Shelf":
        """A new shop with copies of these checkouts. Saving assigns their ids."""
        self.shops += 1
        rows = [replace(row, line_items=[replace(one) for one in row.line_items]) for row in checkouts]

        async def run() -> Shop:
            async with self.database.begin() as connection:
                shop = await create_shop(connection, f"shop{self.shops}.example.com", now=1)
                await save_checkouts(connection, shop, rows)
                return shop

        return Shelf(self, self.runner.run(run()), rows)

    def close(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()


class Shelf:
    """A shop with its checkouts, in the store and as records."""

    def __init__(self, store: Store, shop: Shop, rows: list[Checkout]) -> None:
        self.store, self.shop = store, shop
        self.records = [record(row) for row in rows]

    def meaning(self, query: str) -> Meaning:
        return check(parse(query), FIELDS, zone=ZONE, now=NOW)

    def listing(self, query: str, ranked: bool = False, of: Listing | None = None) -> Listing:
        listing = of or Listing("abandoned_checkouts", self.shop.id, SortOrder("id"))
        return narrowed(listing, self.meaning(query).root, dialect=self.store.database.dialect, ranked=ranked)

    def found(self, query: str) -> list[int]:
        return [row["id"] for row in self.page(self.listing(query), PageWindow(first=250)).rows]

    def expected(self, query: str) -> list[int]:
        matches = predicate(self.meaning(query).root)
        return sorted(one["id"] for one in self.records if matches(one))

    def page(self, listing: Listing, window: PageWindow) -> Page:
        async def run() -> Page:
            async with self.store.database.read() as connection:
                return await window_of(connection, listing, window)

        return self.store.runner.run(run())

    def count(self, query: str) -> int:
        async def run() -> int:
            async with self.store.database.read() as connection:
                return await count_of(connection, self.listing(query), None)

        return self.store.runner.run(run())


def record(row: Checkout) -> dict[str, Any]:
    """A stored checkout as a record for predicate."""

    def at(moment: int | None) -> datetime | None:
        return None if moment is None else to_datetime(moment)

    def amount(units: int) -> Decimal:
        return Decimal(units) / 10_000

    return {
        **field_texts(row),
        "default": list(search_text(row)),
        "id": row.id,
        "created_at": at(row.created_at),
        "updated_at": at(row.updated_at),
        "completed_at": at(row.completed_at),
        "abandoned_at": at(row.abandoned_at),
        # The shops of these tests are not copies.
        "gone_at": None,
        "status": "open" if row.closed_at is None else "closed",
        "recovery_state": "recovered" if row.recovered_at is not None else "not_recovered",
        "email_state": row.email_state,
        "buyer_accepts_marketing": row.buyer_accepts_marketing,
        "customer_id": row.customer_id,
        "total_price": amount(row.total_price),
        "subtotal_price": amount(row.subtotal_price),
        "product_id": [one.product_id for one in row.line_items],
        "variant_id": [one.variant_id for one in row.line_items],
    }
