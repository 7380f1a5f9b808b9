"""Stores the URL of the last server of a store, for commands that write links, for example `export`."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.tables import store_secrets as table

_NAME = "server_address"


async def keep_address(connection: AsyncConnection, address: str) -> None:
    await connection.execute(delete(table).where(table.c.name == _NAME))
    await connection.execute(insert(table).values(name=_NAME, value=address))


async def served_address(connection: AsyncConnection) -> str | None:
    """The URL, or None if the store was never served."""
    address: str | None = (await connection.execute(select(table.c.value).where(table.c.name == _NAME))).scalar()
    return address
