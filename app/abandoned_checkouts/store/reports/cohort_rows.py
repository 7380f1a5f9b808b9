"""Figures that cannot be added up by days: shoppers, and the time until a recovery. They read the cohort's rows."""

from dataclasses import dataclass
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.days import Period
from abandoned_checkouts.store.tables import report_checkouts


@dataclass(frozen=True, slots=True)
class CohortFigures:
    """`median` and `p90` are the microseconds from the abandonment to the purchase; None without recoveries."""

    shoppers: int
    median: int | None
    p90: int | None


async def cohort_figures(connection: AsyncConnection, shop: Shop, period: Period) -> CohortFigures:
    """Of the checkouts that were abandoned in the period."""
    return CohortFigures(
        await _shoppers(connection, shop, period),
        *await _recovery_times(connection, shop, period, (0.5, 0.9)),
    )


async def _shoppers(connection: AsyncConnection, shop: Shop, period: Period) -> int:
    """A checkout without a contact counts as a shopper."""
    table = report_checkouts
    mine = (table.c.shop_id == shop.id) & table.c.abandoned_day.between(period.first, period.last)
    grouped = select(table.c.shopper, func.count().label("checkouts")).where(mine).group_by(table.c.shopper).subquery()
    statement = select(func.count(grouped.c.shopper), func.sum(grouped.c.checkouts).filter(grouped.c.shopper.is_(None)))
    known, unknown = (await connection.execute(statement)).one()
    return int(known) + int(unknown or 0)


async def _recovery_times(
    connection: AsyncConnection, shop: Shop, period: Period, shares: tuple[float, ...]
) -> list[int | None]:
    """For each share, the shortest time in which at least this share of the recovered checkouts was bought."""
    table = report_checkouts
    mine = (
        (table.c.shop_id == shop.id)
        & table.c.abandoned_day.between(period.first, period.last)
        & table.c.recovered_at.is_not(None)
        & table.c.abandoned_day.is_not(None)
    )
    count = (await connection.execute(select(func.count()).select_from(table).where(mine))).scalar_one()
    taken = table.c.recovered_at - table.c.abandoned_at
    found: list[int | None] = []
    for share in shares:
        statement = select(taken).where(mine).order_by(taken).offset(ceil(share * count) - 1).limit(1)
        found.append((await connection.execute(statement)).scalar() if count else None)
    return found
