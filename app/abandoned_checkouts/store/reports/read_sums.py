"""Reads sums of days: the daily sums, and the changes that are not added to them yet."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, Table, Text, bindparam, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.days import WEEKLY, Period
from abandoned_checkouts.reports.figures import DaySum, Money, Sum
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.tables import report_changes, report_days, report_products, report_progress

_NO_DAYS = Period(1, 0)
# More parts are not listed in a statement.
_MOST_PARTS = 500


async def read_part_sums(
    connection: AsyncConnection,
    shop: Shop,
    measure: str,
    period: Period,
    *,
    most: int | None = None,
    parts: Collection[str] | None = None,
) -> dict[str, Sum]:
    """The sums by part of a measure that is also summed by week, in the shop's money. Sums of zero are left out.

    With `most`, only the parts with the highest totals, highest first; else in the order of the parts. `parts` are the
    wanted ones, by default all. More than 500 are not looked at: then the sums are those of all parts.
    """
    weeks, days = period.weeks()
    before, after = (*days, _NO_DAYS, _NO_DAYS)[:2]
    values: dict[str, object] = {
        "shop_id": shop.id,
        "currency": shop.currency,
        "daily": measure,
        "weekly": f"{measure}{WEEKLY}",
    }
    for name, each in (("before", before), ("weeks", weeks or _NO_DAYS), ("after", after)):
        values |= {f"{name}_first": each.first, f"{name}_last": each.last}
    if most is not None:
        values["most"] = most
    has_parts = parts is not None and len(parts) <= _MOST_PARTS
    if has_parts:
        values["parts"] = list(parts or ())
    rows = await connection.execute(_of_parts(connection.dialect.name, most is not None, has_parts), values)
    return {part: Sum(int(number), int(total)) for part, number, total in rows if number or total}


@cache
def _of_parts(dialect: str, is_limited: bool, has_parts: bool) -> Select[Any]:
    """One statement adds the whole weeks, and the days before and after them."""
    ranges = []
    for table in _tables(dialect):
        for name, measure in (("before", "daily"), ("weeks", "weekly"), ("after", "daily")):
            chosen = select_of_shop(table, table.c.part, table.c.number, table.c.total).where(
                table.c.measure == bindparam(measure),
                table.c.day.between(bindparam(f"{name}_first"), bindparam(f"{name}_last")),
                table.c.currency == bindparam("currency"),
            )
            if has_parts:
                chosen = chosen.where(table.c.part.in_(bindparam("parts", expanding=True)))
            ranges.append(chosen)
    rows = union_all(*ranges).subquery()
    number, total = func.sum(rows.c.number).label("number"), func.sum(rows.c.total).label("total")
    # As SQLite compares texts.
    part = rows.c.part if dialect == "sqlite" else rows.c.part.collate("C")
    statement = select(rows.c.part, number, total).group_by(rows.c.part)
    return statement.order_by(total.desc(), part).limit(bindparam("most")) if is_limited else statement.order_by(part)


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
    They are in any order.
    `money` is whether currencies and totals are the shop's or the buyers'.
    """
    values = {"shop_id": shop.id, "measures": list(measures), "first": period.first, "last": period.last}
    found = []
    for row in await connection.execute(_of_measures(connection.dialect.name, money, by_day, by_part), values):
        measure, currency, day, part, number, total = row
        if number or total:
            found.append(DaySum(measure, currency, Sum(int(number), int(total)), day, part))
    return found


@cache
def _of_measures(dialect: str, money: Money, by_day: bool, by_part: bool) -> Select[Any]:
    currency, total = ("currency", "total") if money == "shop" else ("presentment_currency", "presentment_total")
    parts = []
    for table in _tables(dialect):
        chosen = (table.c.measure, table.c[currency].label("of"), table.c.day, table.c.part)
        parts.append(
            select_of_shop(table, *chosen, table.c.number, table.c[total].label("total")).where(
                table.c.measure.in_(bindparam("measures", expanding=True)),
                table.c.day.between(bindparam("first"), bindparam("last")),
            )
        )
    rows = union_all(*parts).subquery()
    day = rows.c.day if by_day else literal(None, Integer).label("day")
    part = rows.c.part if by_part else literal(None, Text).label("part")
    grouped = [rows.c.measure, rows.c.of, *([day] if by_day else []), *([part] if by_part else [])]
    sums = (func.sum(rows.c.number).label("number"), func.sum(rows.c.total).label("total"))
    return select(rows.c.measure, rows.c.of, day, part, *sums).group_by(*grouped)


def _tables(dialect: str) -> tuple[Table, ...]:
    """Only PostgreSQL has changes that are not added yet (see append_changes)."""
    return (report_days,) if dialect == "sqlite" else (report_days, report_changes)


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
