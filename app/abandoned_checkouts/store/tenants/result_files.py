"""Complete files of bulk operations and exports in the database, so that servers need no shared disk.

A file is stored in parts, each in a transaction, and is read in the same parts. So no file is in memory as a whole.
"""

import asyncio
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.shop_by_shop import delete_where
from abandoned_checkouts.store.tables import result_files as table

# The bytes of a part.
PART = 1 << 20


async def put_file(database: Database, shop_id: int, name: str, path: Path, now: int) -> None:
    """Store the content of a file under a name that the shop does not use yet."""
    with await asyncio.to_thread(path.open, "rb") as file:
        position = 0
        while content := await asyncio.to_thread(file.read, PART):
            row = {"shop_id": shop_id, "name": name, "position": position, "content": content, "created_at": now}
            async with database.begin() as connection:
                await connection.execute(insert(table).values(row))
            position += 1


async def write_file(database: Database, shop_id: int, name: str, target: BinaryIO) -> bool:
    """Write the content of a stored file to `target`. Returns False if there is no such file."""
    position = 0
    while True:
        statement = select(table.c.content).where(_is(shop_id, name), table.c.position == position)
        async with database.read() as connection:
            content = (await connection.execute(statement)).scalar()
        if content is None:
            return position > 0
        await asyncio.to_thread(target.write, content)
        position += 1


async def delete_file(connection: AsyncConnection, shop_id: int, name: str) -> None:
    await connection.execute(delete(table).where(_is(shop_id, name)))


async def delete_old_files(connection: AsyncConnection, before: int) -> int:
    """Delete the files that were stored before that moment. Returns the number of their parts."""
    return await delete_where(connection, table, table.c.created_at < before)


def _is(shop_id: int, name: str) -> ColumnElement[bool]:
    return (table.c.shop_id == shop_id) & (table.c.name == name)
