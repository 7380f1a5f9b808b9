"""Functions run on the thread of SQLite's driver, with the same results as statement by statement."""

import asyncio
import threading
from contextvars import ContextVar

import pytest
from sqlalchemy import select, text

from abandoned_checkouts.store.engine.database import Connection, Database, StoreError, open_database
from abandoned_checkouts.store.engine.driver_thread import is_in_event_loop
from abandoned_checkouts.store.tables import apps
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop, register_app

NOW = 1_790_000_000_000_000
DOMAIN = "acme.myshopify.com"


async def create(connection: Connection) -> None:
    await create_shop(connection, DOMAIN, now=NOW)


async def name(connection: Connection) -> str | None:
    shop = await find_shop(connection, DOMAIN)
    return None if shop is None else shop.domain


async def test_fetch_reads_what_is_committed(store: Database) -> None:
    assert await store.fetch(name) is None
    await store.write(create)
    assert await store.fetch(name) == DOMAIN


async def test_many_fetch_while_another_transaction_writes(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    async with database.begin() as connection:
        await create(connection)
        assert await asyncio.gather(*(database.fetch(name) for _ in range(10))) == [None] * 10
    assert await asyncio.gather(*(database.fetch(name) for _ in range(10))) == [DOMAIN] * 10
    await database.close()


async def test_all_statements_of_a_fetch_read_one_snapshot(sqlite_url: str) -> None:
    database, other = await open_database(sqlite_url), await open_database(sqlite_url)

    async def twice(connection: Connection) -> list[str | None]:
        before = await name(connection)
        # This thread has no event loop, so another one can run the other writer.
        asyncio.run_coroutine_threadsafe(other.write(create), loop).result(10)
        return [before, await name(connection)]

    loop = asyncio.get_running_loop()
    assert await database.fetch(twice) == [None, None]
    assert await database.fetch(name) == DOMAIN
    await other.close()
    await database.close()


async def test_a_long_report_holds_up_neither_the_event_loop_nor_a_fetch(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    fetched = threading.Event()

    async def report(connection: Connection) -> bool:
        assert await name(connection) is None and not is_in_event_loop()
        return fetched.wait(10)

    reading = asyncio.create_task(database.read_report(report))
    assert await database.fetch(name) is None
    fetched.set()
    assert await reading
    await database.close()


async def test_fetch_cannot_write_to_a_file(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    with pytest.raises(StoreError, match="readonly"):
        await database.fetch(create)
    assert await database.fetch(name) is None
    await database.close()


async def test_secrets_are_encrypted_as_in_other_transactions(sqlite_url: str) -> None:
    database, secret = await open_database(sqlite_url), "shpss_known"

    async def register(connection: Connection) -> None:
        shop = await create_shop(connection, DOMAIN, now=NOW)
        await register_app(connection, shop, title="App", now=NOW, client_secret=secret)

    async def raw(connection: Connection) -> str:
        return str((await connection.execute(text("SELECT client_secret FROM apps"))).scalar_one())

    async def clear(connection: Connection) -> str:
        return str((await connection.execute(select(apps.c.client_secret))).scalar_one())

    await database.write(register)
    assert secret not in await database.fetch(raw)
    assert await database.fetch(clear) == secret
    async with database.read() as connection:
        assert await clear(connection) == secret
    await database.close()


async def test_a_transaction_sees_the_context_of_its_request(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    variable: ContextVar[int] = ContextVar("variable", default=0)

    async def read(_: Connection) -> int:
        assert not is_in_event_loop()
        return variable.get()

    async def request(number: int) -> int:
        variable.set(number)
        return await database.write(read)

    assert await asyncio.gather(*map(request, range(5))) == list(range(5))
    assert is_in_event_loop()
    await database.close()
