"""Reads sums of days: the daily sums, and the changes that are not added to them yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.days import WEEKLY, Period
from abandoned_checkouts.reports.figures import DaySum, Money, Sum
from abandoned_checkouts.store.tables import report_changes, report_days, report_products, report_progress


async def read_part_sums(
    connection: AsyncConnection, shop: Shop, measures: Collection[str], period: Period
) -> list[DaySum]:
    """The sums of a period by part, of measures that are also summed by week, in the shop's money."""
    weeks, days = period.weeks()
    sums = [each for rest in days for each in await read_sums(connection, shop, measures, rest, by_part=True)]
    if weeks is not None:
        by_week = [f"{measure}{WEEKLY}" for measure in measures]
        for each in await read_sums(connection, shop, by_week, weeks, by_part=True):
            sums.append(replace(each, measure=each.measure.removesuffix(WEEKLY)))
    return sums


async def read_sums(
    connection: AsyncConnection,
    shop: Shop,
    measures: Collection[str],
    period: Period,
    *,
    money: Money = "shop",
    by_day: bool = False,
    by_part: bool = False,
) -> list[DaySum]:
    """The sums of the days of a period, by measure and currency, and by day or part. Sums of zero are left out.

    `money` is whether currencies and totals are the shop's or the buyers'.
    """
    currency, total = ("currency", "total") if money == "shop" else ("presentment_currency", "presentment_total")
    names = ["measure", currency, *(["day"] if by_day else []), *(["part"] if by_part else [])]
    found = []
    for row in await connection.execute(_statement(connection, shop, measures, period, names, total)):
        values = dict(zip(names, row[:-2], strict=True))
        number, amount = int(row[-2]), int(row[-1])
        if number or amount:
            one = Sum(number, amount)
            found.append(DaySum(values["measure"], values[currency], one, values.get("day"), values.get("part")))
    return found


def _statement(
    connection: AsyncConnection,
    shop: Shop,
    measures: Collection[str],
    period: Period,
    names: Sequence[str],
    total: str,
) -> Select[Any]:
    """Groups by the columns `names`. Only PostgreSQL has changes that are not added yet (see append_changes)."""
    wanted = (*names, "number", total)
    parts = [
        select(*(table.c[name] for name in wanted)).where(
            table.c.shop_id == shop.id,
            table.c.measure.in_(measures),
            table.c.day.between(period.first, period.last),
        )
        for table in ((report_days,) if connection.dialect.name == "sqlite" else (report_days, report_changes))
    ]
    rows = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    grouped = [rows.c[name] for name in names]
    return select(*grouped, func.sum(rows.c.number), func.sum(rows.c[total])).group_by(*grouped).order_by(*grouped)


@dataclass(frozen=True, slots=True)
class ProductName:
    """`image` is JSON: see line_item.Image."""

    title: str
    image: str | None


async def product_names(connection: AsyncConnection, shop: Shop, keys: Collection[str]) -> dict[str, ProductName]:
    table = report_products
    statement = select(table).where(table.c.shop_id == shop.id, table.c.key.in_(keys))
    return {row.key: ProductName(row.title, row.image) for row in await connection.execute(statement)}


async def is_counting(connection: AsyncConnection, shop: Shop) -> bool:
    """Whether a rebuild of the shop's counts is due or running: then days can be of another zone, or not counted."""
    table = report_progress
    zone = (await connection.execute(select(table.c.timezone).where(table.c.shop_id == shop.id))).scalar()
    return zone is not None and zone != shop.timezone
