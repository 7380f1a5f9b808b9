"""A bulk write of documents changes the settings of the index only while it runs, and its segments are merged."""

from collections.abc import AsyncIterator

import pytest

from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.search.full_text import index_documents
from abandoned_checkouts.store.search.many_documents import many_documents, merge_documents

BATCHES, SIZE = 9, 5


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    database = await open_database(sqlite_url)
    yield database
    await database.close()


async def value(database: Database, statement: str) -> object:
    async with database.read() as connection:
        return (await connection.exec_driver_sql(statement)).scalar()


async def found(database: Database, word: str) -> object:
    return await value(database, f"SELECT count(*) FROM checkout_text WHERE checkout_text MATCH '{word}'")


SEGMENTS = "SELECT count(DISTINCT segid) FROM checkout_text_idx"
OPTIONS = "SELECT group_concat(k || ' ' || v) FROM (SELECT k, v FROM checkout_text_config ORDER BY k)"
USUAL = "automerge 4,hashsize 8388608,version 4"


async def fill(database: Database) -> None:
    for batch in range(BATCHES):
        async with database.begin() as connection, many_documents(connection):
            documents = [(batch * SIZE + place + 1, f"common batch{batch}") for place in range(SIZE)]
            await index_documents(connection, 1, documents)


async def fail(database: Database) -> None:
    async with database.begin() as connection, many_documents(connection):
        await index_documents(connection, 1, [(1000, "never")])
        raise RuntimeError


@pytest.mark.anyio
async def test_segments_are_merged_after_the_batches(sqlite: Database) -> None:
    await fill(sqlite)
    # With the usual setting, the batches would be merged while they are written.
    assert await value(sqlite, SEGMENTS) == BATCHES
    assert await merge_documents(sqlite, 1_000_000) > 0
    assert await value(sqlite, SEGMENTS) == 1
    assert (await found(sqlite, "common"), await found(sqlite, "batch3")) == (BATCHES * SIZE, SIZE)


@pytest.mark.anyio
async def test_few_documents_are_left_to_later_writes(sqlite: Database) -> None:
    await fill(sqlite)
    assert await merge_documents(sqlite, BATCHES * SIZE) == 0
    assert await value(sqlite, SEGMENTS) == BATCHES


@pytest.mark.anyio
async def test_settings_return_with_the_transaction(sqlite: Database) -> None:
    await fill(sqlite)
    assert await value(sqlite, OPTIONS) == USUAL
    with pytest.raises(RuntimeError):
        await fail(sqlite)
    assert await value(sqlite, OPTIONS) == USUAL
    assert await found(sqlite, "never") == 0


@pytest.mark.anyio
async def test_postgresql_has_no_segments(store: Database) -> None:
    async with store.begin() as connection, many_documents(connection):
        await index_documents(connection, 1, [(1, "common")])
    if not store.is_sqlite:
        assert await merge_documents(store, 1_000_000) == 0
