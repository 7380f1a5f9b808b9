"""Creates the tables of a new store, and upgrades an older store. Refuses databases of other programs."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, inspect, select, text

from abandoned_checkouts.store.engine.locks import MIGRATE
from abandoned_checkouts.store.tables import metadata
from abandoned_checkouts.store.tables.database_specific import DATABASE_SPECIFIC

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parents[1] / "migrations"
# The version of stores from before the first release. They cannot be upgraded.
_BEFORE_RELEASE = "0001"
# Before the version of a store that `store copy` has begun and not finished (see store/moving).
UNFINISHED = "copy of "
# The same statement as Alembic's.
VERSION_TABLE = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


class OtherStoreError(Exception):
    """This program cannot use the store, because its tables are too new, too old or of another program. The message
    says what to do."""


def migrate(connection: Connection, migrations: Path = MIGRATIONS) -> None:
    """Bring the store's tables to the newest version, inside the caller's transaction. Raises OtherStoreError.

    On PostgreSQL, call upgrade_online first if others use the store (see store/engine/online_upgrade).
    """
    newest = known_versions(migrations)[-1]
    if version_of(connection) == newest:
        return
    if connection.dialect.name == "postgresql":
        # If two servers start at the same time, the second waits here and finds the tables up to date.
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATE)))
    current = version_of(connection)
    if current is None:
        create_store(connection, newest)
    elif current != newest:
        _upgrade(connection, current, newest, migrations)


def known_versions(migrations: Path = MIGRATIONS) -> list[str]:
    """The versions of a store that this program can upgrade, oldest first, taken from the names of the migration
    files."""
    return sorted(path.name[1:5] for path in (migrations / "versions").glob("v[0-9]*_*.py"))


def create_tables(connection: Connection) -> None:
    """Create all tables of the newest version in an empty store."""
    metadata.create_all(connection, checkfirst=False)
    for statement in DATABASE_SPECIFIC[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def version_of(connection: Connection) -> str | None:
    """The version of the store, or None if the database has no store."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def create_store(connection: Connection, newest: str) -> None:
    """Create a store in a database without one. Raises OtherStoreError if it has tables with the same names."""
    foreign = sorted(set(inspect(connection).get_table_names()) & {*metadata.tables, "alembic_version"})
    if foreign:
        raise OtherStoreError(_other_program(foreign[:3]))
    create_tables(connection)
    connection.exec_driver_sql(VERSION_TABLE)
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:newest)"), {"newest": newest})


def check_upgradable(current: str, migrations: Path = MIGRATIONS) -> str:
    """The newest version, to which a store of the version `current` can be upgraded. Raises OtherStoreError."""
    newest = known_versions(migrations)[-1]
    if current == _BEFORE_RELEASE:
        raise OtherStoreError(
            f"the store has version {current}, from before the first release, which this program cannot upgrade; "
            "export its checkouts with the program that created it and import them into a new store. If it is a demo "
            "store, delete it and run `abandoned-checkouts demo`"
        )
    if current.startswith(UNFINISHED):
        raise OtherStoreError(
            "the store is a copy that is not finished; run the same `store copy` again, or use another database"
        )
    if current.isdigit() and current > newest:
        raise OtherStoreError(f"the store has version {current}, which this program does not know; update the program")
    if current not in known_versions(migrations):
        raise OtherStoreError(_other_program(["alembic_version"]))
    return newest


def _upgrade(connection: Connection, current: str, newest: str, migrations: Path) -> None:
    check_upgradable(current, migrations)
    # Imported here, because every command opens the store and few have to upgrade it.
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    scripts = script_directory(migrations)
    with Operations.context(MigrationContext.configure(connection)):
        for script in reversed(list(scripts.iterate_revisions(newest, current))):
            script.module.upgrade()
    connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})


def _other_program(tables: list[str]) -> str:
    return f"the database has tables of another program ({', '.join(tables)}); use another file or database"


def script_directory(migrations: Path = MIGRATIONS) -> "ScriptDirectory":
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrations))
    return ScriptDirectory.from_config(config)
