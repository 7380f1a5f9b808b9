"""Counts and sums over a whole list."""

from collections.abc import Sequence

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.reading.pages import Listing
from abandoned_checkouts.store.tables import metadata


async def sums_of(connection: AsyncConnection, listing: Listing, columns: Sequence[str]) -> tuple[int, list[int]]:
    """The number of rows of a list, and the sum of each of these columns."""
    table = metadata.tables[listing.table]
    sums = [func.coalesce(func.sum(table.c[name]), 0) for name in columns]
    statement = (
        select(func.count(literal_column("1")), *sums)
        .select_from(table if listing.joined is None else listing.joined)
        .where(table.c.shop_id == listing.shop_id, *listing.conditions)
    )
    count, *amounts = (await connection.execute(statement)).one()
    return int(count), [int(amount) for amount in amounts]
