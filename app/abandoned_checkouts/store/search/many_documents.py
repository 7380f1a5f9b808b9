"""Adds many documents to SQLite's full-text index, and merges its segments afterwards. PostgreSQL needs neither.

FTS5 sorts the words of new documents in memory and writes them as a segment. A small buffer fits the processor's cache,
so sorting takes half the time. It makes more segments: merging up to 16 at once instead of 4 merges each word less
often. Searches read all segments, so `merge_documents` reduces their number in the end. Measured for 50,000 checkouts
of three lines: 26 µs of CPU each and 7 µs for merging, instead of 48 µs.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.statements import written_so_far

# The size of the buffer in bytes, and the number of segments of a level that are merged: for many documents, and usual
# (see store/tables/database_specific).
_MANY = {"hashsize": 1 << 20, "automerge": 16}
_USUAL = {"hashsize": 8 << 20, "automerge": 4}
# A step of a merge writes this number of pages of 4 KB, in a transaction of about 40 ms. It merges at least this number
# of documents.
_PAGES, _DOCUMENTS = 1_000, 2_000


@asynccontextmanager
async def many_documents(connection: AsyncConnection) -> AsyncIterator[None]:
    """While the block runs, adding documents is faster. The usual settings are restored in the same transaction, so
    they also return if it is rolled back or the process is killed."""
    if connection.dialect.name != "sqlite":
        yield
        return
    for option, value in _MANY.items():
        await _set(connection, option, value)
    yield
    for option, value in _USUAL.items():
        await _set(connection, option, value)


async def merge_documents(database: Database, added: int) -> int:
    """Merge segments after documents were added, in short transactions. Returns the number of transactions.

    `added` is the number of documents. It limits the work, so that a small import into a large store does not merge
    all of it; what is left is merged by later writes.
    """
    if not database.is_sqlite:
        return 0
    for step in range(added // _DOCUMENTS):
        async with database.begin() as connection:
            before = await written_so_far(connection)
            await _set(connection, "merge", _PAGES)
            # FTS5 documents a difference of less than 2 as the sign that there was nothing to merge.
            if await written_so_far(connection) - before < 2:
                return step + 1
    return added // _DOCUMENTS


async def _set(connection: AsyncConnection, option: str, value: int) -> None:
    await connection.exec_driver_sql(f"INSERT INTO checkout_text (checkout_text, rank) VALUES ('{option}', {value})")
