"""Numbers for rows that this program makes itself: in the order in which they were made, like a platform's."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.tables import metadata


async def next_number(connection: AsyncConnection, table_name: str, shop_id: int, now: int) -> int:
    """The milliseconds since 1970, or one more than the greatest number of the shop's rows. Call it under a lock."""
    table = metadata.tables[table_name]
    greatest = select(func.max(table.c.id)).where(table.c.shop_id == shop_id)
    return max(now // 1000, ((await connection.execute(greatest)).scalar() or 0) + 1)
