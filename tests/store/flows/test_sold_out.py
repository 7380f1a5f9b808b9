"""Which lines of a cart cannot be bought any more."""

from typing import Any

import pytest
from sqlalchemy import insert

from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.sold_out import product_types, report_stock, sold_out_items, sold_out_lines
from abandoned_checkouts.store.tables import product_variants, products
from tests.automations.test_decide import checkout
from tests.intake.messages import START

TEAPOT = LineItem(key="k", title="Teapot", quantity=2, product_id=70, variant_id=71, sku="TP-1")
CART = checkout(line_items=[TEAPOT, LineItem(key="l", title="Cup", quantity=1), LineItem(key="m", quantity=1, sku="X")])


@pytest.mark.parametrize(
    ("gone", "lines"),
    [
        ([], set()),
        (["product/70"], {0}),
        (["variant/71"], {0}),
        (["sku/TP-1", "sku/X"], {0, 2}),
        (["product/71"], set()),
    ],
)
async def test_reported_products(store: Database, shop: Shop, gone: list[str], lines: set[int]) -> None:
    async with store.begin() as connection:
        await report_stock(connection, shop, gone, [], START)
        await report_stock(connection, shop, gone, [], START)
        assert await sold_out_items(connection, shop) == gone
        assert await sold_out_lines(connection, shop, CART) == lines
        await report_stock(connection, shop, [], gone, START)
        assert await sold_out_lines(connection, shop, CART) == frozenset()


@pytest.mark.parametrize(
    ("stock", "is_gone"),
    [
        ({"inventory_quantity": 2}, False),
        ({"inventory_quantity": 1}, True),
        ({"inventory_quantity": 0, "inventory_policy": "CONTINUE"}, False),
        ({"inventory_quantity": 0, "tracks_inventory": False}, False),
        ({"inventory_quantity": None}, False),
    ],
)
async def test_the_stock_of_variants_in_the_store(
    store: Database, shop: Shop, stock: dict[str, Any], is_gone: bool
) -> None:
    times = {"created_at": START, "updated_at": START}
    variant = {"shop_id": shop.id, "id": 71, "product_id": 70, "position": 1, "title": "Blue", "price": 1, **times}
    product = {"shop_id": shop.id, "id": 70, "title": "Teapot", "handle": "teapot", "product_type": "Pot", **times}
    async with store.begin() as connection:
        await connection.execute(insert(product_variants).values({**variant, **stock}))
        await connection.execute(insert(products).values(product))
        assert (0 in await sold_out_lines(connection, shop, CART)) is is_gone
        assert await product_types(connection, shop, CART) == {70: "Pot"}
