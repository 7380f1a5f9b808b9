"""Opens the SQLite store that is copied: alone, unchanged, and only if it has the newest version."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import StaticPool

from abandoned_checkouts.store.engine.address import url_of
from abandoned_checkouts.store.engine.failures import StoreError, reason
from abandoned_checkouts.store.engine.migrate import known_versions, version_of
from abandoned_checkouts.store.engine.new_engine import new_engine
from abandoned_checkouts.store.engine.secret_key import VARIABLE, SecretKeyError, key_file, keys_in, read_key_file
from abandoned_checkouts.store.engine.sqlite_connections import set_up_exclusive_connection
from abandoned_checkouts.store.engine.sqlite_file import UnusableFileError, check_file
from abandoned_checkouts.store.engine.unlock import KeySource, unlock


@asynccontextmanager
async def opened_source(address: str, secret_key: str | None) -> AsyncIterator[AsyncConnection]:
    """A connection in one transaction on the store, while no other process can open it.

    The keys are those of the key file beside the store and of the setting `secret_key`. Raises StoreError if the store
    is not a SQLite file, does not exist, is in use, has another version or another key.
    """
    url = url_of(address)
    file = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        raise StoreError("--from must be the URL of a SQLite file, for example sqlite+aiosqlite:///data/shop.sqlite3")
    engine = new_engine(url, poolclass=StaticPool)
    set_up_exclusive_connection(engine)
    try:
        keys = await asyncio.to_thread(_checked_keys, file, secret_key)
        async with engine.connect() as connection:
            await connection.run_sync(_check_version)
            await connection.run_sync(unlock, keys)
            yield connection
    except OperationalError as problem:
        if "locked" not in str(problem):
            raise
        raise StoreError(
            f"the store {file} is in use; stop its server and other commands, then run the same command again"
        ) from None
    except (SecretKeyError, UnusableFileError) as problem:
        raise StoreError(str(problem)) from None
    except DBAPIError as problem:
        raise StoreError(f"the store {file} cannot be read: {reason(problem)}") from problem
    finally:
        await engine.dispose()


def _checked_keys(file: Path, secret_key: str | None) -> KeySource:
    """Blocks."""
    if not file.exists():
        raise StoreError(f"the store {file} does not exist")
    check_file(file)
    setting = os.environ.get(VARIABLE, "") if secret_key is None else secret_key
    # With the file's keys first, the setting can already be the new key of the copy.
    return KeySource(",".join((*read_key_file(key_file(file)), *keys_in(setting))), file, in_memory=False)


def _check_version(connection: Connection) -> None:
    version, newest = version_of(connection), known_versions()[-1]
    if version == newest:
        return
    if version is None:
        raise StoreError("the file of --from has no store")
    raise StoreError(
        f"the store of --from has version {version}, and this program copies version {newest}; "
        "open it once with this program, for example with `abandoned-checkouts shop list`, which upgrades an older "
        "store"
    )
