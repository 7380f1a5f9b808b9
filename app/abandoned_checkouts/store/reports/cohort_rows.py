"""Figures that cannot be added up by days: shoppers, and the time until a recovery. They read the cohort's rows."""

from dataclasses import dataclass

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
    """For each share (in hundredths), the shortest time in which at least this share of the recovered checkouts was
    bought."""
    table = report_checkouts
    mine = (
        (table.c.shop_id == shop.id)
        & table.c.abandoned_day.between(period.first, period.last)
        & table.c.recovered_at.is_not(None)
        & table.c.abandoned_day.is_not(None)
    )
    taken = (table.c.recovered_at - table.c.abandoned_at).label("taken")
    place = func.row_number().over(order_by=taken).label("place")
    # One pass over the index sorts the times once for all shares.
    sorted_times = select(taken, place, func.count().over().label("number")).where(mine).subquery()
    # The place of a share of n is the smallest whole number of at least share × n.
    places = {share: (sorted_times.c.number * round(100 * share) + 99) // 100 for share in shares}
    statement = select(sorted_times.c.place, sorted_times.c.number, sorted_times.c.taken)
    rows = (await connection.execute(statement.where(sorted_times.c.place.in_(list(places.values()))))).all()
    times = {row.place: row.taken for row in rows}
    number = rows[0].number if rows else 0
    return [times.get((number * round(100 * share) + 99) // 100) for share in shares]
