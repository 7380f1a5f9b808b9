"""Backs up a store into one file while servers use it, and restores it into an empty place. Its functions block.

SQLite: its backup API (https://www.sqlite.org/backup.html) copies one state of the file. It is copied in one step,
because a copy in several steps starts again after each write of another connection. Readers and writers go on, as the
store has a write-ahead log. PostgreSQL: `pg_dump` and `pg_restore`, which must be installed.

The secret key is not in a backup, and neither are the files of bulk operations.
"""

import asyncio
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from abandoned_checkouts.store.engine.address import url_of
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.engine.sqlite_file import ANY_SIZE, UnusableFileError, check_file


def back_up(address: str, target: Path) -> int:
    """Write the store at a SQLAlchemy URL to a new file, and return its size in bytes.

    The file appears under its name when it is complete and on the disk. Raises StoreError if it exists already, or if
    the store cannot be read.
    """
    url = url_of(address)
    if target.exists():
        raise StoreError(f"{target} exists already; choose another name for the backup")
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        # Only this user can read the file: it contains the data of buyers.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(_file_of(url), part)
        else:
            _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={part}")
        _publish(part, target)
    except OSError as problem:
        raise StoreError(f"the backup {target} cannot be written: {problem.strerror or problem}") from None
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(source: Path, address: str, secret_key: str | None) -> None:
    """Restore a backup to a SQLite file that does not exist, or to an empty PostgreSQL database, and open it once: an
    older backup is upgraded, and the secret key is checked.

    Raises StoreError. A SQLite file that could not be opened is removed again.
    """
    url = url_of(address)
    if not source.is_file():
        raise StoreError(f"the backup {source} does not exist")
    if url.get_backend_name() == "sqlite":
        file = _file_of(url)
        _restore_sqlite(source, file)
        try:
            _open_once(address, secret_key)
        except StoreError:
            for each in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
                each.unlink(missing_ok=True)
            raise
        return
    # In one transaction: an interruption leaves the database as empty as it was.
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run("pg_restore", url, *options, str(source))
    _open_once(address, secret_key)


def _open_once(address: str, secret_key: str | None) -> None:
    async def opened() -> None:
        database = await open_database(address, create=False, secret_key=secret_key)
        await database.close()

    asyncio.run(opened())


def _file_of(url: URL) -> Path:
    if url.database in (None, "", ":memory:"):
        raise StoreError("a store in memory has no backup; use the URL of a file")
    return Path(str(url.database))


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StoreError(f"the store {source} does not exist")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=30)) as store,
            closing(sqlite3.connect(target)) as copy,
        ):
            store.backup(copy)
            # A backup is one file. Opening it as a store switches to a write-ahead log again.
            copy.execute("PRAGMA journal_mode = DELETE")
        check_file(target, whole_up_to=ANY_SIZE)
    except UnusableFileError as problem:
        raise StoreError(f"the store {source} is damaged, so it was not backed up: {problem}") from None
    except sqlite3.Error as problem:
        raise StoreError(f"the store {source} cannot be backed up: {problem}") from None


def _restore_sqlite(source: Path, target: Path) -> None:
    if target.exists() and target.stat().st_size:
        raise StoreError(f"{target} exists already; stop its server and move it away, or restore to another file")
    part = target.with_name(f"{target.name}.part")
    try:
        check_file(source, whole_up_to=ANY_SIZE)
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        shutil.copyfile(source, part)
        _publish(part, target)
    except UnusableFileError as problem:
        raise StoreError(f"the backup cannot be used: {problem}") from None
    except OSError as problem:
        raise StoreError(f"the store {target} cannot be written: {problem.strerror or problem}") from None
    finally:
        part.unlink(missing_ok=True)


def _publish(part: Path, target: Path) -> None:
    """Give a complete file its name, after its content is on the disk."""
    for path in (part, None, part.parent):
        if path is None:
            part.replace(target)
            continue
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _run(program: str, url: URL, *options: str) -> None:
    """Run a program of PostgreSQL. The password is in its environment, because everybody can read its options."""
    if shutil.which(program) is None:
        raise StoreError(f"{program} is not installed; install PostgreSQL's client programs, version 14 or newer")
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    done = subprocess.run(
        [program, f"--dbname={address}", *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise StoreError(f"{program} failed: {' '.join(lines[:2])[:500]}")
