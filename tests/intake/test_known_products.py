"""A storefront's lines are completed from the products of the store."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake.known_products import complete_lines
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shop_content import save_records
from tests.intake.messages import START

pytestmark = pytest.mark.anyio
TIMES = {"created_at": START, "updated_at": START}
MUG = {
    "product_id": 7,
    "title": "Enamel mug",
    "variant_title": "Blue",
    "sku": "MUG-1",
    "vendor": "Acme",
    "price": "24.50",
}


@pytest.fixture
async def catalog(store: Database, shop: Shop) -> None:
    products = [{"id": 7, "title": "Enamel mug", "handle": "mug", "vendor": "Acme", **TIMES}]
    variant = {"product_id": 7, "sku": "MUG-1", "price": 245_000, **TIMES}
    variants = [
        {"id": 71, "position": 1, "title": "Blue", **variant},
        {"id": 72, "position": 2, "title": "Default Title", **variant},
    ]
    async with store.begin() as connection:
        await save_records(connection, shop, "products", products)
        await save_records(connection, shop, "product_variants", variants)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"variant_id": 71}, {"variant_id": 71, **MUG}),
        ({"variant_id": "71"}, {"variant_id": "71", **MUG}),
        ({"variant_id": 72}, {"variant_id": 72, **MUG, "variant_title": None}),
        ({"variant_id": 71, "price": "20.00", "sku": "X"}, {"variant_id": 71, **MUG, "price": "20.00", "sku": "X"}),
        ({"variant_id": 71, "title": "Cup", "price": "5.00"}, {"variant_id": 71, "title": "Cup", "price": "5.00"}),
        ({"variant_id": 99}, {"variant_id": 99}),
        ({"variant_id": -1}, {"variant_id": -1}),
        ({"variant_id": 10**30}, {"variant_id": 10**30}),
        ({"variant_id": [71]}, {"variant_id": [71]}),
        ({"title": "Cup"}, {"title": "Cup"}),
    ],
)
async def test_missing_values_are_those_of_the_variant(
    store: Database, shop: Shop, catalog: None, line: dict[str, Any], expected: dict[str, Any]
) -> None:
    async with store.read() as connection:
        await complete_lines(connection, shop, [{"line_items": [line]}])
    assert {name: value for name, value in line.items() if value is not None or name in expected} == expected


async def test_a_price_is_added_only_in_the_currency_of_the_shop(store: Database, shop: Shop, catalog: None) -> None:
    sources: list[Any] = [{"currency": "CAD", "line_items": [{"variant_id": 71}]}, 1, {"line_items": 2}, {}]
    async with store.read() as connection:
        await complete_lines(connection, shop, sources)
    assert sources[0]["line_items"][0]["title"] == "Enamel mug" and "price" not in sources[0]["line_items"][0]
