"""Figures that cannot be added up by days: shoppers, and the time until a recovery. They read the cohort's rows."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.days import Period
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.tables import report_checkouts as table

# A cohort of at most this many checkouts is counted in memory on SQLite: it takes about 80 MB for a moment.
MOST_IN_MEMORY = 500_000
# The shares of the recovered checkouts that were bought within `median` and `p90`, in hundredths.
_SHARES = (50, 90)


@dataclass(frozen=True, slots=True)
class CohortFigures:
    """`median` and `p90` are microseconds from the abandonment to the purchase: the shortest time in which at least
    half, or nine tenths, of the recovered checkouts were bought. None without recoveries."""

    shoppers: int
    median: int | None
    p90: int | None


async def cohort_figures(connection: AsyncConnection, shop: Shop, period: Period, checkouts: int) -> CohortFigures:
    """Of the checkouts that were abandoned in the period. `checkouts` is about how many there are. A checkout without a
    contact counts as a shopper."""
    values = {"shop_id": shop.id, "first": period.first, "last": period.last}
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite and checkouts <= MOST_IN_MEMORY:
        return await _in_memory(connection, values)
    shoppers = (await connection.execute(_SHOPPERS, values)).scalar_one()
    if not is_sqlite:
        return CohortFigures(shoppers, *((await connection.execute(_TIMES, values)).scalar() or (None, None)))
    rows = (await connection.execute(_NUMBERED_TIMES, values)).all()
    times = {row.place: row.taken for row in rows}
    median, p90 = (times.get(_place(rows[0].number, share)) if rows else None for share in _SHARES)
    return CohortFigures(shoppers, median, p90)


async def _in_memory(connection: AsyncConnection, values: dict[str, int]) -> CohortFigures:
    """SQLite sorts the rows to find equal shoppers and the median, which takes most of the time. A set and a sort in
    Python are faster, and JSON is the fastest way to get many numbers from SQLite."""
    shoppers: set[int | None] = set()
    unknown = 0
    for row in await connection.execute(_SHOPPERS_OF_DAYS, values):
        found = orjson.loads(row.shoppers)
        shoppers.update(found)
        unknown += found.count(None)
    times: list[int] = orjson.loads((await connection.execute(_ALL_TIMES, values)).scalar_one())
    times.sort()
    median, p90 = (times[_place(len(times), share) - 1] if times else None for share in _SHARES)
    shoppers.discard(None)
    return CohortFigures(len(shoppers) + unknown, median, p90)


def _place(number: int, share: int) -> int:
    """The smallest whole number of at least the share, in hundredths, of a number."""
    return (number * share + 99) // 100


_cohort: ColumnElement[bool] = table.c.abandoned_day.between(bindparam("first"), bindparam("last"))
# Both conditions that a partial index has.
_recovered = table.c.recovered_at.is_not(None) & table.c.abandoned_day.is_not(None)
_taken = (table.c.recovered_at - table.c.abandoned_at).label("taken")


def _numbered_times() -> Select[Any]:
    place = func.row_number().over(order_by=_taken).label("place")
    # One pass over the index sorts the times once for all shares.
    found = select_of_shop(table, _taken, place, func.count().over().label("number")).where(_cohort, _recovered)
    each = found.subquery()
    return select(each.c.place, each.c.number, each.c.taken).where(
        each.c.place.in_([(each.c.number * share + 99) // 100 for share in _SHARES])
    )


_SHOPPERS = select_of_shop(
    table, (func.count(table.c.shopper.distinct()) + func.count() - func.count(table.c.shopper)).label("shoppers")
).where(_cohort)
_TIMES = select_of_shop(
    table, func.percentile_disc(array([share / 100 for share in _SHARES])).within_group(_taken).label("times")
).where(_cohort, _recovered)
_NUMBERED_TIMES = _numbered_times()
_SHOPPERS_OF_DAYS = (
    select_of_shop(table, func.json_group_array(table.c.shopper, type_=Text).label("shoppers"))
    .where(_cohort)
    .group_by(table.c.abandoned_day)
)
_ALL_TIMES = select_of_shop(table, func.json_group_array(_taken, type_=Text).label("times")).where(_cohort, _recovered)
