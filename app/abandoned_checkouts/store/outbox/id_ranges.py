"""Adds changed checkouts to the ranges of ids by time (see store/tables/id_ranges), on SQLite."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.tables.id_ranges import CHANGED_SINCE, PART

# About this number of changes are added at once, so one of them costs 2 to 4 µs. It is a prime, because ids of
# platforms can have a common divisor.
_AT_ONCE = 251
_ADD = (
    "INSERT INTO checkout_id_ranges (shop_id, part, first_id, last_id) "
    f"SELECT :page_shop, abandoned_checkouts.created_at / {PART} AS part, min(abandoned_checkouts.id), "
    f"max(abandoned_checkouts.id) FROM {CHANGED_SINCE} GROUP BY part ON CONFLICT (shop_id, part) DO UPDATE SET "
    "first_id = min(first_id, excluded.first_id), last_id = max(last_id, excluded.last_id)"
)
_UNTIL = (
    "INSERT INTO checkout_id_ranges_until (shop_id, position) "
    "SELECT shop_id, id FROM record_changes WHERE shop_id = :page_shop ORDER BY id DESC LIMIT 1 "
    "ON CONFLICT (shop_id) DO UPDATE SET position = excluded.position"
)


async def add_id_ranges(connection: AsyncConnection, shop_id: int, numbers: Sequence[int]) -> None:
    """Call it with the numbers of changed checkouts or customers, after they are in the change feed and all checkouts
    in the feed are written. Most calls with few numbers do nothing."""
    if len(numbers) < _AT_ONCE and all(number % _AT_ONCE for number in numbers):
        return
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql(_ADD, {"page_shop": shop_id})
        await connection.exec_driver_sql(_UNTIL, {"page_shop": shop_id})
