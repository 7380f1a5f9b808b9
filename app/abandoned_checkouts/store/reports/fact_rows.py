"""The facts of checkouts as rows."""

from collections.abc import Collection
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.reports.facts import CheckoutFacts, FactDays, ProductShare
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.engine.stored_numbers import stored_numbers
from abandoned_checkouts.store.tables import report_checkouts

_PLAIN = (
    "begun_at",
    "has_contact",
    "currency",
    "presentment_currency",
    "total",
    "presentment_total",
    "abandoned_at",
    "recovered_at",
    "how",
    "flow_step",
    "mailed_at",
    "visited_at",
    "elsewhere_at",
    "shopper",
)
_plain_values = attrgetter(*_PLAIN)
COLUMNS = ("shop_id", "id", *_PLAIN, "products", "begun_day", "abandoned_day", "abandoned_hour", "recovered_day")


def row_of(shop_id: int, number: int, facts: CheckoutFacts, days: FactDays) -> RowValues:
    """The values of COLUMNS."""
    products = orjson.dumps([tuple(each) for each in facts.products]).decode() if facts.products else "[]"
    return (shop_id, number, *_plain_values(facts), products, *days)


def facts_in(row: Any) -> tuple[CheckoutFacts, FactDays]:
    """The facts and days in a row, which is a mapping by column name."""
    values = {name: row[name] for name in _PLAIN}
    values["has_contact"] = bool(values["has_contact"])
    products = () if row["products"] == "[]" else tuple(ProductShare(*each) for each in orjson.loads(row["products"]))
    days = FactDays(row["begun_day"], row["abandoned_day"], row["abandoned_hour"], row["recovered_day"])
    return CheckoutFacts(**values, products=products), days


async def load_facts(
    connection: AsyncConnection, shop_id: int, numbers: Collection[int]
) -> dict[int, tuple[CheckoutFacts, FactDays]]:
    """The facts of these checkouts that are known, by number. Their rows are locked."""
    found = {}
    for part in chunks(await stored_numbers(connection, report_checkouts, "id", shop_id, list(numbers))):
        statement = rows_with(report_checkouts, "id", order=("id",), lock="change")
        for row in (await connection.execute(statement, {"shop_id": shop_id, "values": part})).mappings():
            found[row["id"]] = facts_in(row)
    return found
