"""Upgrades a store on PostgreSQL while servers work on it.

Each migration is committed separately, and large changes in parts. The table `upgrade_progress` has the position in a
migration that has several parts, so after a kill the next start continues there.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from abandoned_checkouts.store.engine.locks import MIGRATE
from abandoned_checkouts.store.engine.migrate import MIGRATIONS, check_upgradable, script_directory, version_of
from abandoned_checkouts.store.engine.new_engine import new_engine

if TYPE_CHECKING:
    from abandoned_checkouts.store.engine.migration_steps import Batches, NewIndex, Step

# The rows of a batch. Others wait for changed rows until it is committed, which takes some hundredths of a second.
BATCH = 1000
# The milliseconds to wait for a lock. While ALTER TABLE waits for a transaction of another server, all later statements
# on the table wait too. It is less than PostgreSQL's `deadlock_timeout`, so in a deadlock this side gives up.
LOCK_WAIT = 400
# The seconds until the next attempt to lock a table, and to get the lock of the upgrade.
PAUSE, POLL = 0.5, 0.2
# The seconds to try to lock a table. Then the upgrade fails, and the next start continues.
PATIENCE = 600
# PostgreSQL's codes for: lock timeout, deadlock, a row that another transaction deleted before it was referenced.
_TRY_AGAIN = frozenset(("55P03", "40P01", "23503"))


async def upgrade_online(url: URL, migrations: Path = MIGRATIONS) -> None:
    """Upgrade the store to the newest version. Returns at once if it has that version, or if there is no store yet.

    If another process upgrades the store, this waits for it. Raises OtherStoreError and the errors of the driver.
    """
    # The lock belongs to the connection, so the connection is closed in the end and not reused.
    engine = new_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await _lock(connection)
            await _upgrade(connection, migrations)
    finally:
        await engine.dispose()


async def _lock(connection: AsyncConnection) -> None:
    """Wait until no other process migrates. A statement that waits for the lock would have a snapshot, for which the
    other process waits when it creates an index; so this asks again and again."""
    while not (await connection.execute(select(func.pg_try_advisory_lock(MIGRATE)))).scalar():
        await connection.rollback()
        await asyncio.sleep(POLL)
    await connection.rollback()


async def _upgrade(connection: AsyncConnection, migrations: Path) -> None:
    current = await connection.run_sync(version_of)
    if current is None:
        return
    newest = check_upgradable(current, migrations)
    await connection.rollback()
    if current == newest:
        return
    for script in reversed(list(script_directory(migrations).iterate_revisions(newest, current))):
        await _Migration(connection, script.revision, script.module).run()


class _Migration:
    """One migration, with its steps."""

    def __init__(self, connection: AsyncConnection, revision: str, module: Any) -> None:
        self._connection, self._revision = connection, revision
        # A migration without steps is one transaction.
        self._steps: tuple[Step, ...] = getattr(module, "STEPS", (module.upgrade,))

    async def run(self) -> None:
        from abandoned_checkouts.store.engine.migration_steps import Batches, NewIndex

        first, after = await self._transaction(self._progress)
        for position, step in list(enumerate(self._steps))[first:]:
            if isinstance(step, Batches):
                await self._run_batches(step, position, after)
            elif isinstance(step, NewIndex):
                await self._create_index(step, position)
            else:
                await self._transaction(_with_operations(step), self._finish(position))
            after = None

    async def _run_batches(self, step: "Batches", position: int, after: list[int] | None) -> None:
        def run(connection: Connection) -> list[int] | None:
            row = connection.execute(text(step.next_end(after, BATCH))).first()
            end = None if row is None else list(row)
            connection.execute(text(step.one_batch(after, end)))
            if end is not None:
                _note(connection, position, end)
            else:
                self._finish(position)(connection)
            return end

        while (after := await self._transaction(run)) is not None:
            pass

    async def _create_index(self, step: "NewIndex", position: int) -> None:
        is_valid = (
            "SELECT indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE indexrelid = to_regclass(:name)"
        )
        give_up_at = time.monotonic() + PATIENCE
        while True:
            found = (await self._connection.execute(text(is_valid), {"name": step.new_name})).scalar()
            await self._connection.rollback()
            if found:
                break
            try:
                # It waits for older transactions, but nothing waits for it, so it has no timeout.
                await self._alone(f"DROP INDEX CONCURRENTLY IF EXISTS {step.new_name}", step.concurrently)
            except DBAPIError as problem:
                await self._pause(problem, give_up_at)
        await self._transaction(_with_operations(step.use), self._finish(position))

    async def _alone(self, *statements: str) -> None:
        """Run statements that PostgreSQL refuses in a transaction."""
        connection = await self._connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            for statement in statements:
                await connection.exec_driver_sql(statement)
        finally:
            await connection.rollback()
            await connection.execution_options(isolation_level="READ COMMITTED")

    async def _transaction(self, *works: Callable[[Connection], Any]) -> Any:
        """Run the functions in one transaction, and again if it did not get its locks. Returns the result of the first.

        Raises DBAPIError.
        """
        give_up_at = time.monotonic() + PATIENCE
        while True:
            try:
                async with self._connection.begin():
                    await self._connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_WAIT}")
                    results = [await self._connection.run_sync(work) for work in works]
                return results[0]
            except DBAPIError as problem:
                await self._pause(problem, give_up_at)

    async def _pause(self, problem: DBAPIError, give_up_at: float) -> None:
        """Wait for the next attempt. Raises the error if no attempt can help."""
        if getattr(problem.orig, "sqlstate", None) not in _TRY_AGAIN or time.monotonic() > give_up_at:
            raise problem
        await asyncio.sleep(PAUSE)

    def _progress(self, connection: Connection) -> tuple[int, list[int] | None]:
        """The position of the next step, and the key of its last row that is done."""
        if connection.execute(text("SELECT to_regclass('upgrade_progress')")).scalar() is None:
            return 0, None
        step, place = connection.execute(text("SELECT step, place FROM upgrade_progress")).one()
        return step, orjson.loads(place)

    def _finish(self, position: int) -> Callable[[Connection], None]:
        """Notes that a step is done; after the last one, that the migration is."""

        def finish(connection: Connection) -> None:
            if position + 1 < len(self._steps):
                _note(connection, position + 1, None)
                return
            connection.execute(text("DROP TABLE IF EXISTS upgrade_progress"))
            connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": self._revision})

        return finish


def _note(connection: Connection, step: int, place: list[int] | None) -> None:
    if connection.execute(text("SELECT to_regclass('upgrade_progress')")).scalar() is None:
        connection.execute(text("CREATE TABLE upgrade_progress (step INTEGER NOT NULL, place TEXT NOT NULL)"))
    connection.execute(text("DELETE FROM upgrade_progress"))
    values = {"step": step, "place": orjson.dumps(place).decode()}
    connection.execute(text("INSERT INTO upgrade_progress (step, place) VALUES (:step, :place)"), values)


def _with_operations(step: Callable[[], None]) -> Callable[[Connection], None]:
    """A function that runs the step with Alembic's operations on a connection."""

    def run(connection: Connection) -> None:
        from alembic.migration import MigrationContext
        from alembic.operations import Operations

        with Operations.context(MigrationContext.configure(connection)):
            step()

    return run
