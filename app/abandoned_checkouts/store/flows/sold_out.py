"""Products that cannot be bought any more, as the shop reported them, and what else the store knows of their stock."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.engine.statements import chunks, insert_missing
from abandoned_checkouts.store.tables import product_variants, products, sold_out

# Built once: they are read for each step of a flow.
_TYPES = select_of_shop(products, products.c.id, products.c.product_type).where(
    products.c.id.in_(bindparam("numbers", expanding=True))
)
_REPORTED = select_of_shop(sold_out, sold_out.c.item).where(sold_out.c.item.in_(bindparam("items", expanding=True)))
_STOCK = select_of_shop(product_variants, product_variants.c.id, product_variants.c.inventory_quantity).where(
    product_variants.c.id.in_(bindparam("numbers", expanding=True)),
    product_variants.c.tracks_inventory.is_(True),
    product_variants.c.inventory_policy == "DENY",
    product_variants.c.inventory_quantity.is_not(None),
)


async def report_stock(
    connection: AsyncConnection, shop: Shop, gone: Sequence[str], available: Sequence[str], now: int
) -> None:
    """Record items as sold out, and others as available again.

    An item is product/NUMBER, variant/NUMBER or sku/TEXT.
    """
    for item in gone:
        await insert_missing(connection, sold_out, {"shop_id": shop.id, "item": item, "reported_at": now})
    for part in chunks(available):
        await connection.execute(delete(sold_out).where(sold_out.c.shop_id == shop.id, sold_out.c.item.in_(part)))


async def sold_out_items(connection: AsyncConnection, shop: Shop) -> list[str]:
    statement = select(sold_out.c.item).where(sold_out.c.shop_id == shop.id).order_by(sold_out.c.item)
    return list((await connection.execute(statement)).scalars())


async def sold_out_lines(connection: AsyncConnection, shop: Shop, checkout: Checkout) -> frozenset[int]:
    """The indexes of the lines of a checkout that cannot be bought any more: reported as sold out, or of a variant in
    the store whose stock is counted, is not enough, and may not fall below zero."""
    lines = checkout.line_items
    gone = await _reported(connection, shop, {item for line in lines for item in _names(line)})
    stock = await _stock_of(connection, shop, {line.variant_id for line in lines if line.variant_id is not None})
    return frozenset(
        place
        for place, line in enumerate(lines)
        if gone.intersection(_names(line)) or stock.get(line.variant_id or 0, line.quantity) < line.quantity
    )


async def product_types(connection: AsyncConnection, shop: Shop, checkout: Checkout) -> dict[int, str]:
    """The types of the products of a checkout that the store knows."""
    numbers = {line.product_id for line in checkout.line_items if line.product_id is not None}
    if not numbers:
        return {}
    rows = await connection.execute(_TYPES, {"shop_id": shop.id, "numbers": sorted(numbers)})
    return {row.id: row.product_type for row in rows}


def _names(line: LineItem) -> list[str]:
    names = (("product", line.product_id), ("variant", line.variant_id), ("sku", line.sku))
    return [f"{kind}/{value}" for kind, value in names if value]


async def _reported(connection: AsyncConnection, shop: Shop, items: Collection[str]) -> set[str]:
    if not items:
        return set()
    return set((await connection.execute(_REPORTED, {"shop_id": shop.id, "items": sorted(items)})).scalars())


async def _stock_of(connection: AsyncConnection, shop: Shop, numbers: Collection[int]) -> dict[int, int]:
    if not numbers:
        return {}
    rows = await connection.execute(_STOCK, {"shop_id": shop.id, "numbers": sorted(numbers)})
    return {row.id: row.inventory_quantity for row in rows}
