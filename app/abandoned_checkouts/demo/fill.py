"""Creates the demo shop. The same seed and the same present moment create the same shop, but for its secret."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.identity import derived_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.demo import catalog
from abandoned_checkouts.demo.afterwards import Afterwards, erased_if_asked
from abandoned_checkouts.demo.customers import DemoCustomer
from abandoned_checkouts.demo.demo_token import DOMAIN, TOKEN
from abandoned_checkouts.demo.journeys import SPAN, journey
from abandoned_checkouts.demo.orders import order_of
from abandoned_checkouts.demo.story import Story, create_flow
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.checkouts.save_customers import save_customers
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.gc_pause import gc_pause
from abandoned_checkouts.store.engine.statements import expect_many_writes
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shop_content import delete_token, empty_shop, save_records, save_shop_settings
from abandoned_checkouts.store.tenants.shops import all_shops, create_shop, find_shop, register_app

SCOPES = (
    *("read_orders", "write_orders", "read_customers", "write_customers", "read_products", "write_products"),
    *("read_locations", "read_marketing_events", "write_marketing_events", "write_customer_data_erasure"),
    # So that one can look at the pages of users and access tokens.
    *("read_users", "write_users"),
)
BATCH = 3000
_MARK = "demo"


class DemoError(Exception):
    """The store cannot have the demo shop. The message says why."""


@dataclass(frozen=True, slots=True)
class Filled:
    shop: Shop
    checkouts: int
    orders: int
    customers: int


async def is_filled(database: Database) -> bool:
    """Whether the store has a shop. A demo shop counts only when it is complete."""
    async with database.read() as connection:
        shops = await all_shops(connection)
    return any(not shop.is_demo or _MARK in shop.settings for shop in shops)


async def fill(
    database: Database,
    *,
    checkouts: int,
    seed: int,
    now: int,
    progress: Callable[[int], object] = lambda _done: None,
) -> Filled:
    """Creates or resets the demo shop. Other shops are not changed.

    `progress` is called with the number of checkouts written so far. Raises DemoError, StoreError.
    """
    await expect_many_writes(database)
    async with database.begin() as connection:
        shop = await _shop(connection, seed, now)
        await empty_shop(connection, shop)
        await _catalog(connection, shop, now - SPAN)
        flow_id = await create_flow(connection, shop, now)
    story, afterwards = Story(seed, flow_id, now), Afterwards(seed, flow_id, now)
    chance = random.Random(f"{seed}/checkouts")
    crowd = _Crowd(seed, max(1, round(checkouts * 0.62)), now - SPAN)
    orders = 0
    with gc_pause():
        for start in range(0, checkouts, BATCH):
            begun = (
                journey(chance, place, checkouts, crowd.somebody(chance, place >= checkouts - 4), now)
                for place in range(start, min(start + BATCH, checkouts))
            )
            batch = [erased_if_asked(checkout, seed, now) for checkout in begun]
            crowd.keep(batch)
            recovered = [checkout for checkout in batch if checkout.completed_at is not None]
            rows = [order_of(chance, checkout, orders + place, now) for place, checkout in enumerate(recovered)]
            orders += len(rows)
            for row in rows:
                crowd.bought(row["customer_id"], row["id"], row["total_price"])
            async with database.begin() as connection:
                afterwards.see(batch, await story.record(connection, shop, batch))
                await save_checkouts(connection, shop, batch)
                await save_records(connection, shop, "orders", rows)
            progress(start + len(batch))
    customers = crowd.customers()
    for start in range(0, len(customers), BATCH):
        async with database.begin() as connection:
            await save_customers(connection, shop, customers[start : start + BATCH])
    async with database.begin() as connection:
        await afterwards.record(connection, shop)
        await _loyalty(connection, shop, customers, now - SPAN)
        shop.settings = {**shop.settings, _MARK: {"checkouts": checkouts, "seed": seed, "filled_at": now}}
        await save_shop_settings(connection, shop)
    return Filled(shop, checkouts, orders, len(customers))


class _Crowd:
    """The customers of the shop, created at their first visit, and their orders."""

    def __init__(self, seed: int, size: int, opened_at: int) -> None:
        self._seed, self._size, self._opened_at = seed, size, opened_at
        self._people: dict[int, DemoCustomer] = {}
        self._bought: dict[int, list[tuple[int, int]]] = {}
        self._kept: set[int] = set()

    def keep(self, checkouts: Sequence[Checkout]) -> None:
        """Keep the customers of these checkouts. Those of whom all checkouts were erased are erased, too."""
        self._kept.update(each.customer_id for each in checkouts if each.customer_id is not None)

    def somebody(self, chance: random.Random, with_mail: bool) -> DemoCustomer:
        place = chance.randrange(self._size)
        if place not in self._people:
            self._people[place] = DemoCustomer(self._seed, place, self._opened_at)
        while with_mail and self._people[place].customer.email is None:
            place += self._size
            self._people[place] = DemoCustomer(self._seed, place, self._opened_at)
        return self._people[place]

    def bought(self, customer_id: int | None, order_id: int, total: int) -> None:
        if customer_id is not None:
            self._bought.setdefault(customer_id, []).append((order_id, total))

    def customers(self) -> list[Customer]:
        people = (self._people[place].customer for place in sorted(self._people))
        found = [customer for customer in people if customer.id in self._kept]
        for customer in found:
            orders = self._bought.get(customer.id, [])
            customer.number_of_orders = len(orders)
            customer.amount_spent = sum(total for _, total in orders)
            customer.last_order_id = orders[-1][0] if orders else None
        return found


async def _shop(connection: Connection, seed: int, now: int) -> Shop:
    shop = await find_shop(connection, DOMAIN)
    if shop is not None and not shop.is_demo:
        raise DemoError(f"the store has a shop {DOMAIN} that is not the demo shop; choose another store")
    if shop is None:
        shop = await create_shop(
            connection,
            DOMAIN,
            now=now,
            currency="USD",
            timezone="America/New_York",
            name="Hearth & Hollow",
            email="hello@hearth-and-hollow.example",
            owner_name="Robin Hollow",
            uuid=derived_uuid(DOMAIN, "shop", seed),
            is_demo=True,
            created_at=now - 5 * SPAN,
            presentment_currencies=["USD", "CAD", "GBP", "EUR", "SEK", "CHF", "AUD", "JPY", "KWD"],
            address={
                "first_name": "Robin",
                "last_name": "Hollow",
                "company": "Hearth & Hollow",
                "address1": "12 Mill Road",
                "city": "Hudson",
                "province": "New York",
                "province_code": "NY",
                "zip": "12534",
                "country": "United States",
                "country_code": "US",
            },
        )
        app = await register_app(connection, shop, now=now, title="Demo")
        await delete_token(connection, TOKEN)
        await issue_token(connection, shop, list(SCOPES), now=now, app_id=app, token=TOKEN, kind=CallerKind.DEMO)
    elif _MARK in shop.settings:
        # The mark is missing until the shop is complete, so that is_filled detects an interrupted reset.
        del shop.settings[_MARK]
        await save_shop_settings(connection, shop)
    return shop


async def _catalog(connection: Connection, shop: Shop, opened_at: int) -> None:
    await save_records(connection, shop, "products", catalog.product_rows(opened_at))
    await save_records(connection, shop, "product_images", catalog.image_rows())
    await save_records(connection, shop, "product_variants", catalog.variant_rows(opened_at))
    await save_records(connection, shop, "metafields", list(catalog.metafield_rows(shop.id, opened_at)))


async def _loyalty(connection: Connection, shop: Shop, customers: list[Customer], at: int) -> None:
    """A tier for each customer who has bought twice or more."""
    rows = [
        catalog.metafield(
            1000 + place,
            "CUSTOMER",
            customer.id,
            "loyalty",
            "tier",
            "single_line_text_field",
            "gold" if customer.number_of_orders > 2 else "silver",
            at,
        )
        for place, customer in enumerate(customers)
        if customer.number_of_orders > 1
    ]
    await save_records(connection, shop, "metafields", rows)
