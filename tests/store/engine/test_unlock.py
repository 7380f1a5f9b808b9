"""Opening a store with its key, without one, and with another one: a refusal changes nothing."""

import asyncio
import re
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from abandoned_checkouts.store.engine.database import StoreError, open_database
from abandoned_checkouts.store.engine.secret_key import VARIABLE, key_file
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop
from tests.databases import Databases
from tests.store.engine.dump_store import DOMAIN, STORES

KEY, OTHER = "k" * 40, "other" * 8
SECRET = "clear-text-of-the-shop-secret"
NOW = 1_790_000_000_000_000


async def filled(url: str, key: str | None = None) -> None:
    database = await open_database(url, secret_key=key)
    async with database.begin() as connection:
        await create_shop(connection, DOMAIN, now=NOW, secret=SECRET)
    await database.close()


async def secret_in(url: str, key: str | None = None) -> str:
    database = await open_database(url, secret_key=key)
    async with database.read() as connection:
        shop = await find_shop(connection, DOMAIN)
    await database.close()
    assert shop is not None
    return shop.secret


async def refusal(url: str, key: str | None = None) -> str:
    with pytest.raises(StoreError) as refused:
        await open_database(url, secret_key=key)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a SQLite store can be, without a key in the environment."""
    monkeypatch.delenv(VARIABLE)
    return tmp_path / "store.sqlite3"


def content(file: Path) -> bytes:
    return file.read_bytes()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def test_a_new_sqlite_store_gets_a_key_file(file: Path) -> None:
    await filled(url_of(file))
    assert stat.S_IMODE(key_file(file).stat().st_mode) == 0o600
    assert await secret_in(url_of(file)) == SECRET
    assert SECRET.encode() not in content(file)
    assert content(key_file(file)).strip() not in content(file)


async def test_with_the_setting_there_is_no_key_file(file: Path) -> None:
    await filled(url_of(file), KEY)
    assert not key_file(file).exists()
    assert await secret_in(url_of(file), KEY) == SECRET


@pytest.mark.parametrize(
    ("key", "reported"),
    [
        (None, r"the secret key of the store is missing: there is no file .*-secret-key; restore that file, or set"),
        (OTHER, r"is not the key of this store; set it to the key with which the store was created$"),
        ("short", r"a key in ABANDONED_CHECKOUTS_SECRET_KEY has 5 characters; use at least 32"),
        (f"{OTHER},short", "has 5 characters"),
    ],
)
async def test_a_missing_or_wrong_key_changes_nothing(file: Path, key: str | None, reported: str) -> None:
    await filled(url_of(file), KEY)
    before = contents(file.parent)
    assert re.search(reported, await refusal(url_of(file), key))
    assert contents(file.parent) == before
    assert await secret_in(url_of(file), KEY) == SECRET


async def test_a_wrong_key_file_is_named(file: Path) -> None:
    await filled(url_of(file))
    kept = key_file(file).read_text()
    key_file(file).write_text(OTHER)
    assert f"{key_file(file)} does not have the key of this store" in await refusal(url_of(file))
    key_file(file).write_text(kept)
    assert "NEW,OLD, where OLD is the key in the file" in await refusal(url_of(file), OTHER)
    assert await secret_in(url_of(file), f"{OTHER},{kept}") == SECRET


async def test_a_copy_of_the_file_alone_does_not_open(file: Path) -> None:
    await filled(url_of(file))
    copy = file.with_name("copy.sqlite3")
    shutil.copyfile(file, copy)
    assert "copy.sqlite3-secret-key; restore that file" in await refusal(url_of(copy))


async def test_several_processes_open_a_new_store_at_once(file: Path) -> None:
    opened = await asyncio.gather(*(open_database(url_of(file)) for _ in range(4)))
    assert len({database.secret_key.derive("x") for database in opened}) == 1
    for database in opened:
        await database.close()


async def test_a_store_in_memory_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    database = await open_database("sqlite+aiosqlite://")
    async with database.begin() as connection:
        await create_shop(connection, DOMAIN, now=NOW, secret=SECRET)
        shop = await find_shop(connection, DOMAIN)
    assert shop is not None
    assert shop.secret == SECRET
    await database.close()


async def test_postgresql_needs_the_setting(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    url = databases.blank("postgresql")
    monkeypatch.delenv(VARIABLE)
    assert f"needs the setting {VARIABLE}, which encrypts its secrets: generate one with" in await refusal(url)
    await filled(url, KEY)
    assert "is not the key of this store" in await refusal(url, OTHER)
    assert await secret_in(url, KEY) == SECRET


def raw_secrets(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [text for row in connection.execute("SELECT secret, settings FROM shops") for text in row]


async def test_an_older_stores_secrets_are_encrypted_and_overwritten(file: Path) -> None:
    script = STORES / "0002.sqlite.sql"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script.read_text())
        connection.execute("UPDATE shops SET secret = ?", (SECRET,))
        connection.commit()
    assert SECRET.encode() in content(file)
    assert await secret_in(url_of(file)) == SECRET
    assert not any(SECRET.encode() in part for part in contents(file.parent).values())
    assert all(text.startswith("gAAAA") for text in raw_secrets(file))


async def test_a_refused_upgrade_leaves_an_older_store(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((STORES / "0002.sqlite.sql").read_text())
    before = content(file)
    assert "has 5 characters" in await refusal(url_of(file), "short")
    assert content(file) == before
