"""Finds out which of many numbers a table has, before their rows are loaded.

An import looks up each checkout and each customer in several tables, and a first import finds none of them. To load
rows by lists of 1,000 numbers takes SQLAlchemy and the driver longer than SQLite. So SQLite first receives all numbers
as one JSON text, and returns those that are stored.
"""

from collections.abc import Sequence
from functools import lru_cache

import orjson
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

# For fewer numbers, the additional statement costs more than it saves.
_MANY = 100


async def stored_numbers(
    connection: AsyncConnection, table: Table, column: str, shop_id: int, numbers: Sequence[int]
) -> list[int]:
    """The numbers for which it is worth loading rows: those that the column has in rows of the shop. All numbers, if
    they are few or the database is PostgreSQL.

    An index must begin with the shop and the column."""
    if len(numbers) < _MANY or connection.dialect.name != "sqlite":
        return list(numbers)
    found = await connection.exec_driver_sql(_stored(table, column), (as_json(numbers), shop_id))
    return list(found.scalars())


def as_json(numbers: Sequence[int]) -> str:
    """Numbers as one parameter of a statement on SQLite, for json_each."""
    return orjson.dumps(numbers).decode()


@lru_cache(maxsize=32)
def _stored(table: Table, column: str) -> str:
    return (
        f'SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM "{table.name}" '
        f'WHERE shop_id = ? AND "{column}" = value)'
    )
