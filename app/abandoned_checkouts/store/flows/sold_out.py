"""Products that cannot be bought any more, as the shop reported them, and what else the store knows of their stock."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.statements import chunks, insert_missing
from abandoned_checkouts.store.tables import product_variants, products, sold_out


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
    table = products
    statement = select(table.c.id, table.c.product_type).where(table.c.shop_id == shop.id, table.c.id.in_(numbers))
    return {row.id: row.product_type for row in await connection.execute(statement)}


def _names(line: LineItem) -> list[str]:
    names = (("product", line.product_id), ("variant", line.variant_id), ("sku", line.sku))
    return [f"{kind}/{value}" for kind, value in names if value]


async def _reported(connection: AsyncConnection, shop: Shop, items: Collection[str]) -> set[str]:
    statement = select(sold_out.c.item).where(sold_out.c.shop_id == shop.id, sold_out.c.item.in_(items))
    return set((await connection.execute(statement)).scalars())


async def _stock_of(connection: AsyncConnection, shop: Shop, numbers: Collection[int]) -> dict[int, int]:
    table = product_variants
    statement = select(table.c.id, table.c.inventory_quantity).where(
        table.c.shop_id == shop.id,
        table.c.id.in_(numbers),
        table.c.tracks_inventory.is_(True),
        table.c.inventory_policy == "DENY",
        table.c.inventory_quantity.is_not(None),
    )
    return {row.id: row.inventory_quantity for row in await connection.execute(statement)}
