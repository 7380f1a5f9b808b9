"""Copies a SQLite store to PostgreSQL. After an interruption, the same call continues where it was interrupted."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Table, func, insert, select, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from abandoned_checkouts.store.engine.address import url_of
from abandoned_checkouts.store.engine.audit_log import OF_STORE, AuditAction, record
from abandoned_checkouts.store.engine.failures import StoreError, failures_as_store_errors, is_of_the_store, reason
from abandoned_checkouts.store.engine.migrate import OtherStoreError
from abandoned_checkouts.store.engine.new_engine import new_engine
from abandoned_checkouts.store.engine.secret_key import SecretKeyError
from abandoned_checkouts.store.engine.unlock import DERIVATION, KeySource
from abandoned_checkouts.store.moving import documents
from abandoned_checkouts.store.moving.digests import digest_of_table
from abandoned_checkouts.store.moving.source import opened_source
from abandoned_checkouts.store.moving.target import begin_copy, finish_copy, keep_progress
from abandoned_checkouts.store.tables import abandoned_checkouts, metadata, store_secrets
from abandoned_checkouts.store.tables.encrypted import ciphers

BATCH = 1000
# Receives what is done, for example "events", the number of rows done and the total.
Advance = Callable[[str, int, int], None]


async def copy_store(
    source: str, target: str, now: int, advance: Advance, *, secret_key: str | None = None
) -> dict[str, int]:
    """Copy every row of the SQLite store at `source` to the PostgreSQL database at `target`, and compare both.

    Returns the number of rows by table. `secret_key` is the setting: its first key encrypts the secrets of the copy.
    Raises StoreError; the message says what to do. The copy can be used only after this function has returned.
    """
    async with _opened_target(target, secret_key) as engine, opened_source(source, secret_key) as reader:
        derivation = (
            await reader.execute(select(store_secrets.c.value).where(store_secrets.c.name == DERIVATION))
        ).one()
        async with engine.begin() as connection:
            known = await connection.run_sync(begin_copy, derivation.value)
        for table in metadata.sorted_tables:
            after = known.get(table.name)
            if after != []:
                await _copy_table(reader, engine, table, after, advance)
        counts = await _compare(reader, engine, advance)
        numbering = {row.table_name: row.last for row in await reader.exec_driver_sql("SELECT * FROM numbering")}
        async with engine.begin() as connection:
            await connection.run_sync(finish_copy, numbering)
            await record(connection, OF_STORE, AuditAction.STORE_COPIED, f"{sum(counts.values())} rows", now)
    return counts


@asynccontextmanager
async def _opened_target(address: str, secret_key: str | None) -> AsyncIterator[AsyncEngine]:
    url = url_of(address)
    if url.get_backend_name() != "postgresql":
        raise StoreError("--to must be the URL of a PostgreSQL database: postgresql+asyncpg://USER:PASSWORD@HOST/NAME")
    try:
        key = KeySource(secret_key, None, in_memory=False).key_of_new_store()
    except SecretKeyError as problem:
        raise StoreError(str(problem)) from None
    engine = new_engine(url)
    ciphers[engine.dialect] = key
    try:
        with failures_as_store_errors(url):
            yield engine
    except OtherStoreError as problem:
        raise StoreError(str(problem)) from None
    finally:
        await engine.dispose()


async def _copy_table(
    reader: AsyncConnection, engine: AsyncEngine, table: Table, after: list[object] | None, advance: Advance
) -> None:
    """Copy the rows whose key is greater than `after`, in batches; each batch is one transaction with its progress."""
    key = tuple_(*table.primary_key.columns)
    remaining = select(func.count()).select_from(table)
    if after is not None:
        remaining = remaining.where(key > tuple_(*after))
    total = (await reader.execute(remaining)).scalar_one()
    place = [column.name for column in table.primary_key.columns]
    done = 0
    while True:
        statement = select(table).order_by(*table.primary_key.columns).limit(BATCH)
        if after is not None:
            statement = statement.where(key > tuple_(*after))
        rows = [dict(row) for row in (await reader.execute(statement)).mappings()]
        after = [rows[-1][name] for name in place] if len(rows) == BATCH else []
        try:
            async with engine.begin() as connection:
                if rows:
                    await connection.execute(insert(table), rows)
                if table is abandoned_checkouts:
                    await documents.copy_documents(reader, connection, rows)
                await keep_progress(connection, table.name, after)
        except DBAPIError as problem:
            if is_of_the_store(problem):
                raise
            raise StoreError(f"PostgreSQL refuses rows of the table {table.name}: {reason(problem)[:300]}") from problem
        done += len(rows)
        advance(table.name, done, total)
        if not after:
            return


async def _compare(reader: AsyncConnection, engine: AsyncEngine, advance: Advance) -> dict[str, int]:
    """The number of rows of each table, after comparing the digests of both sides. Raises StoreError."""
    counts: dict[str, int] = {}
    different: list[str] = []
    names = [*(table.name for table in metadata.sorted_tables), documents.NAME]
    async with engine.connect() as connection:
        for place, name in enumerate(names, 1):
            sides = []
            for side in (reader, connection):
                if name == documents.NAME:
                    sides.append(await documents.digest_of_documents(side))
                else:
                    sides.append(await digest_of_table(side, metadata.tables[name]))
            counts[name] = sides[0].rows
            if sides[0] != sides[1]:
                different.append(f"{name} ({sides[0].rows} rows, in the copy {sides[1].rows})")
            advance("comparing tables", place, len(names))
    if different:
        raise StoreError(
            f"the copy differs from the store in {', '.join(different)}: one of them was changed after the copy began; "
            "empty the database of --to and run the same command again"
        )
    return counts
