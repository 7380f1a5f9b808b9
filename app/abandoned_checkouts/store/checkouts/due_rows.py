"""What has fallen due, found by index and taken in small batches that no other process can take at the same time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.lifecycle import Rules
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.open_checkouts import OpenCheckout, open_checkout_from_row
from abandoned_checkouts.store.engine.locks import try_lock_subject
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import abandoned_checkouts, events, open_checkouts


async def claim_due_checkouts(connection: AsyncConnection, now: int, limit: int) -> list[Row]:
    """Rows of open checkouts whose time is over, longest over first; they are this transaction's until it ends."""
    table = open_checkouts
    statement = select(table).where(table.c.due_at <= now).order_by(table.c.due_at).limit(limit)
    rows = (await connection.execute(statement.with_for_update(skip_locked=True))).mappings().all()
    return [dict(row) for row in rows if await try_lock_subject(connection, row["shop_id"], f"checkout/{row['token']}")]


async def postpone_checkout(connection: AsyncConnection, shop_id: int, token: str, until: int) -> None:
    """Leave an open checkout that cannot be moved for later, so that it does not keep others waiting."""
    table = open_checkouts
    await connection.execute(
        update(table).where(table.c.shop_id == shop_id, table.c.token == token).values(due_at=until)
    )


async def has_lapsing(connection: AsyncConnection, shop: Shop, rules: Rules, now: int) -> bool:
    """Whether `mark_lapsed` would find anything."""
    found = select(abandoned_checkouts.c.id).where(_lapsing(shop, rules, now)).limit(1)
    return (await connection.execute(found)).first() is not None


async def mark_lapsed(
    connection: AsyncConnection, shop: Shop, rules: Rules, now: int, limit: int
) -> tuple[int, list[int]]:
    """Mark abandoned checkouts of which no recovery is awaited any more: how many, and the ids of those whose life
    was followed here. For one that came by import, long over, lapsing is no news."""
    table = abandoned_checkouts
    followed = exists().where(events.c.shop_id == table.c.shop_id, events.c.checkout_id == table.c.id)
    statement = (
        select(table.c.id, followed.label("followed"))
        .where(_lapsing(shop, rules, now))
        # The first two are null in all of these rows; with them the order is the index's own on either database.
        .order_by(table.c.recovered_at, table.c.lapsed_at, table.c.abandoned_at)
        .limit(limit)
    )
    rows = (await connection.execute(statement.with_for_update(of=table, skip_locked=True))).all()
    if rows:
        await connection.execute(
            update(table)
            .where(table.c.shop_id == shop.id, table.c.id.in_([row.id for row in rows]))
            .values(lapsed_at=table.c.abandoned_at + rules.attribution)
        )
    return len(rows), [row.id for row in rows if row.followed]


def _lapsing(shop: Shop, rules: Rules, now: int) -> Any:
    table = abandoned_checkouts
    return and_(
        table.c.shop_id == shop.id,
        table.c.recovered_at.is_(None),
        table.c.lapsed_at.is_(None),
        table.c.abandoned_at <= now - rules.attribution,
    )


async def checkouts_created_before(
    connection: AsyncConnection, shop: Shop, created_before: int, after: tuple[int, int], limit: int
) -> list[Row]:
    """Abandoned checkouts made before that moment, oldest first, behind the given created_at and id: id and times."""
    table = abandoned_checkouts
    columns = [table.c[name] for name in ("id", "created_at", "updated_at", "completed_at", "recovered_at", "currency")]
    behind = (table.c.created_at > after[0]) | ((table.c.created_at == after[0]) & (table.c.id > after[1]))
    statement = (
        select(*columns)
        .where(table.c.shop_id == shop.id, table.c.created_at <= created_before, behind)
        .order_by(table.c.created_at, table.c.id)
        .limit(limit)
    )
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def delete_settled_checkouts(connection: AsyncConnection, before: int, without_contact_before: int) -> int:
    """Remove what is over and was last heard of before that moment, and what never became reachable."""
    table = open_checkouts
    over = (table.c.state != "open") & (table.c.seen_at < before)
    silent = table.c.due_at.is_(None) & (table.c.seen_at < without_contact_before)
    done = await connection.execute(table.delete().where((table.c.seen_at < before) & (over | silent)))
    return int(done.rowcount)


def open_checkouts_by_shop(taken: Sequence[Row]) -> dict[int, list[OpenCheckout]]:
    grouped: dict[int, list[OpenCheckout]] = {}
    for row in taken:
        grouped.setdefault(row["shop_id"], []).append(open_checkout_from_row(row))
    return grouped
