"""Writes a small store as SQL, for tests of later programs, which must upgrade it.

    .venv/bin/python -m tests.store.engine.dump_store

It makes stores/VERSION.sqlite.sql and stores/VERSION.postgresql.sql with the newest version. A file is never written
again: once a version is released, its stores are what users have.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import create_mock_engine, select

from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Connection, open_database
from abandoned_checkouts.store.engine.migrate import VERSION_TABLE, known_versions
from abandoned_checkouts.store.flows.flow_steps import schedule_step
from abandoned_checkouts.store.outbox.deliveries import add_deliveries
from abandoned_checkouts.store.privacy.erasure_requests import add_erasure_request
from abandoned_checkouts.store.tables import abandoned_checkouts, events, metadata
from abandoned_checkouts.store.tables.database_specific import DATABASE_SPECIFIC
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.work.abandon_due import abandon_due
from tests.databases import Databases
from tests.intake.messages import START, checkout

STORES = Path(__file__).parent / "stores"
DOMAIN, TOKEN = "acme.myshopify.com", "shpat_of_an_older_store"


async def dump(url: str, kind: str) -> str:
    """The SQL of a store with the newest tables and some rows, in the dialect of the database."""
    await _fill(url)
    database = await open_database(url)
    async with database.read() as connection:
        rows = [line for table in metadata.sorted_tables for line in await _inserts(connection, table)]
        rows += await _specific_rows(connection)
    await database.close()
    version = f"INSERT INTO alembic_version (version_num) VALUES ('{known_versions()[-1]}')"
    lines = [*_schema(kind), VERSION_TABLE, version, *rows]
    return "".join(f"{line};\n" for line in lines)


async def _fill(url: str) -> None:
    database = await open_database(url)
    async with database.begin() as connection:
        shop = await create_shop(connection, DOMAIN, now=START, secret="secret", uuid=f"{1:032x}")
        await issue_token(connection, shop, ["read_orders"], now=START, token=TOKEN)
        line = {"title": "Blue teapot", "quantity": 2, "price": "19.50", "sku": "POT-1", "key": "k1"}
        for token in ("t1", "t2"):
            source = checkout(token, line_items=[line], note="Zoë's present; don't ring")
            await take_checkout(connection, shop, checkout_from_rest(source, zone="UTC"), START)
    await abandon_due(database, START + 3_600_000_000)
    async with database.begin() as connection:
        await take_checkout(connection, shop, checkout_from_rest(checkout("t3"), zone="UTC"), START + 3_600_000_000)
        ids = (await connection.execute(select(abandoned_checkouts.c.id))).scalars().all()
        [event_id, *_] = (await connection.execute(select(events.c.id).order_by(events.c.id))).scalars()
        texts = {name: name for name in ("subject", "webhook_id", "address", "headers", "body", "body_hash")}
        delivery: dict[str, Any] = {"shop_id": shop.id, "event_id": event_id, "subscription_id": 1, "created_at": START}
        await add_deliveries(connection, [{**delivery, **texts, "dialect": "own", "topic": "checkout_created"}])
        step: dict[str, Any] = {"flow_id": 1, "checkout_id": ids[0], "position": 0, "action": "send_email"}
        await schedule_step(connection, shop, **step, due_at=START, now=START)
        await add_erasure_request(connection, shop, customer_id=9001, email=None, now=START)
    await database.close()


def _schema(kind: str) -> list[str]:
    statements: list[str] = []

    def keep(statement: Any, *_values: Any, **_options: Any) -> None:
        text = str(statement.compile(dialect=engine.dialect)).strip()
        statements.append("\n".join(line.rstrip() for line in text.replace("\t", "    ").splitlines()))

    engine = create_mock_engine(f"{kind}+{'aiosqlite' if kind == 'sqlite' else 'asyncpg'}://", keep)
    metadata.create_all(engine, checkfirst=False)
    return [*statements, *DATABASE_SPECIFIC[kind]]


async def _inserts(connection: Connection, table: Any) -> list[str]:
    rows = (await connection.execute(select(table))).mappings().all()
    return [_insert(table.name, dict(row), connection.dialect.name) for row in rows]


async def _specific_rows(connection: Connection) -> list[str]:
    """The rows of the tables that SQLAlchemy does not know, and the last numbers."""
    if connection.dialect.name == "sqlite":
        tables = {"checkout_text": "rowid, tokens", "numbering": "*"}
    else:
        tables = {"checkout_text": "shop_id, document_id, CAST(tokens AS TEXT) AS tokens"}
    found = []
    for table, columns in tables.items():
        rows = (await connection.exec_driver_sql(f"SELECT {columns} FROM {table}")).mappings().all()
        found += [_insert(table, dict(row), connection.dialect.name) for row in rows]
    if connection.dialect.name == "postgresql":
        sequences = await connection.exec_driver_sql(
            "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL ORDER BY sequencename"
        )
        found += [f"SELECT setval('{name}', {value})" for name, value in sequences]
    return found


def _insert(table: str, row: dict[Any, Any], kind: str) -> str:
    names = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(_literal(value, kind) for value in row.values())})"


def _literal(value: Any, kind: str) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value)) if kind == "sqlite" else str(value).upper()
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        for kind in ("sqlite", "postgresql"):
            file = STORES / f"{known_versions()[-1]}.{kind}.sql"
            with file.open("x") as opened:
                opened.write(await dump(databases.new(kind), kind))
        databases.close()


if __name__ == "__main__":
    asyncio.run(main())
