"""Exports of the merchant pages: a person asks for one, a worker writes its file, and the person downloads it."""

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.numbering import insert_numbered_row
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import merchant_exports as table

# A worker that does not renew its claim for so long was interrupted.
CLAIM_LASTS = 2 * MINUTE
# The format of a dry run of a flow. Its query is JSON: the number of the flow, and the days to look back.
DRY_RUN = "dry_run"


async def add_export(
    connection: AsyncConnection, shop: Shop, *, query: str, form: str, author: str, address: str, now: int
) -> int:
    """Ask for an export and return its number. `form` is csv, jsonl or DRY_RUN, `address` this server's URL."""
    row = {"shop_id": shop.id, "query": query, "format": form, "author": author, "address": address}
    return await insert_numbered_row(
        connection, table, {**row, "state": "waiting", "done": 0, "total": 0, "created_at": now}
    )


async def find_export(connection: AsyncConnection, shop: Shop, number: int) -> Row | None:
    row = (await connection.execute(select(table).where(_is(shop.id, number)))).mappings().first()
    return None if row is None else dict(row)


async def claim_export(connection: AsyncConnection, now: int) -> Row | None:
    """Take the oldest waiting or interrupted export; None if there is none. Two workers never take the same one."""
    due = _is_due(now)
    oldest = select(table.c.shop_id, table.c.id, table.c.claimed_until).where(due).order_by(table.c.id).limit(1)
    found = (await connection.execute(oldest)).first()
    if found is None:
        return None
    unchanged = (
        table.c.claimed_until.is_(None)
        if found.claimed_until is None
        else (table.c.claimed_until == found.claimed_until)
    )
    values = {"state": "running", "claimed_until": now + CLAIM_LASTS, "done": 0}
    statement = update(table).where(_is(found.shop_id, found.id), due, unchanged).values(values).returning(table)
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else dict(row)


async def update_export(connection: AsyncConnection, export: Row, values: Row) -> bool:
    """Change a running export. Returns False if it was deleted meanwhile."""
    mine = _is(export["shop_id"], export["id"]) & (table.c.state == "running")
    return bool((await connection.execute(update(table).where(mine).values(values))).rowcount)


async def delete_exports(connection: AsyncConnection, shop: Shop) -> None:
    """Mark all exports of a shop as deleted, because they may contain a person who is erased. A worker deletes the
    files, and a running export ends."""
    await connection.execute(
        update(table).where(table.c.shop_id == shop.id).values(state="deleted", query="", problem=None)
    )


async def expired_exports(connection: AsyncConnection, before: int, limit: int) -> list[Row]:
    """Exports whose files are to be deleted: those that ended before that time, and deleted ones."""
    statement = select(table).where(_is_expired(before)).order_by(table.c.id).limit(limit)
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def forget_export(connection: AsyncConnection, export: Row) -> None:
    await connection.execute(delete(table).where(_is(export["shop_id"], export["id"])))


async def is_any_due(connection: AsyncConnection, now: int, before: int) -> bool:
    """Whether `claim_export` or `expired_exports` would find an export."""
    return (await connection.execute(_ANY_DUE, {"now": now, "before": before})).scalar() is not None


def _is_due(now: int | BindParameter[int]) -> ColumnElement[bool]:
    return or_(table.c.state == "waiting", (table.c.state == "running") & (table.c.claimed_until < now))


def _is_expired(before: int | BindParameter[int]) -> ColumnElement[bool]:
    ended = (table.c.state.in_(("done", "failed"))) & (table.c.finished_at < before)
    return or_(table.c.state == "deleted", ended)


# Built once, because a worker asks every second.
_ANY_DUE = select(table.c.id).where(or_(_is_due(bindparam("now")), _is_expired(bindparam("before")))).limit(1)


def _is(shop_id: int, number: int) -> ColumnElement[bool]:
    return (table.c.shop_id == shop_id) & (table.c.id == number)
