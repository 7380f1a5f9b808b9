"""An amount and its currency are written together, with the same result."""

import pytest
from sqlalchemy import text

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.execution.plan import joined_texts
from abandoned_checkouts.shopify.execution.plan.joined_texts import JoinedTexts
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reading.snapshots import snapshots_of
from tests.shopify.execution.plan.answers import compare
from tests.shopify.execution.plan.stores import fill_store

AMOUNTS = (0, 1, 10, 9_999, 10_000, 12_500, 1_522_700, -1, -10_000, -12_345, 2**63 - 1, 1 - 2**63)
CURRENCIES = ("USD", "JPY", "KWD", "usd", 'no "currency"', "")
MONEY = (
    "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }",
    "{ shopMoney { currencyCode amount } presentmentMoney { amount } }",
    "{ presentmentMoney { sum: amount in: currencyCode amount } }",
    "{ shopMoney { amount __typename currencyCode } }",
)


@pytest.fixture
async def shop_of_odd_amounts(store: Database) -> Shop:
    shop = await fill_store(store, checkouts=20)
    async with store.begin() as connection:
        numbers = list((await connection.execute(text("SELECT id FROM abandoned_checkouts ORDER BY id"))).scalars())
        for place, number in enumerate(numbers):
            values = {"id": number, "amount": AMOUNTS[place % len(AMOUNTS)], "code": CURRENCIES[place % 6]}
            values["tax"] = None if place % 3 == 0 else values["amount"]
            await connection.execute(
                text(
                    "UPDATE abandoned_checkouts SET total_price = :amount, presentment_total_price = :amount, "
                    "currency = :code, presentment_currency = :code, total_tax = :tax, presentment_total_tax = :tax, "
                    "completed_at = CASE WHEN id % 2 = 0 THEN created_at END WHERE id = :id"
                ),
                values,
            )
    return shop


@pytest.mark.parametrize("money", MONEY)
async def test_amounts_are_those_of_the_resolvers(store: Database, shop_of_odd_amounts: Shop, money: str) -> None:
    document = f"""{{ abandonedCheckouts(first: 40) {{ nodes {{
      id name note completedAt totalPriceSet {money} totalTaxSet {money} createdAt taxesIncluded }} }} }}"""
    snapshots = snapshots_of(store)
    for _ in range(2):
        compared = await compare(graphql_schema(), store, snapshots, shop_of_odd_amounts, document, {})
        assert compared.planned and not compared.errors, compared.why
    if snapshots is not None:
        await snapshots.close()


async def test_an_amount_that_is_null_in_a_place_that_is_not_is_an_error(
    store: Database, shop_of_odd_amounts: Shop
) -> None:
    async with store.begin() as connection:
        await connection.execute(text("UPDATE abandoned_checkouts SET presentment_total_tax = NULL"))
    document = f"{{ abandonedCheckouts(first: 40) {{ nodes {{ name totalTaxSet {MONEY[0]} }} }} }}"
    snapshots = snapshots_of(store)
    for _ in range(2):
        compared = await compare(graphql_schema(), store, snapshots, shop_of_odd_amounts, document, {})
        assert compared.errors and compared.why == "unplanned"
    if snapshots is not None:
        await snapshots.close()


def test_the_texts_of_a_row_are_joined() -> None:
    texts = JoinedTexts({5: "1.5"}, " in ", {"USD": "dollars"}, "!")
    assert texts["USD"][5] == "1.5 in dollars!"


def test_texts_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the number of different values that a column has, and of different texts between."""
    texts = JoinedTexts({0: "a"}, "", {number: str(number) for number in range(500)}, "")
    for number in range(500):
        assert texts[number][0] == f"a{number}"
        assert len(texts) <= 64
    monkeypatch.setattr(joined_texts, "_known", {})
    first, second = {0: "a"}, {0: "b"}
    for number in range(200):
        joined_texts._joined(first, str(number), second, "")
        assert len(joined_texts._known) <= 64
    assert joined_texts._joined(first, "199", second, "") is joined_texts._joined(first, "199", second, "")
