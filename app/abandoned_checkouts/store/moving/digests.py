"""Digests of tables that do not depend on the order of the rows or on the database.

The digest of a table is the sum of the digests of its rows. Values are compared as the program reads them: secrets in
clear text, true and false instead of SQLite's 1 and 0.
"""

from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

_SIZE = 16


@dataclass(frozen=True, slots=True)
class Digest:
    """The number of rows, and the sum of their digests modulo 2**128."""

    rows: int
    value: int


async def digest_of_rows(rows: AsyncIterable[Sequence[Any]]) -> Digest:
    count, value = 0, 0
    async for row in rows:
        count += 1
        value += int.from_bytes(blake2b(orjson.dumps(list(row)), digest_size=_SIZE).digest())
    return Digest(count, value % 2 ** (8 * _SIZE))


async def digest_of_table(connection: AsyncConnection, table: Table) -> Digest:
    """Reads the table as a stream, so memory does not grow with it."""
    return await digest_of_rows((await connection.stream(select(table))).yield_per(500))
