"""Counts and sums of abandoned and recovered checkouts of a shop between two moments."""

from dataclasses import dataclass

from sqlalchemy import Numeric, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.tables import abandoned_checkouts


@dataclass(frozen=True, slots=True)
class RecoverySum:
    """`total` in ten-thousandths of the shop's currency."""

    count: int = 0
    total: int = 0


async def recovery_sums(connection: AsyncConnection, shop: Shop, start: int, end: int) -> dict[str, RecoverySum]:
    """The sums for each recovery state, over the checkouts abandoned from `start` until just before `end`."""
    table = abandoned_checkouts
    # The sum may not fit the type of the column. PostgreSQL needs a wider type for it.
    price = table.c.total_price if connection.dialect.name == "sqlite" else cast(table.c.total_price, Numeric)
    statement = (
        select(table.c.recovery_state, func.count(), func.sum(price))
        .where(table.c.shop_id == shop.id, table.c.abandoned_at >= start, table.c.abandoned_at < end)
        .group_by(table.c.recovery_state)
    )
    return {row[0]: RecoverySum(row[1], int(row[2])) for row in await connection.execute(statement)}
