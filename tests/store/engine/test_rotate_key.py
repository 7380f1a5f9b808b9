"""Changing the key: everything is encrypted with the new one, on each database, and a key file is replaced."""

from pathlib import Path

import pytest
from sqlalchemy import Text, select, type_coerce

from abandoned_checkouts.store.engine import rotate_key as module
from abandoned_checkouts.store.engine.database import Database, StoreError, open_database
from abandoned_checkouts.store.engine.encrypted_rows import encrypted_columns
from abandoned_checkouts.store.engine.rotate_key import rotate_key
from abandoned_checkouts.store.engine.secret_key import VARIABLE, SecretKey, SecretKeyError, key_file, read_key_file
from abandoned_checkouts.store.outbox.subscriptions import add_subscription, list_subscriptions
from abandoned_checkouts.store.tenants.installations import installations_on
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop, register_app
from tests.databases import Databases

OLD, NEW = "o" * 32, "n" * 32
DOMAIN, NOW = "acme.myshopify.com", 1_790_000_000_000_000


async def fill(database: Database) -> None:
    async with database.begin() as connection:
        shop = await create_shop(connection, DOMAIN, now=NOW, secret="of the shop")
        await register_app(connection, shop, now=NOW, title="App", client_secret="of the app")
        await add_subscription(connection, shop, "own", "x", "https://a.example", secret="of the hook", now=NOW)


async def secrets_of(database: Database) -> list[str]:
    async with database.read() as connection:
        shop = await find_shop(connection, DOMAIN)
        assert shop is not None
        apps = [app.client_secret for app in await installations_on(connection, shop)]
        return [shop.secret, *apps, *[each.secret for each in await list_subscriptions(connection, shop.id)]]


async def test_every_secret_gets_the_new_key(databases: Databases, database_kind: str) -> None:
    url = databases.blank(database_kind)
    database = await open_database(url, secret_key=OLD)
    await fill(database)
    derived = database.secret_key.derive("pairs")
    with pytest.raises(SecretKeyError, match="has one key; set it to NEW,OLD for this command"):
        await rotate_key(database, NOW)
    await database.close()
    database = await open_database(url, secret_key=f"{NEW},{OLD}")
    assert await rotate_key(database, NOW) == 5
    await database.close()
    with pytest.raises(StoreError, match="is not the key of this store"):
        await open_database(url, secret_key=OLD)
    database = await open_database(url, secret_key=NEW)
    assert await secrets_of(database) == ["of the shop", "of the app", "of the hook"]
    assert database.secret_key.derive("pairs") == derived
    async with database.read() as connection:
        for column in encrypted_columns():
            for (text,) in await connection.execute(select(type_coerce(column, Text))):
                SecretKey([NEW]).decrypt(text)
    await database.close()


async def test_a_key_file_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    file = tmp_path / "store.sqlite3"
    database = await open_database(f"sqlite+aiosqlite:///{file}")
    await fill(database)
    [before] = read_key_file(key_file(file))
    await rotate_key(database, NOW)
    await database.close()
    [after] = read_key_file(key_file(file))
    assert after != before
    database = await open_database(f"sqlite+aiosqlite:///{file}")
    assert await secrets_of(database) == ["of the shop", "of the app", "of the hook"]
    await database.close()


async def test_an_interrupted_change_of_a_key_file_leaves_a_store_that_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    file = tmp_path / "store.sqlite3"
    database = await open_database(f"sqlite+aiosqlite:///{file}")
    await fill(database)

    def fail(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "encrypt_again", fail)
        with pytest.raises(KeyboardInterrupt):
            await rotate_key(database, NOW)
    await database.close()
    database = await open_database(f"sqlite+aiosqlite:///{file}")
    assert (await secrets_of(database))[0] == "of the shop"
    assert len(database.secret_key.keys) == 2
    await database.close()
