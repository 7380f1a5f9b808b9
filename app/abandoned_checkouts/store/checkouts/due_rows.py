"""Finds due checkouts by an index, and claims them in small batches for one process."""

from collections.abc import Sequence
from itertools import compress
from operator import itemgetter

from sqlalchemy import ColumnElement, Integer, and_, bindparam, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.lifecycle import Rules
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.open_checkouts import open_checkout_from_row
from abandoned_checkouts.store.engine.due_shops import Rotation, due_statements, shops_with_due
from abandoned_checkouts.store.engine.locks import try_lock_subjects
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.shop_by_shop import delete_where
from abandoned_checkouts.store.outbox.record_changes import note_changed
from abandoned_checkouts.store.tables import abandoned_checkouts, events, open_checkouts

_is_due = open_checkouts.c.due_at <= bindparam("now")
_SHOPS = due_statements(open_checkouts, (open_checkouts.c.due_at,), _is_due)
_DUE = (
    select_of_shop(open_checkouts, open_checkouts)
    .where(_is_due)
    .order_by(open_checkouts.c.due_at)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)

_HAS_LAPSING = (
    select_of_shop(abandoned_checkouts, abandoned_checkouts.c.id)
    .where(
        abandoned_checkouts.c.recovered_at.is_(None),
        abandoned_checkouts.c.lapsed_at.is_(None),
        abandoned_checkouts.c.abandoned_at <= bindparam("before"),
    )
    .limit(1)
)


async def claim_due_checkouts(
    connection: AsyncConnection, now: int, limit: int, rotation: Rotation | None = None
) -> list[Row]:
    """Rows of due open checkouts, earliest first. They are locked until the transaction ends."""
    rows: list[Row] = []
    for shop_id, count in (await shops_with_due(connection, _SHOPS, {"now": now}, limit, rotation)).items():
        due = await connection.execute(_DUE, {"shop_id": shop_id, "now": now, "limit": count})
        rows += [dict(row) for row in due.mappings()]
    locked = await try_lock_subjects(connection, [(row["shop_id"], f"checkout/{row['token']}") for row in rows])
    return sorted(compress(rows, locked), key=itemgetter("due_at"))


async def postpone_checkout(connection: AsyncConnection, shop_id: int, token: str, until: int) -> None:
    """Set a later due time for an open checkout that cannot be marked as abandoned now, so that it does not block
    others."""
    table = open_checkouts
    await connection.execute(
        update(table).where(table.c.shop_id == shop_id, table.c.token == token).values(due_at=until)
    )


async def hasten_checkouts(connection: AsyncConnection, shop: Shop, latest: int) -> None:
    """Make open checkouts due at `latest` if they are due later, because the clock was set back after they were
    planned."""
    table = open_checkouts
    late = (table.c.shop_id == shop.id) & (table.c.due_at > latest)
    await connection.execute(update(table).where(late).values(due_at=latest))


async def has_lapsing(connection: AsyncConnection, shop: Shop, rules: Rules, now: int) -> bool:
    """Whether `claim_lapsing` would return anything."""
    values = {"shop_id": shop.id, "before": now - rules.attribution}
    return (await connection.execute(_HAS_LAPSING, values)).first() is not None


async def claim_lapsing(connection: AsyncConnection, shop: Shop, rules: Rules, now: int, limit: int) -> dict[int, bool]:
    """The numbers of abandoned checkouts whose attribution period has ended, earliest first, and whether each has
    events. Their rows are locked until the transaction ends."""
    table = abandoned_checkouts
    # The shop as a value: Citus does not see that both tables are about the same shop otherwise.
    has_events = exists().where(events.c.shop_id == shop.id, events.c.checkout_id == table.c.id)
    statement = (
        select(table.c.id, has_events.label("has_events"))
        .where(_lapsing(shop, rules, now))
        # The first two columns are null in all of these rows. With them, both databases use the index for the order.
        .order_by(table.c.recovered_at, table.c.lapsed_at, table.c.abandoned_at)
        .limit(limit)
    )
    rows = await connection.execute(statement.with_for_update(of=table, skip_locked=True))
    return {row.id: bool(row.has_events) for row in rows}


async def mark_lapsed(connection: AsyncConnection, shop: Shop, rules: Rules, numbers: Sequence[int], now: int) -> None:
    """Set when each of these abandoned checkouts lapsed (see lapses_when)."""
    table = abandoned_checkouts
    if numbers:
        await connection.execute(
            update(table)
            .where(table.c.shop_id == shop.id, table.c.id.in_(numbers))
            .values(lapsed_at=table.c.abandoned_at + rules.attribution)
        )
        await note_changed(connection, shop.id, "checkout", numbers, now)


def _lapsing(shop: Shop, rules: Rules, now: int) -> ColumnElement[bool]:
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
    """Ids and times of abandoned checkouts created before `created_before`, oldest first. `after` is the created_at and
    id of the last row of the previous call."""
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
    """Delete the records of completed and deleted checkouts with no report since `before`, and of open checkouts
    without a contact with no report since `without_contact_before`."""
    table = open_checkouts
    over = (table.c.state != "open") & (table.c.seen_at < before)
    silent = table.c.due_at.is_(None) & (table.c.seen_at < without_contact_before)
    return await delete_where(connection, table, (table.c.seen_at < before) & (over | silent))


def open_checkouts_by_shop(taken: Sequence[Row]) -> dict[int, list[CheckoutRecord]]:
    grouped: dict[int, list[CheckoutRecord]] = {}
    for row in taken:
        grouped.setdefault(row["shop_id"], []).append(open_checkout_from_row(row))
    return grouped
