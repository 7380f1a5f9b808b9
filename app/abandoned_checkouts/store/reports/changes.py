"""Appends changes of daily sums, and adds them to the sums later.

A transaction that counts something only appends rows, so no transaction waits for another that counts for the same day.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.reports.facts import Amounts, CountKey, Key
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.locks import try_lock_subject
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.engine.statements import add_rows, insert_rows
from abandoned_checkouts.store.tables import report_changes, report_days

# The number of changes that are added in one transaction.
_BATCH = 5000
_SUMS = Amounts._fields
_COLUMNS = ("shop_id", *CountKey._fields, *_SUMS)
_part = itemgetter(_COLUMNS.index("part"))


async def append_changes(connection: AsyncConnection, shop_id: int, changes: Mapping[Key, Sequence[int]]) -> None:
    """Append what is to be added to the sums, in the caller's transaction. On SQLite, which has one writer at a time,
    it is added at once."""
    # Not `any`: an import has six changes for each checkout, and almost all begin with a number.
    rows = [(shop_id, *key, *sums) for key, sums in changes.items() if sums[0] or sums[1] or sums[2]]
    if connection.dialect.name == "sqlite":
        await add_rows(connection, report_days, _COLUMNS, _in_order(rows), _SUMS)
    else:
        await insert_rows(connection, report_changes, _COLUMNS, rows)


def _in_order(rows: Sequence[tuple[Any, ...]]) -> list[RowValues]:
    """The rows of a shop in the order of the primary key as far as the part, so that the same pages are written one
    after the other. To sort the parts of each day takes a quarter of the time of sorting whole rows."""
    by_day: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for row in rows:
        by_day.setdefault(row[1:3], []).append(row)
    ordered: list[RowValues] = []
    for day in sorted(by_day):
        ordered += sorted(by_day[day], key=_part)
    return ordered


async def add_changes(database: Database) -> int:
    """Add the appended changes to the daily sums, one batch for each shop. Returns the number of changes."""
    table = report_changes
    async with database.read() as connection:
        shops = (await connection.execute(select(table.c.shop_id).distinct())).scalars().all()
    done = 0
    for shop_id in shops:
        async with database.begin() as connection:
            # Another process adds the changes of this shop.
            if await try_lock_subject(connection, shop_id, "report_days"):
                done += await _add(connection, shop_id)
    return done


async def _add(connection: AsyncConnection, shop_id: int) -> int:
    table = report_changes
    statement = select(table).where(table.c.shop_id == shop_id).order_by(table.c.id).limit(_BATCH)
    rows = (await connection.execute(statement)).mappings().all()
    if not rows:
        return 0
    summed: dict[CountKey, list[int]] = {}
    for row in rows:
        sums = summed.setdefault(CountKey(*(row[name] for name in CountKey._fields)), [0, 0, 0])
        for place, name in enumerate(_SUMS):
            sums[place] += row[name]
    # Transactions that have no changes here yet may get a lower number on PostgreSQL, so rows are deleted by number.
    numbers = [row["id"] for row in rows]
    for start in range(0, len(numbers), 1000):
        some = table.c.id.in_(numbers[start : start + 1000])
        await connection.execute(delete(table).where(table.c.shop_id == shop_id, some))
    added = [(shop_id, *key, *sums) for key, sums in sorted(summed.items())]
    await add_rows(connection, report_days, _COLUMNS, added, _SUMS)
    return len(rows)
