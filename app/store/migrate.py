"""Bringing a store's tables up to this program's, or refusing one that a newer program has written."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text


class StoreTooNewError(Exception):
    """The store was written by a newer program than this one."""


def migrate(connection: Connection) -> None:
    """Apply, inside the caller's transaction, every migration that the store has not seen. Raises StoreTooNewError."""
    scripts = script_directory()
    context = MigrationContext.configure(connection)
    known = {script.revision for script in scripts.walk_revisions()}
    current = context.get_current_revision() if inspect(connection).has_table("alembic_version") else None
    if current is not None and current not in known:
        raise StoreTooNewError(
            f"the store is at version {current}, which this program does not know; update the program"
        )
    head = scripts.get_current_head()
    if current == head:
        return
    if connection.dialect.name == "postgresql":
        # Two servers that start at once: the second waits here and then finds nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(7261303)"))
        current = MigrationContext.configure(connection).get_current_revision()
    with Operations.context(context):
        for script in reversed(list(scripts.iterate_revisions(head, current or "base"))):
            script.module.upgrade()
    context._ensure_version_table()
    connection.execute(text("DELETE FROM alembic_version"))
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": head})


def script_directory() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config)
