"""Stores bulk operations: adds and cancels them, claims them with a lease, and stores each result once."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.engine.numbering import next_number
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.shop_by_shop import update_where
from abandoned_checkouts.store.engine.statements import ids_by_shop
from abandoned_checkouts.store.outbox.events import NewEvent, write_events
from abandoned_checkouts.store.tables import apps
from abandoned_checkouts.store.tables import bulk_operations as table

UNFINISHED = ("CREATED", "RUNNING", "CANCELING")
_HELD = ("RUNNING", "CANCELING")
# How many operations a runner tries to lock, if others lock the oldest ones at the same moment.
_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class OperationKey:
    """An operation that the runner named `worker` has claimed."""

    shop_id: int
    number: int
    worker: str

    @property
    def condition(self) -> ColumnElement[bool]:
        mine = (table.c.shop_id == self.shop_id) & (table.c.id == self.number)
        return mine & (table.c.worker == self.worker) & table.c.status.in_(_HELD)


async def unfinished_operations(connection: AsyncConnection, shop: Shop, app_id: int, kind: str) -> list[int]:
    """The numbers of an app's unfinished operations. Other transactions cannot add an operation until this one ends."""
    await lock_subject(connection, shop, f"bulk_operations/{app_id}")
    statement = select(table.c.id).where(
        table.c.shop_id == shop.id,
        table.c.app_id == app_id,
        table.c.type == kind,
        table.c.status.in_(UNFINISHED),
    )
    return sorted((await connection.execute(statement)).scalars())


async def add_operation(connection: AsyncConnection, shop: Shop, values: Row, *, now: int) -> Row:
    """Add an operation; `values` are app_id, query, group_objects, api_version, scopes and progress."""
    number = await next_number(connection, table.name, shop.id, now)
    row = {**values, "shop_id": shop.id, "id": number, "status": "CREATED", "created_at": now}
    await connection.execute(insert(table).values(row))
    await record(connection, shop.id, AuditAction.CHECKOUTS_EXPORTED, f"bulk operation {number}", now)
    return await _row(connection, shop.id, number)


async def find_operation(connection: AsyncConnection, shop: Shop, number: int | None) -> Row | None:
    if number is None:
        return None
    mine = (table.c.shop_id == shop.id) & (table.c.id == number)
    row = (await connection.execute(select(table).where(mine).with_for_update())).mappings().first()
    return None if row is None else dict(row)


async def end_operation(connection: AsyncConnection, shop: Shop, row: Row, document: str) -> None:
    """Write the result of an operation, and its event with `document`. The caller must have locked the row."""
    mine = (table.c.shop_id == shop.id) & (table.c.id == row["id"])
    await connection.execute(update(table).where(mine).values(_ended(row)))
    await _write_end_event(connection, shop, row, document)


async def cancel_running(connection: AsyncConnection, row: Row) -> Row:
    """Mark the operation as being cancelled. Its runner stops at the next step."""
    mine = (table.c.shop_id == row["shop_id"]) & (table.c.id == row["id"])
    await connection.execute(update(table).where(mine).values(status="CANCELING"))
    return {**row, "status": "CANCELING"}


async def is_any_waiting(connection: AsyncConnection, now: int, running: Sequence[int]) -> bool:
    """Whether `claim_operation` would return an operation."""
    found = await connection.execute(select(table.c.id).where(_claimable(now, running)).limit(1))
    return found.first() is not None


async def claim_operation(
    connection: AsyncConnection, worker: str, now: int, lease: int, running: Sequence[int]
) -> Row | None:
    """Claim the oldest operation that waits, or whose runner's lease has ended. The operations in `running` run in this
    process and are not claimed again, even if the clock has jumped.

    The row has the app's settings as `app_settings`, and the number of claims as `attempts` in `progress`.
    """
    found = await _lock_oldest(connection, _claimable(now, running))
    if found is None:
        return None
    progress = orjson.loads(found["progress"] or "{}")
    progress["attempts"] = progress.get("attempts", 0) + 1
    changes = {
        "status": "RUNNING" if found["status"] == "CREATED" else found["status"],
        "worker": worker,
        "leased_until": now + lease,
        "started_at": found["started_at"] or now,
        "progress": orjson.dumps(progress).decode(),
        # A new run counts from 0 again.
        "object_count": 0,
        "root_object_count": 0,
    }
    mine = (table.c.shop_id == found["shop_id"]) & (table.c.id == found["id"])
    await connection.execute(update(table).where(mine).values(changes))
    whose = (apps.c.shop_id == found["shop_id"]) & (apps.c.id == found["app_id"])
    settings = (await connection.execute(select(apps.c.settings).where(whose))).scalar()
    return {**found, **changes, "progress": progress, "app_settings": orjson.loads(settings or "{}")}


