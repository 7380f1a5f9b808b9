"""The row of each sync: add, find, lease, progress."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import orjson
from sqlalchemy import ColumnElement, bindparam, delete, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import SECOND, format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import synced_checkouts
from abandoned_checkouts.store.tables import syncs as table

# A process that does not renew its lease for this time has ended.
LEASE = 60 * SECOND
# Built once: every webhook runs the first.
_COPY_OF = (
    select(table.c.shop_id)
    .where(table.c.source_id == bindparam("source_id"), table.c.platform == literal("shopify"))
    .limit(literal(1))
)
_CREDENTIALS = select(table.c.credentials).where(table.c.shop_id == bindparam("shop_id"))


class SyncError(Exception):
    """A sync cannot be added or run. The message says why and what to do, in one line."""


class LostLeaseError(SyncError):
    """Another process runs the sync now, so this one may not write."""


def missing_sync(name: str) -> SyncError:
    return SyncError(f"there is no sync {name}; list the syncs with `sync list`")


@dataclass(slots=True)
class Sync:
    """A sync. Times are microseconds; `state` is the progress of the backfill or of a window, as the run wrote it."""

    shop_id: int
    name: str
    platform: str
    source_url: str
    source_id: str
    credentials: UntypedJson
    state: UntypedJson = field(default_factory=dict)
    watermark: int | None = None
    completed_at: int | None = None
    reconciled_at: int | None = None
    next_run_at: int = 0
    run_every: int = 0
    problem: str | None = None
    problem_at: int | None = None
    worker: str | None = None
    leased_until: int | None = None
    created_at: int = 0


async def add_sync(connection: AsyncConnection, shop: Shop, sync: Sync, now: int) -> None:
    """Add a sync. Raises SyncError if the name is in use, or if the shop has a sync already."""
    await lock_subject(connection, shop, "sync")
    same = (table.c.name == sync.name) | (table.c.shop_id == shop.id)
    found = (await connection.execute(select(table.c.name, table.c.shop_id).where(same))).first()
    if found is not None:
        reason = "exists already" if found.name == sync.name else f"cannot be added: {shop.domain} has {found.name}"
        raise SyncError(f"the sync {sync.name} {reason}; remove it first with `sync remove {found.name}`")
    values = {
        "shop_id": shop.id,
        "name": sync.name,
        "platform": sync.platform,
        "source_url": sync.source_url,
        "source_id": sync.source_id,
        "credentials": orjson.dumps(sync.credentials).decode(),
        "state": "{}",
        "next_run_at": now,
        "run_every": sync.run_every,
        "created_at": now,
    }
    await connection.execute(insert(table).values(values))
    await record(connection, shop.id, AuditAction.SYNC_ADDED, f"sync {sync.name}", now)


async def remove_sync(connection: AsyncConnection, shop: Shop, name: str, now: int) -> None:
    """Forget a sync and what was seen at its source. The checkouts stay."""
    await connection.execute(delete(synced_checkouts).where(synced_checkouts.c.shop_id == shop.id))
    await connection.execute(delete(table).where(table.c.shop_id == shop.id))
    await record(connection, shop.id, AuditAction.SYNC_REMOVED, f"sync {name}", now)


async def find_sync(connection: AsyncConnection, name: str) -> Sync | None:
    row = (await connection.execute(select(table).where(table.c.name == name))).mappings().first()
    return None if row is None else _from_row(row)


async def list_syncs(connection: AsyncConnection) -> list[Sync]:
    rows = await connection.execute(select(table).order_by(table.c.name))
    return [_from_row(row) for row in rows.mappings()]


async def due_syncs(connection: AsyncConnection, now: int) -> list[str]:
    """The names of the syncs that are due and that no process runs, the longest due first."""
    due = (table.c.next_run_at <= now) & _is_free(now)
    return list((await connection.execute(select(table.c.name).where(due).order_by(table.c.next_run_at))).scalars())


async def lease_sync(connection: AsyncConnection, sync: Sync, worker: str, now: int, *, ended: str | None) -> None:
    """Let `worker` run the sync, whose row is read again. `ended` is a worker that is known to have ended.

    Raises SyncError if another worker runs it.
    """
    free = _is_free(now) | (table.c.worker == worker)
    if ended is not None:
        free |= table.c.worker == ended
    mine = (table.c.shop_id == sync.shop_id) & free
    values = {"worker": worker, "leased_until": now + LEASE}
    if (await connection.execute(update(table).where(mine).values(values))).rowcount == 0:
        row = (await connection.execute(select(table).where(table.c.shop_id == sync.shop_id))).mappings().first()
        if row is None:
            raise missing_sync(sync.name)
        raise SyncError(
            f"the sync {sync.name} is running in process {row['worker']}; wait until it ends. If that process was "
            f"killed, run the command again after {format_utc(row['leased_until'])}"
        )
    row = (await connection.execute(select(table).where(table.c.shop_id == sync.shop_id))).mappings().one()
    for name, value in asdict(_from_row(row)).items():
        setattr(sync, name, value)


async def write_progress(
    connection: AsyncConnection, sync: Sync, now: int, *, state: UntypedJson | None = None, **values: object
) -> None:
    """Store how far the run is, in the transaction of its rows, and extend its lease. Raises LostLeaseError."""
    changed: dict[str, object] = {"leased_until": now + LEASE, **values}
    if state is not None:
        changed["state"] = orjson.dumps(state).decode()
    mine = (table.c.shop_id == sync.shop_id) & (table.c.worker == sync.worker)
    if (await connection.execute(update(table).where(mine).values(changed))).rowcount == 0:
        raise LostLeaseError(f"the sync {sync.name} was removed, or another process runs it now")
    for name, value in values.items():
        setattr(sync, name, value)
    if state is not None:
        sync.state = state


async def save_credentials(connection: AsyncConnection, sync: Sync, credentials: UntypedJson) -> None:
    """Store renewed credentials, also without the lease: the replaced refresh token is no longer valid."""
    values = {"credentials": orjson.dumps(credentials).decode()}
    await connection.execute(update(table).where(table.c.shop_id == sync.shop_id).values(values))
    sync.credentials = credentials


async def synced_shop_id(connection: AsyncConnection, source_id: str) -> int | None:
    """The number of the shop that is a copy of the shop with this myshopify.com domain."""
    found: int | None = (await connection.execute(_COPY_OF, {"source_id": source_id.lower()})).scalar()
    return found


async def webhook_secret_of(connection: AsyncConnection, shop_id: int) -> str | None:
    """The client secret that signs the webhooks of the shop's source, if there is a sync that has one."""
    found = (await connection.execute(_CREDENTIALS, {"shop_id": shop_id})).scalar()
    secret: str | None = None if found is None else orjson.loads(found).get("client_secret")
    return secret


async def end_lease(connection: AsyncConnection, sync: Sync, values: Mapping[str, object]) -> None:
    """Store the result of a run and let other processes run the sync."""
    mine = (table.c.shop_id == sync.shop_id) & (table.c.worker == sync.worker)
    await connection.execute(update(table).where(mine).values(worker=None, leased_until=None, **values))


def _is_free(now: int) -> ColumnElement[bool]:
    return or_(table.c.worker.is_(None), table.c.leased_until <= now)


def _from_row(row: Row) -> Sync:
    values = dict(row)
    values["credentials"], values["state"] = orjson.loads(row["credentials"]), orjson.loads(row["state"])
    return Sync(**values)


async def lag_of_syncs(connection: AsyncConnection, now: int) -> int:
    """By how many microseconds the next run of the latest sync is late; 0 if none is. A sync that runs now is not
    late."""
    waits = or_(table.c.leased_until.is_(None), table.c.leased_until <= now)
    oldest = (await connection.execute(select(func.min(table.c.next_run_at)).where(waits))).scalar()
    return 0 if oldest is None else max(0, now - oldest)
