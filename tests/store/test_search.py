"""Search in SQL finds what search_syntax.predicate finds, on both databases, for any search and any shop.

EXAMPLES=20000 runs that many searches on each database; Hypothesis prints the search and the shop that differ.
"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.checkouts.checkout import Checkout
from app.checkouts.customer import Customer
from app.checkouts.line_item import LineItem
from app.checkouts.moment import HOUR, from_datetime, to_datetime
from app.checkouts.search_text import field_texts, search_text
from app.checkouts.shop import Shop
from app.store.database import Database, open_database
from app.store.pages import Listing, Order, Position, Window
from app.store.read import count_of, window_of
from app.store.save import save_checkouts
from app.store.search import narrowed
from app.store.search_fields import checkout_fields
from app.store.shops import create_shop
from search_syntax import Meaning, check, parse, predicate, text
from search_syntax.tree import And, AnyOf, Comparison, Exists, Not, Or, Phrase, Prefix, Term, Tree
from tests.databases import Databases

FIELDS = checkout_fields(extended=True)
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SEARCHES = int(os.environ.get("EXAMPLES", "0")) or 300
SHOPS = 4

WORDS = ["bob", "Bob Norman", "norm", "NIKE | SWOOSH", "Café", "cafe\u0301", "Straße", "東京", "normж", "a-b", "wrap please", "&"]
MOMENTS = [NOW, NOW.replace(hour=7), datetime(2026, 7, 14, 4, tzinfo=UTC), datetime(2026, 7, 14, 3, 59, 59, 999999, tzinfo=UTC)]
PRICES = [0, 1, 99_9900, 100_0000, 100_5000, -2_0000]


def line(number: int, word: str, sku: str | None) -> LineItem:
    return LineItem(key=f"{number}?", quantity=1, title=word, sku=sku, product_id=number, variant_id=number * 10)


moments = st.sampled_from([from_datetime(moment) for moment in MOMENTS])
words = st.one_of(st.sampled_from(WORDS), st.text("abnorm é東-_'", max_size=6))
checkouts = st.builds(
    Checkout,
    platform=st.just("shopify"),
    created_at=moments,
    updated_at=moments,
    completed_at=st.one_of(st.none(), moments),
    closed_at=st.one_of(st.none(), moments),
    email_state=st.sampled_from(["not_sent", "scheduled", "sent", "suppressed"]),
    currency=st.sampled_from(["USD", "EUR"]),
    total_price=st.sampled_from(PRICES),
    subtotal_price=st.sampled_from(PRICES),
    email=st.one_of(st.none(), st.sampled_from(["Bob@Example.com", "josé@example.org"])),
    phone=st.one_of(st.none(), st.just("+1 (555) 123-4567")),
    note=st.one_of(st.just(""), words, st.just("x" * 130)),
    discount_codes=st.one_of(st.just([]), st.just([{"code": "Spring-24", "amount": 0, "type": "fixed_amount"}])),
    custom_attributes=st.one_of(st.just([]), st.just([{"key": "Gift", "value": "y" * 130}])),
    shipping_address=st.one_of(st.none(), st.just({"country_code": "DE", "country": "Germany", "last_name": "Weiß"})),
    line_items=st.lists(
        st.builds(line, st.integers(1, 3), words, st.one_of(st.none(), words)),
        max_size=3,
        unique_by=lambda one: one.key,
    ),
)

TIMES = ["now", "2026", "2026-07-14", "2026-07-14T04:00:00Z", "2026-07-14T00:00:00-04:00", "2026-07-13", "x", "0001", "9999"]
NUMBERS = ["0", "1", "2", "3", "10", "20", "100", "100.5", "99.99", "-2", "0.00001", "100.00005", "9" * 30, "-" + "9" * 30, "x", "24", "99999"]
TEXTS = [*WORDS, "nor", "n", "ex", "bob@example.com", "jose@example.org", "spring-24", "spring", "gift", "gift=" + "y" * 130, "gift=" + "y" * 125, "usd", "de", "germany", "15551234567", "x" * 130, "sent", "s", "open", "closed", "recovered", ""]
values = st.sampled_from([*TIMES, *NUMBERS, *TEXTS])
nonempty = values.filter(bool)
names = st.sampled_from([*(field.name for field in FIELDS), "default", "default", "odd"])


def any_of(name: str, listed: list[str]) -> AnyOf:
    return AnyOf(name, tuple(Term(name, value) for value in listed))


leaves: st.SearchStrategy[Tree] = st.one_of(
    st.builds(Term, names, nonempty),
    st.builds(Phrase, names, values),
    st.builds(Prefix, names, nonempty),
    st.builds(Exists, names),
    st.builds(Comparison, names, st.sampled_from(["<", "<=", ">", ">="]), values),
    st.builds(any_of, names, st.lists(nonempty, min_size=2, max_size=3)),
)


def branches(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    parts = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, parts), st.builds(Or, parts))


trees = st.recursive(leaves, branches, max_leaves=8)


class Store:
    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.database: Database = self.runner.run(open_database(url))
        self.shops = 0

    def shop(self, rows: list[Checkout]) -> "Shelf":
        self.shops += 1

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

    def listing(self, query: str, ranked: bool = False) -> Listing:
        listing = Listing("abandoned_checkouts", self.shop.id, Order("id"))
        return narrowed(listing, self.meaning(query).root, dialect=self.store.database.dialect, ranked=ranked)

    def found(self, query: str) -> list[int]:
        return [row["id"] for row in self.page(self.listing(query), Window(first=250))]

    def expected(self, query: str) -> list[int]:
        matches = predicate(self.meaning(query).root)
        return sorted(one["id"] for one in self.records if matches(one))

    def page(self, listing: Listing, window: Window) -> list[Any]:
        async def run() -> Any:
            async with self.store.database.read() as connection:
                return (await window_of(connection, listing, window)).rows

        return list(self.store.runner.run(run()))

    def count(self, query: str) -> int:
        async def run() -> int:
            async with self.store.database.read() as connection:
                return await count_of(connection, self.listing(query), None)

        return self.store.runner.run(run())


def record(row: Checkout) -> dict[str, Any]:
    """A stored checkout as predicate reads it."""

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
        "status": "open" if row.closed_at is None else "closed",
        "recovery_state": "recovered" if row.recovered_at is not None else "not_recovered",
        "email_state": row.email_state,
        "customer_id": row.customer_id,
        "total_price": amount(row.total_price),
        "subtotal_price": amount(row.subtotal_price),
        "product_id": [one.product_id for one in row.line_items],
        "variant_id": [one.variant_id for one in row.line_items],
    }


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url)
    yield opened
    opened.close()


def test_generated_searches_agree(store: Store) -> None:
    quiet = settings(
        max_examples=SEARCHES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    made: dict[int, Shelf] = {}

    @settings(quiet, max_examples=SHOPS)
    @given(st.lists(checkouts, min_size=8, max_size=8))
    def fill(rows: list[Checkout]) -> None:
        made[len(made)] = store.shop([_fresh(row) for row in rows])

    fill()

    @quiet
    @given(st.integers(0, len(made) - 1), trees)
    def agree(place: int, tree: Tree) -> None:
        shelf, query = made[place], text(tree)
        found, expected = shelf.found(query), shelf.expected(query)
        assert found == expected, f"\nsearch    {query}\nstore     {found}\npredicate {expected}\n{shelf.records}"

    agree()


def _fresh(row: Checkout) -> Checkout:
    """Hypothesis may give the same object twice, and saving gives it an id."""
    from dataclasses import replace

    return replace(row, line_items=[replace(one) for one in row.line_items])
