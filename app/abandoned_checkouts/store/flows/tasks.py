"""The tasks that flows create for the people of a shop: list them, assign them, mark them as done."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import abandoned_checkouts, merchant_tasks

_MOST = 500


async def list_tasks(connection: AsyncConnection, shop: Shop, *, done: bool) -> list[Row]:
    """Open tasks, oldest first, or the tasks done last; at most 500. Each with the `name` of its checkout, which is
    null if the checkout is deleted or not abandoned."""
    table, checkouts = merchant_tasks, abandoned_checkouts
    statement = (
        select(table, checkouts.c.name)
        .join(
            checkouts,
            (checkouts.c.shop_id == table.c.shop_id) & (checkouts.c.id == table.c.checkout_id),
            isouter=True,
        )
        .where(table.c.shop_id == shop.id, table.c.done_at.is_not(None) if done else table.c.done_at.is_(None))
        .order_by(*((table.c.done_at.desc(), table.c.id) if done else (table.c.id,)))
        .limit(_MOST)
    )
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def tasks_of(connection: AsyncConnection, shop: Shop, checkout_id: int) -> list[Row]:
    """The tasks of a checkout, oldest first."""
    mine = (merchant_tasks.c.shop_id == shop.id) & (merchant_tasks.c.checkout_id == checkout_id)
    rows = await connection.execute(select(merchant_tasks).where(mine).order_by(merchant_tasks.c.id).limit(_MOST))
    return [dict(row) for row in rows.mappings()]


async def count_open_tasks(connection: AsyncConnection, shop: Shop) -> int:
    mine = (merchant_tasks.c.shop_id == shop.id) & merchant_tasks.c.done_at.is_(None)
    return int((await connection.execute(select(func.count()).select_from(merchant_tasks).where(mine))).scalar_one())


async def find_task(connection: AsyncConnection, shop: Shop, number: int) -> Row | None:
    statement = select(merchant_tasks).where(merchant_tasks.c.shop_id == shop.id, merchant_tasks.c.id == number)
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else dict(row)


async def change_task(connection: AsyncConnection, task: Row, version: int, changes: Row) -> bool:
    """Change a task that has this version. Returns False if somebody else has changed it meanwhile."""
    table = merchant_tasks
    mine = (table.c.shop_id == task["shop_id"]) & (table.c.id == task["id"]) & (table.c.version == version)
    done = await connection.execute(update(table).where(mine).values({**changes, "version": version + 1}))
    return bool(done.rowcount)
