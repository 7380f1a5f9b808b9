"""The PostgreSQL store that is filled, and the progress of the copy.

Until the copy is finished, the version of the store starts with `UNFINISHED`, so no server or command opens it. The
table `store_copy` has the last copied key of each table. It is written in the transaction of the rows.
"""

import orjson
from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.engine.locks import MIGRATE
from abandoned_checkouts.store.engine.migrate import UNFINISHED, create_store, known_versions, version_of
from abandoned_checkouts.store.engine.secret_key import VARIABLE, SecretKeyError
from abandoned_checkouts.store.tables import metadata, store_secrets
from abandoned_checkouts.store.tables.encrypted import secret_words

# Not in the tables of a store, because it exists only during a copy.
progress = Table("store_copy", MetaData(), Column("name", Text, primary_key=True), secret_words("value"))
# The row that identifies the source: the value from which its keys are derived. Other names are those of tables.
_SOURCE = "/source"


def begin_copy(connection: Connection, source: str) -> dict[str, list[object]]:
    """Prepare a new copy, or continue one. Returns the last copied key of each table; an empty list if it is finished.

    `source` identifies the store that is copied. Raises StoreError and OtherStoreError if the database has other data.
    """
    connection.execute(select(func.pg_advisory_xact_lock(MIGRATE)))
    version, newest = version_of(connection), known_versions()[-1]
    if version == f"{UNFINISHED}{newest}":
        return _continued(connection, source)
    if version is None:
        create_store(connection, newest)
    elif version != newest:
        raise StoreError(
            f"the database of --to has a store of version {version}, and this program copies version {newest}; "
            "use an empty database"
        )
    _check_empty(connection)
    # An empty store that was opened once has a random value for its derived keys. The copy gets that of the source.
    connection.execute(delete(store_secrets))
    _set_version(connection, f"{UNFINISHED}{newest}")
    progress.create(connection)
    connection.execute(insert(progress).values(name=_SOURCE, value=source))
    return {}


def _continued(connection: Connection, source: str) -> dict[str, list[object]]:
    try:
        known = {row.name: row.value for row in connection.execute(select(progress))}
    except SecretKeyError:
        raise StoreError(f"{VARIABLE} is not the key with which this copy began; set it to that key") from None
    if known.pop(_SOURCE) != source:
        raise StoreError("the database of --to has an unfinished copy of another store; use an empty database")
    return {name: orjson.loads(value) for name, value in known.items()}


def _check_empty(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if table is not store_secrets and connection.execute(select(table.c[0]).limit(1)).first() is not None:
            raise StoreError(f"the database of --to already has data (in the table {table.name}); use an empty one")


async def keep_progress(connection: AsyncConnection, name: str, key: list[object]) -> None:
    """Store the last copied key of a table, or an empty list if it is finished."""
    value = orjson.dumps(key).decode()
    changed = await connection.execute(update(progress).where(progress.c.name == name).values(value=value))
    if not changed.rowcount:
        await connection.execute(insert(progress).values(name=name, value=value))


def finish_copy(connection: Connection, numbering: dict[str, int]) -> None:
    """Let each sequence continue after the greatest number of its table, and make the store usable.

    `numbering` has the last number that the source assigned in each table.
    """
    for table in metadata.sorted_tables:
        if "id" not in table.primary_key.columns:
            continue
        sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar()
        if sequence is None:
            continue  # Its ids are given by the program, or are texts.
        greatest = connection.execute(select(func.max(table.c.id))).scalar()
        last = max(greatest or 0, numbering.get(table.name, 0))
        if last:
            connection.execute(select(func.setval(sequence, last)))
    progress.drop(connection)
    _set_version(connection, known_versions()[-1])
    # Without statistics, the first searches would read whole tables.
    connection.exec_driver_sql("ANALYZE")


def _set_version(connection: Connection, version: str) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
