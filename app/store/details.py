"""What belongs to a page of checkouts: their lines, their activities and, where asked, their customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.tables import activities, customers, line_items, metadata

Row = Mapping[str, Any]


@dataclass(slots=True)
class Details:
    """By the checkout's number, customers by their own; a checkout without any is not in it."""

    lines: dict[int, list[Row]] = field(default_factory=dict)
    activities: dict[int, list[Row]] = field(default_factory=dict)
    customers: dict[int, Row] = field(default_factory=dict)


async def details_of(
    connection: AsyncConnection,
    shop_id: int,
    checkout_ids: Sequence[int],
    *,
    line_columns: Sequence[str],
    customer_ids: Sequence[int] = (),
    with_lines: bool = True,
) -> Details:
    """Lines in their order with the named columns, activities from the first to the last, customers whole."""
    details = Details()
    if with_lines:
        details.lines = await _grouped(
            connection, line_items.name, shop_id, "checkout_id", checkout_ids, line_columns, ("position",)
        )
    details.activities = await _grouped(
        connection,
        activities.name,
        shop_id,
        "abandonment_id",
        checkout_ids,
        ("activity_type", "created_at"),
        ("created_at", "sequence"),
    )
    if customer_ids:
        statement = select(customers).where(customers.c.shop_id == shop_id, customers.c.id.in_(customer_ids))
        for row in (await connection.execute(statement)).mappings():
            details.customers[row["id"]] = dict(row)
    return details


async def _grouped(
    connection: AsyncConnection,
    table_name: str,
    shop_id: int,
    parent: str,
    parents: Sequence[int],
    columns: Sequence[str],
    order: Sequence[str],
) -> dict[int, list[Row]]:
    """Rows by their parent, in one statement whose text is always the same, however many parents there are."""
    sqlite = connection.dialect.name == "sqlite"
    statement = _statement(table_name, parent, tuple(columns), tuple(order), sqlite)
    wanted: Any = orjson.dumps(list(parents)).decode() if sqlite else list(parents)
    rows = (await connection.exec_driver_sql(statement, (shop_id, wanted))).all()
    names = (parent, *columns)
    grouped: dict[int, list[Row]] = {}
    for values in rows:
        grouped.setdefault(values[0], []).append(dict(zip(names, values, strict=True)))
    return grouped


@lru_cache(maxsize=64)
def _statement(table_name: str, parent: str, columns: tuple[str, ...], order: tuple[str, ...], sqlite: bool) -> str:
    table = metadata.tables[table_name]
    names = ", ".join(f'"{table.c[name].name}"' for name in (parent, *columns))
    asked = "shop_id = ? AND {0} IN (SELECT value FROM json_each(?))" if sqlite else "shop_id = $1 AND {0} = ANY($2)"
    ends = ", ".join(f'"{table.c[name].name}"' for name in (parent, *order))
    return f'SELECT {names} FROM "{table_name}" WHERE {asked.format(table.c[parent].name)} ORDER BY {ends}'
