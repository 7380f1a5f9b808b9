"""The change feed: which checkouts and customers changed, and who was erased, in the order of positions.

Only the last change of a record is kept, because a reader loads the record as it is now. Deletions and erasures are
kept permanently.

A reader that has read up to a position must never find an earlier one later. On SQLite, positions are committed in
their order, because there is one writer at a time. On PostgreSQL, a transaction can commit a lower position after
another has committed a higher one. So each writer first publishes, as a shared advisory lock, a position that is lower
than all it will take; the lock ends with the commit. A reader stops before the lowest published position. Nobody waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import orjson
from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.numbering import insert_numbered_rows
from abandoned_checkouts.store.engine.rows import Row, RowValues
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.engine.stored_numbers import as_json
from abandoned_checkouts.store.outbox.id_ranges import add_id_ranges
from abandoned_checkouts.store.tables import record_changes

ChangedKind = Literal["checkout", "customer"]

_COLUMNS = ("shop_id", "kind", "record_id", "is_deleted", "changed_at", "hashes")
_DELETE = delete(record_changes).where(
    record_changes.c.shop_id == bindparam("shop_id"),
    record_changes.c.kind == bindparam("kind"),
    record_changes.c.record_id.in_(bindparam("numbers", expanding=True)),
)
# The same for many numbers on SQLite: as one parameter, they take less time.
_MANY = 100
_DELETE_MANY = (
    "DELETE FROM record_changes WHERE shop_id = ? AND kind = ? AND record_id IN (SELECT value FROM json_each(?))"
)
# The first key of the advisory locks. No other lock of the store has two keys.
_LOCKS = 7_261_306
# The second key has 31 bits of the position.
_BITS = (1 << 31) - 1
_LAST = "SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM record_changes_id_seq"
# Set within a transaction that has published a position. A transaction publishes once, so it holds one lock.
_PUBLISHED = "abandoned_checkouts.published_position"


async def note_changed(
    connection: AsyncConnection,
    shop_id: int,
    kind: ChangedKind,
    numbers: Sequence[int],
    now: int,
    *,
    are_deleted: bool = False,
) -> None:
    """Add the change of these records, in the transaction that writes them. Call it after the rows are locked, and
    after new checkouts are written."""
    await _note(connection, shop_id, kind, dict.fromkeys(sorted(set(numbers)), now), are_deleted)


async def note_written(
    connection: AsyncConnection, shop_id: int, kind: ChangedKind, groups: Iterable[Sequence[tuple[int, int]]]
) -> None:
    """The same for groups of records that were written: their numbers, and the times of their changes. All records of a
    group get its latest time."""
    times: dict[int, int] = {}
    for group in groups:
        latest = max((moment for _, moment in group), default=0)
        for number in sorted({number for number, _ in group}):
            # Only the last change of a record is kept, so it must be in its place.
            times.pop(number, None)
            times[number] = latest
    await _note(connection, shop_id, kind, times, False)


async def _note(
    connection: AsyncConnection, shop_id: int, kind: ChangedKind, times: Mapping[int, int], are_deleted: bool
) -> None:
    if not times:
        return
    numbers = list(times)
    if connection.dialect.name == "sqlite" and len(numbers) >= _MANY:
        await connection.exec_driver_sql(_DELETE_MANY, (shop_id, kind, as_json(numbers)))
    else:
        for part in chunks(numbers):
            await connection.execute(_DELETE, {"shop_id": shop_id, "kind": kind, "numbers": part})
    await _insert(connection, [(shop_id, kind, number, are_deleted, now, "[]") for number, now in times.items()])
    # Also for customers: searches read the feed from the position of the ranges.
    await add_id_ranges(connection, shop_id, numbers)


async def note_erased(connection: AsyncConnection, shop_id: int, hashes: Sequence[str], now: int) -> None:
    """Add the erasure of a person with these hashes (store/privacy/person_hashes)."""
    await _insert(connection, [(shop_id, "erasure", 0, False, now, orjson.dumps(sorted(hashes)).decode())])


async def changes_after(connection: AsyncConnection, shop_id: int, position: int, limit: int) -> list[Row]:
    """The next changes of a shop after this position, in their order."""
    table = record_changes
    statement = select(table).where(table.c.shop_id == shop_id, table.c.id > position)
    if connection.dialect.name == "postgresql":
        statement = statement.where(table.c.id <= await _complete_position(connection))
    return [dict(row) for row in (await connection.execute(statement.order_by(table.c.id).limit(limit))).mappings()]


async def _insert(connection: AsyncConnection, rows: Sequence[RowValues]) -> None:
    if connection.dialect.name == "postgresql":
        await _publish(connection)
    await insert_numbered_rows(connection, record_changes, _COLUMNS, rows)


async def _publish(connection: AsyncConnection) -> None:
    published = await connection.execute(text(f"SELECT current_setting('{_PUBLISHED}', true)"))
    if published.scalar():
        return
    last = (await connection.execute(text(_LAST))).scalar_one()
    await connection.execute(
        text(
            "SELECT pg_advisory_xact_lock_shared(CAST(:first AS int), CAST(:second AS int)), "
            f"set_config('{_PUBLISHED}', 'yes', true)"
        ),
        {"first": _LOCKS, "second": last & _BITS},
    )


async def _complete_position(connection: AsyncConnection) -> int:
    """All positions up to this one are committed or will never be used.

    The last position is read before the locks. So a writer whose lock is missing takes its positions after it.
    """
    last: int = (await connection.execute(text(_LAST))).scalar_one()
    locks = await connection.execute(
        text(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = :first AND objsubid = 2 "
            "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
        {"first": _LOCKS},
    )
    behind = [(last - low) & _BITS for low in locks.scalars()]
    # A difference of more than half is that of a writer that began after `last` was read.
    return last - max((each for each in behind if each <= _BITS // 2), default=0)