async def _lock_oldest(connection: AsyncConnection, condition: ColumnElement[bool]) -> Row | None:
    """The oldest operation that no other transaction has locked. It is found without a lock, then locked in its
    shop."""
    oldest = select(table.c.shop_id, table.c.id).where(condition)
    oldest = oldest.order_by(table.c.created_at, table.c.shop_id, table.c.id).limit(_CANDIDATES)
    for shop_id, number in (await connection.execute(oldest)).all():
        mine = select(table).where(table.c.shop_id == shop_id, table.c.id == number, condition)
        row = (await connection.execute(mine.with_for_update(skip_locked=True))).mappings().first()
        if row is not None:
            return dict(row)
    return None


async def shorten_leases(connection: AsyncConnection, latest: int) -> None:
    """Shorten leases that end later than `latest`, because the clock was set back after they began."""
    late = table.c.status.in_(_HELD) & (table.c.leased_until > latest)
    await update_where(connection, table, late, {"leased_until": latest})


async def report_operation(
    connection: AsyncConnection, key: OperationKey, objects: int, root_objects: int, leased_until: int
) -> str | None:
    """Store the progress and extend the lease. Returns the status, or None if another runner has the operation."""
    status = (
        await connection.execute(select(table.c.status).where(key.condition).with_for_update())
    ).scalar_one_or_none()
    if status is not None:
        counted = {"object_count": objects, "root_object_count": root_objects, "leased_until": leased_until}
        await connection.execute(update(table).where(key.condition).values(counted))
    return status


async def held_operation(connection: AsyncConnection, key: OperationKey) -> Row | None:
    """The operation's row, locked until the transaction ends. None if another runner has the operation."""
    row = (await connection.execute(select(table).where(key.condition).with_for_update())).mappings().first()
    return None if row is None else dict(row)


async def hold_operation(connection: AsyncConnection, key: OperationKey, until: int, *, attempts: int) -> None:
    """Extend the lease until a moment without running the operation. The number of claims is set to `attempts`."""
    found = (await connection.execute(select(table.c.progress).where(key.condition))).scalar()
    progress = {**orjson.loads(found or "{}"), "attempts": attempts}
    values = {"leased_until": until, "progress": orjson.dumps(progress).decode()}
    await connection.execute(update(table).where(key.condition).values(values))


async def let_operation_run(connection: AsyncConnection, shop: Shop, number: int) -> bool:
    """End the lease of an operation that hold_operation extended. Returns False if there is none."""
    held = (table.c.shop_id == shop.id) & (table.c.id == number) & table.c.status.in_(_HELD)
    return bool((await connection.execute(update(table).where(held).values(leased_until=0))).rowcount)


async def release_operation(connection: AsyncConnection, key: OperationKey) -> None:
    """End the lease, so that another runner can claim the operation now."""
    await connection.execute(update(table).where(key.condition).values(leased_until=0))


async def expire_results(connection: AsyncConnection, before: int, limit: int) -> list[tuple[int, str]]:
    """Expire the results of operations that ended before `before`. Returns the shop and the name of each file to
    delete."""
    is_old = and_(
        table.c.status.in_(("COMPLETED", "FAILED", "CANCELED")),
        table.c.completed_at <= before,
        or_(table.c.file.is_not(None), table.c.partial_file.is_not(None)),
    )
    found = (await connection.execute(select(table.c.shop_id, table.c.id).where(is_old).limit(limit))).mappings()
    rows: list[Row] = []
    for shop_id, numbers in ids_by_shop(found.all()).items():
        old = select(table).where(table.c.shop_id == shop_id, table.c.id.in_(numbers), is_old)
        locked = await connection.execute(old.with_for_update(skip_locked=True))
        rows += [dict(row) for row in locked.mappings()]
    gone = []
    for row in rows:
        status = "EXPIRED" if row["status"] == "COMPLETED" else row["status"]
        mine = (table.c.shop_id == row["shop_id"]) & (table.c.id == row["id"])
        await connection.execute(update(table).where(mine).values(status=status, file=None, partial_file=None))
        gone += [(row["shop_id"], name) for name in (row["file"], row["partial_file"]) if name is not None]
    return gone


def _claimable(now: int, running: Sequence[int]) -> ColumnElement[bool]:
    left = and_(table.c.status.in_(_HELD), table.c.leased_until <= now, table.c.id.not_in(running))
    return or_(table.c.status == "CREATED", left)


def _ended(row: Row) -> Row:
    names = ("status", "error_code", "object_count", "root_object_count", "file_size", "file", "partial_file")
    return {name: row[name] for name in (*names, "completed_at")} | {"worker": None, "leased_until": None}


async def _write_end_event(connection: AsyncConnection, shop: Shop, row: Row, document: str) -> None:
    event = NewEvent("bulk_operation_finished", f"bulk_operation/{row['id']}", document)
    await write_events(connection, shop, [event], row["completed_at"])


async def _row(connection: AsyncConnection, shop_id: int, number: int) -> Row:
    statement = select(table).where(table.c.shop_id == shop_id, table.c.id == number)
    return dict((await connection.execute(statement)).mappings().one())
