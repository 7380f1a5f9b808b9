"""What belongs to a page of checkouts: their lines, their activities and, where asked, their customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.tables import activities, customers, line_items, metadata

Row = Mapping[str, Any]

_MOST = 500


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
    """Rows by their parent. Plain tuples would do for speed, mappings name what they hold: names are kept once."""
    table = metadata.tables[table_name]
    statement = (
        select(table.c[parent], *(table.c[name] for name in columns))
        .where(table.c.shop_id == shop_id, table.c[parent].in_(bindparam("parents", expanding=True)))
        .order_by(table.c[parent], *(table.c[name] for name in order))
    )
    grouped: dict[int, list[Row]] = {}
    for start in range(0, len(parents), _MOST):
        rows = await connection.execute(statement, {"parents": list(parents[start : start + _MOST])})
        names = list(rows.keys())
        for values in rows.all():
            grouped.setdefault(values[0], []).append(dict(zip(names, values, strict=True)))
    return grouped
