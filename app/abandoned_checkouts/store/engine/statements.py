"""Inserts, updates and deletes many rows.

`insert_rows`, `put_rows` and `delete_rows` pass the values directly to the driver. With SQLAlchemy, an import would
take twice as long.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.dialects import insert_of
from abandoned_checkouts.store.engine.joined_rows import TOGETHER, join_rows
from abandoned_checkouts.store.engine.rows import Row, RowValues

Item = TypeVar("Item")
# The size of SQLite's log, in pages of 8 KiB, before its pages are copied to the file: 250 MiB instead of 8 MiB.
_LONG_LOG = 32_000
# The maximum number of ids in an IN list. SQLite allows 32,766 parameters in a statement.
_CHUNK = 1000


def chunks(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Divide the items into lists that are short enough for one IN list."""
    for start in range(0, len(items), _CHUNK):
        yield list(items[start : start + _CHUNK])


async def expect_many_writes(database: Database) -> None:
    """Make writes to SQLite faster from now on, for work that can be repeated.

    SQLite copies its log into the file less often, so a page that changes with every batch is copied once for many
    batches. A commit does not wait for the disk: nothing is lost if the process is killed. After a power failure the
    last batches may be missing, but the store is consistent.
    """
    if database.is_sqlite:
        async with database.alone() as execute:
            await execute(f"PRAGMA wal_autocheckpoint = {_LONG_LOG}")
            await execute("PRAGMA synchronous = NORMAL")
            # Room for the pages of all indexes: unordered keys change all of them.
            await execute("PRAGMA cache_size = -131072")


def ids_by_shop(rows: Iterable[Row]) -> dict[int, list[int]]:
    """The ids of rows by shop, because each statement that writes is for one shop."""
    grouped: dict[int, list[int]] = {}
    for row in rows:
        grouped.setdefault(row["shop_id"], []).append(row["id"])
    return grouped


async def insert_rows(
    connection: AsyncConnection, table: Table, columns: Sequence[str], rows: Sequence[RowValues]
) -> None:
    """Insert rows whose keys are not in the table. Each row has the values of `columns`, in their order.

    If the database refuses a row, the caller must roll back: on SQLite, some of the other rows may be inserted.
    """
    await _insert_all(connection, table, tuple(columns), rows, "")


async def put_rows(
    connection: AsyncConnection, table: Table, columns: Sequence[str], rows: Sequence[RowValues], fixed: RowValues = ()
) -> None:
    """Insert rows, or update them if the key exists. The columns in `fixed` never change and are not updated. Roll back
    after a refused row, as for `insert_rows`.

    `fixed` saves time: SQLite checks a foreign key again for every column that is set.
    """
    names = tuple(columns)
    await _insert_all(connection, table, names, rows, _replacing(table, names, tuple(fixed)))


async def add_rows(
    connection: AsyncConnection, table: Table, columns: Sequence[str], rows: Sequence[RowValues], sums: Sequence[str]
) -> None:
    """Insert rows, or add their values of the columns `sums` to the row that has the same key. Roll back after a
    refused row, as for `insert_rows`."""
    await _insert_all(connection, table, tuple(columns), rows, _adding(table, tuple(sums)))


async def _insert_all(
    connection: AsyncConnection, table: Table, columns: tuple[str, ...], rows: Sequence[RowValues], conflict: str
) -> None:
    """Insert rows. `conflict` is the clause for rows whose key exists."""
    dialect = connection.dialect.name
    if dialect == "sqlite" and len(rows) >= TOGETHER:
        whole = len(rows) // TOGETHER * TOGETHER
        joined = join_rows(table, columns, rows[:whole])
        await _many(connection, f"{joined.statement}{conflict}", joined.values)
        rows = rows[whole:]
    if rows:
        await _many(connection, f"{_insert(table, columns, dialect)}{conflict}", rows)


async def upsert(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, or update them if the key exists. All rows have the same columns."""
    statement = insert_of(connection.dialect.name)(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


async def insert_missing(connection: AsyncConnection, table: Table, row: Row) -> bool:
    """Insert a row. Returns False, and changes nothing, if a row has the same key."""
    statement = _insert_unless_known(table, connection.dialect.name)
    return bool((await connection.execute(statement, dict(row))).rowcount)


@cache
def _insert_unless_known(table: Table, dialect: str) -> Any:
    return insert_of(dialect)(table).on_conflict_do_nothing()


async def delete_rows(
    connection: AsyncConnection, table: Table, columns: Sequence[str], rows: Sequence[RowValues]
) -> None:
    """Delete every row that has these values in these columns."""
    if rows:
        marks = _marks(len(columns), connection.dialect.name)
        which = " AND ".join(f'"{name}" = {mark}' for name, mark in zip(columns, marks, strict=True))
        await _many(connection, f'DELETE FROM "{table.name}" WHERE {which}', rows)


async def _many(connection: AsyncConnection, statement: str, rows: Sequence[RowValues]) -> None:
    await connection.exec_driver_sql(statement, list(rows))


@lru_cache(maxsize=64)
def _insert(table: Table, columns: tuple[str, ...], dialect: str) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join(_marks(len(columns), dialect))})'


@lru_cache(maxsize=64)
def _replacing(table: Table, columns: tuple[str, ...], fixed: tuple[str, ...]) -> str:
    keys = [column.name for column in table.primary_key]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in (*keys, *fixed))
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


@lru_cache(maxsize=64)
def _adding(table: Table, sums: tuple[str, ...]) -> str:
    keys = [column.name for column in table.primary_key]
    changes = ", ".join(f'"{name}" = "{table.name}"."{name}" + excluded."{name}"' for name in sums)
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


def _marks(count: int, dialect: str) -> list[str]:
    return ["?"] * count if dialect == "sqlite" else [f"${place}" for place in range(1, count + 1)]


async def written_so_far(connection: AsyncConnection) -> int:
    """A number that grows when a statement of this transaction changes a row.

    On PostgreSQL it is 1 if the transaction has written anything, else 0.
    """
    if connection.dialect.name == "sqlite":
        statement = "SELECT total_changes()"
    else:
        statement = "SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NULL THEN 0 ELSE 1 END"
    return int((await connection.exec_driver_sql(statement)).scalar_one())
