"""Bringing a store's tables up to this program's, or refusing one that a newer program has written."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, inspect, select, text

from abandoned_checkouts.store.engine.locks import MIGRATE
from abandoned_checkouts.store.tables import metadata

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

_MIGRATIONS = Path(__file__).parents[1] / "migrations"


class OtherStoreError(Exception):
    """The store was written by a newer program than this one, or by another one; the message says what to do."""


def migrate(connection: Connection) -> None:
    """Apply, inside the caller's transaction, every migration that the store has not seen. Raises OtherStoreError."""
    tables = set(inspect(connection).get_table_names())
    current = _version(connection) if "alembic_version" in tables else None
    known = known_versions()
    head = known[-1]
    if current == head:
        return
    if current is not None and current.isdigit() and current > head:
        raise OtherStoreError(
            f"the store is at version {current}, which this program does not know; update the program"
        )
    foreign = sorted(tables & metadata.tables.keys()) if current is None else []
    if foreign or (current is not None and current not in known):
        raise OtherStoreError(
            f"the store holds another program's tables ({', '.join(foreign[:3]) or 'alembic_version'}); "
            "name another file or database"
        )
    # Not before it is needed: every command opens the store, and hardly any finds something to do here.
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    scripts = script_directory()
    context = MigrationContext.configure(connection)
    if connection.dialect.name == "postgresql":
        # Two servers that start at once: the second waits here and then finds nothing to do.
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATE)))
        current = context.get_current_revision()
    with Operations.context(context):
        for script in reversed(list(scripts.iterate_revisions(head, current or "base"))):
            script.module.upgrade()
    context._ensure_version_table()
    connection.execute(text("DELETE FROM alembic_version"))
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": head})


def known_versions() -> list[str]:
    """The versions of a store that this program can bring up to date, from the first; their files' names tell them."""
    return sorted(path.name[1:5] for path in (_MIGRATIONS / "versions").glob("v[0-9]*_*.py"))


def _version(connection: Connection) -> str | None:
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def script_directory() -> "ScriptDirectory":
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return ScriptDirectory.from_config(config)
