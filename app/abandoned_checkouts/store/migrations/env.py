"""For Alembic's own command line: `alembic -c … revision --autogenerate`. The program uses store/engine/migrate."""

from alembic import context

from abandoned_checkouts.store.tables import metadata

connection = context.config.attributes.get("connection")
if connection is not None:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
