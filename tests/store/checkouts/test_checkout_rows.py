"""Rows that were prepared before a transaction are those that it would have computed."""

from collections import Counter
from typing import Any

from sqlalchemy import insert, select

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.facts import CountKey
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.checkout_rows import PreparedBatch, index_terms_of, prepare_rows
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.tables import purchases, report_changes, report_checkouts, report_days
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.checkouts.samples import a_shop
from tests.intake.samples import rest_checkout, rest_line


def batches() -> list[list[Checkout]]:
    """New checkouts; then reports of some of them together with new ones, several of one checkout, and a purchase."""
    bought = {"completed_at": "2026-10-13T08:00:00Z"}
    newer = {"updated_at": "2026-10-14T08:00:00Z"}
    first = [rest_checkout(number, customer={"id": number % 3 + 1}) for number in range(1, 9)]
    first += [rest_checkout(9, customer=None), rest_checkout(10, **bought), rest_checkout(None, token="bare")]
    second = [rest_checkout(1, **newer, **bought), rest_checkout(2), rest_checkout(3, **newer, total_price="1.00")]
    second += [rest_checkout(20, customer={"id": 1}, line_items=[rest_line(product_id=None)])]
    second += [rest_checkout(21), rest_checkout(21, **newer, customer={"id": 5}), rest_checkout(22)]
    third = [rest_checkout(30), rest_checkout(31)]
    return [[checkout_from_rest(each) for each in batch] for batch in (first, second, third)]


async def counted(connection: Connection, shop: Shop) -> tuple[list[Any], dict[CountKey, tuple[int, ...]]]:
    """The facts of a shop's checkouts, and the sums that they make."""
    table = report_checkouts
    columns = [column for column in table.c if column.name != "shop_id"]
    rows = await connection.execute(select(*columns).where(table.c.shop_id == shop.id).order_by(table.c.id))
    facts = [tuple(row) for row in rows]
    sums: dict[CountKey, Counter[str]] = {}
    for changes in (report_days, report_changes):
        for row in (await connection.execute(select(changes).where(changes.c.shop_id == shop.id))).mappings():
            key = CountKey(*(row[name] for name in CountKey._fields))
            sums.setdefault(key, Counter()).update(
                {name: row[name] for name in ("number", "total", "presentment_total")}
            )
    return facts, {key: tuple(amounts.values()) for key, amounts in sums.items() if any(amounts.values())}


def test_many_checkouts_are_prepared_as_each_alone() -> None:
    """More than go through the steps together, some of which are not prepared, with the names of several scripts."""
    names = ("Ada", "Chloé", "東京", "")

    def read() -> list[Checkout]:
        return [
            checkout_from_rest(
                rest_checkout(
                    number,
                    customer=None if number % 7 == 0 else {"id": number % 5 + 1, "first_name": names[number % 4]},
                    name=None if number % 11 == 0 else f"#{number}",
                    line_items=[rest_line(title=names[number % 3])] * (number % 3),
                )
            )
            for number in range(1, 151)
        ]

    shop, together, alone = a_shop(), PreparedBatch(), PreparedBatch()
    checkouts, others = read(), read()
    prepare_rows(shop, checkouts, together)
    for other in others:
        prepare_rows(shop, [other], alone)
    assert together.counted.sums == alone.counted.sums and together.counted.products == alone.counted.products
    assert list(together.customers.values()) == list(alone.customers.values()) and 100 < len(together.rows) < 150
    for one, other, as_sent in zip(checkouts, others, read(), strict=True):
        mine = together.rows.get(id(one))
        assert mine == alone.rows.get(id(other)) and one == other
        if mine is not None:
            assert mine.terms == index_terms_of(shop.id, as_sent)
            mine.undo(one)
            if one.customer is not None:
                one.customer.uuid = None
            assert one == as_sent


async def test_reports_count_prepared_checkouts_as_they_count_others(store: Database) -> None:
    async with store.begin() as connection:
        shops = [
            await create_shop(connection, f"{name}.myshopify.com", now=1, secret="5" * 64) for name in ("one", "other")
        ]
        for shop in shops:
            bought_at = checkout_from_rest(rest_checkout(1)).created_at + DAY
            row = {"shop_id": shop.id, "customer_id": 1, "source": "order/7", "bought_at": bought_at}
            await save_checkouts(connection, shop, [checkout_from_rest(rest_checkout(50, customer={"id": 1}))])
            await connection.execute(insert(purchases).values(row))
    for one, other in zip(batches(), batches(), strict=True):
        async with store.begin() as connection:
            prepared = PreparedBatch()
            prepare_rows(shops[0], one, prepared)
            await save_checkouts(connection, shops[0], one, prepared, are_imported=True)
            await save_checkouts(connection, shops[1], other, are_imported=True)
            mine, others = await counted(connection, shops[0]), await counted(connection, shops[1])
        assert mine == others
    assert any(fact.facts is not None for fact in prepared.rows.values())
