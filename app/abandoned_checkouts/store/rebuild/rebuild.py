"""Runs the steps of a rebuild, and remembers how far it is."""

from collections.abc import Callable

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.locks import try_lock_subject
from abandoned_checkouts.store.engine.statements import upsert
from abandoned_checkouts.store.rebuild.steps import STEPS
from abandoned_checkouts.store.tables import report_progress, shops
from abandoned_checkouts.store.tenants.shops import find_shop

_FIRST = next(iter(STEPS))


async def rebuild_due(database: Database) -> int:
    """Run one batch of a shop that must be counted again: after an upgrade, or with another time zone than before.
    Returns 1 if there was one, else 0."""
    table = report_progress
    due = (
        select(shops.c.id)
        .outerjoin(table, table.c.shop_id == shops.c.id)
        .where(or_(table.c.timezone.is_(None), table.c.timezone != shops.c.timezone))
    )
    async with database.read() as connection:
        shop_id = (await connection.execute(due.order_by(shops.c.id).limit(1))).scalar()
    if shop_id is None:
        return 0
    async with database.begin() as connection:
        shop = await find_shop(connection, shop_id)
        if shop is None or not await try_lock_subject(connection, shop_id, "report_progress"):
            return 0
        await _continue(connection, shop)
        return 1


async def rebuild(database: Database, shop: Shop, progress: Callable[[str], None] = lambda _step: None) -> None:
    """Count all of a shop again. `progress` is called with the name of each step."""
    async with database.begin() as connection:
        await _save(connection, shop, "", _FIRST, "")
    for name in STEPS:
        progress(name)
    while True:
        async with database.begin() as connection:
            if await try_lock_subject(connection, shop.id, "report_progress") and await _continue(connection, shop):
                return


async def _continue(connection: AsyncConnection, shop: Shop) -> bool:
    """Run the next batch. Returns whether it was the last one."""
    table = report_progress
    row = (await connection.execute(select(table).where(table.c.shop_id == shop.id))).mappings().first()
    step, place = _FIRST, ""
    if row is not None and row["next_timezone"] == shop.timezone and row["step"] in STEPS:
        step, place = row["step"], row["place"] or ""
    elif row is not None and row["timezone"] == shop.timezone:
        return True
    following = await STEPS[step](connection, shop, place)
    names = list(STEPS)
    if following is not None:
        await _save(connection, shop, "" if row is None else row["timezone"], step, following)
        return False
    if step != names[-1]:
        await _save(connection, shop, "" if row is None else row["timezone"], names[names.index(step) + 1], "")
        return False
    done = {"shop_id": shop.id, "timezone": shop.timezone, "next_timezone": None, "step": None, "place": None}
    await upsert(connection, table, [done])
    return True


async def _save(connection: AsyncConnection, shop: Shop, timezone: str, step: str, place: str) -> None:
    row = {"shop_id": shop.id, "timezone": timezone, "next_timezone": shop.timezone, "step": step, "place": place}
    await upsert(connection, report_progress, [row])
