"""Changes the rows of all shops that meet a condition, with statements for one shop each.

A distributed PostgreSQL has the rows of a shop on one machine. Such a statement runs on that machine alone.
"""

from collections import defaultdict

from sqlalchemy import ColumnElement, Table, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.rows import Row, RowValues
from abandoned_checkouts.store.engine.statements import chunks

# The number of rows whose keys are read at once.
_BATCH = 5000


async def delete_where(connection: AsyncConnection, table: Table, condition: ColumnElement[bool]) -> int:
    """Delete the rows of all shops that meet the condition. Returns their number."""
    key = [column for column in table.primary_key if column.name != "shop_id"]
    statement, done = select(table.c.shop_id, *key).where(condition).limit(_BATCH), 0
    while True:
        by_shop = defaultdict[int, list[RowValues]](list)
        for shop_id, *rest in await connection.execute(statement):
            by_shop[shop_id].append(tuple(rest))
        deleted = 0
        for shop_id, keys in by_shop.items():
            for part in chunks(keys):
                these = key[0].in_([each[0] for each in part]) if len(key) == 1 else tuple_(*key).in_(part)
                # The condition again: meanwhile, another transaction may have changed a row.
                mine = delete(table).where(table.c.shop_id == shop_id, these, condition)
                deleted += (await connection.execute(mine)).rowcount
        done += deleted
        if not deleted or sum(map(len, by_shop.values())) < _BATCH:
            return done


async def update_where(connection: AsyncConnection, table: Table, condition: ColumnElement[bool], values: Row) -> None:
    """Update the rows of all shops that meet the condition. For rare changes of many rows."""
    shops = (await connection.execute(select(table.c.shop_id).where(condition).distinct())).scalars().all()
    for shop_id in shops:
        mine = update(table).where(table.c.shop_id == shop_id, condition)
        await connection.execute(mine.values(dict(values)))
