"""Assigns numbers to new rows, in the order of their creation.

`next_number` counts within a shop. Tables with a `serial` key (store/tables/columns) are numbered over all shops:
PostgreSQL uses a sequence, so transactions do not wait for each other; SQLite has one writer at a time and counts in
its table `numbering`.
"""

from collections.abc import Sequence

from sqlalchemy import Select, Table, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.prepared import insert_into, insert_returning_id
from abandoned_checkouts.store.engine.rows import Row, RowValues
from abandoned_checkouts.store.engine.statements import insert_rows
from abandoned_checkouts.store.tables import metadata


async def next_number(connection: AsyncConnection, table_name: str, shop_id: int, now: int) -> int:
    """The milliseconds since 1970, or the greatest number of the shop's rows plus one if that is greater. The caller
    must hold a lock."""
    table = metadata.tables[table_name]
    greatest = select(func.max(table.c.id)).where(table.c.shop_id == shop_id)
    return max(now // 1000, ((await connection.execute(greatest)).scalar() or 0) + 1)


async def insert_numbered(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows and number them in their order."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        first = await _reserve(connection, table, len(rows))
        rows = [{**row, "id": number} for number, row in enumerate(rows, first)]
    await connection.execute(insert_into(table), list(rows))


async def insert_numbered_rows(
    connection: AsyncConnection, table: Table, columns: Sequence[str], rows: Sequence[RowValues]
) -> None:
    """The same for rows that have the values of `columns`, in their order. Faster, see `insert_rows`."""
    if rows and connection.dialect.name == "sqlite":
        first = await _reserve(connection, table, len(rows))
        columns, rows = (*columns, "id"), [(*row, number) for number, row in enumerate(rows, first)]
    await insert_rows(connection, table, columns, rows)


async def insert_numbered_row(connection: AsyncConnection, table: Table, row: Row) -> int:
    """Insert a row and return its number."""
    if connection.dialect.name == "sqlite":
        row = {**row, "id": await _reserve(connection, table, 1)}
    number: int = (await connection.execute(insert_returning_id(table), dict(row))).scalar_one()
    return number


async def insert_numbered_select(connection: AsyncConnection, table: Table, rows: Select[tuple[int, ...]]) -> None:
    """Insert the rows that a SELECT returns, and number them. The columns of the SELECT must have the names of the
    table's."""
    if connection.dialect.name == "sqlite":
        count = (await connection.execute(select(func.count()).select_from(rows.subquery()))).scalar_one()
        first = await _reserve(connection, table, count)
        rows = rows.add_columns((literal(first - 1) + func.row_number().over()).label("id"))
    names = [column.name for column in rows.selected_columns]
    await connection.execute(insert(table).from_select(names, rows))


async def _reserve(connection: AsyncConnection, table: Table, count: int) -> int:
    """Reserve `count` numbers on SQLite. Returns the first."""
    last = await connection.exec_driver_sql(
        "INSERT INTO numbering (table_name, last) VALUES (?, ?) "
        "ON CONFLICT (table_name) DO UPDATE SET last = last + excluded.last RETURNING last",
        (table.name, count),
    )
    return int(last.scalar_one()) - count + 1
