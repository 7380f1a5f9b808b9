"""A store for comparing responses: the demo shop, a second shop, and nulls in fields that are rarely null."""

from sqlalchemy import text

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.tenants.access_tokens import Access
from abandoned_checkouts.store.tenants.shops import create_shop

NOW = 1_790_000_000_000_000
OTHER = "other.myshopify.com"


async def fill_store(database: Database, checkouts: int = 40) -> Shop:
    """The demo shop, and another shop whose checkouts must not occur in any response."""
    filled = await fill(database, checkouts=checkouts, seed=3, now=NOW)
    async with database.begin() as connection:
        other = await create_shop(connection, OTHER, now=NOW, currency="EUR", timezone="Europe/Berlin")
        await save_checkouts(connection, other, [_bare(number) for number in range(1, 6)])
        await save_checkouts(connection, filled.shop, [_bare(number) for number in range(7, 12)])
        await _make_rare_values(connection, filled.shop)
    return filled.shop


def request_for(shop: Shop, connection: Connection) -> Request:
    access = Access(shop, 1, 1, frozenset(), {}, None)
    return Request(access=access, connection=connection, now=NOW, version="unstable", base="https://shop.test")


def _bare(number: int) -> Checkout:
    """Checkouts with few known values; one has more lines than a page."""
    lines = 1 if number % 2 else 12
    return Checkout(
        id=number,
        platform="shopify",
        created_at=NOW - number,
        updated_at=NOW,
        currency="EUR",
        line_items=[
            LineItem(key=f"{number}{place}", quantity=1, title='a "line"\n\\ \u2028 ü') for place in range(lines)
        ],
    )


async def _make_rare_values(connection: Connection, shop: Shop) -> None:
    for statement in (
        "UPDATE abandoned_checkouts SET total_tax = NULL WHERE shop_id = :shop AND id < 9",
        "UPDATE customers SET first_name = NULL, email = NULL WHERE shop_id = :shop AND id % 3 = 0",
        "UPDATE line_items SET variant_id = 999999999 WHERE shop_id = :shop AND position = 1",
        "UPDATE abandoned_checkouts SET customer_id = 999999999 WHERE shop_id = :shop AND id = 8",
    ):
        await connection.execute(text(statement), {"shop": shop.id})
