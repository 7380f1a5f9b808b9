"""Notes of merchants, who does a task and when it was done, and exports that a worker writes."""

from alembic import op
from sqlalchemy import BigInteger, Column, Identity, Integer, PrimaryKeyConstraint, Text

from abandoned_checkouts.store.engine.migration_steps import NewIndex, run_steps

revision = "0020"
down_revision = "0019"


def _create_tables() -> None:
    op.create_table(
        "merchant_notes",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("id", BigInteger, Identity(), nullable=False),
        Column("checkout_id", BigInteger, nullable=False),
        Column("author", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("version", Integer, nullable=False, server_default="1"),
        Column("created_at", BigInteger, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", "id", name="pk_merchant_notes"),
    )
    op.create_index("ix_merchant_notes_by_checkout", "merchant_notes", ["shop_id", "checkout_id", "id"])
    op.create_table(
        "merchant_exports",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("id", BigInteger, Identity(), nullable=False),
        Column("query", Text, nullable=False),
        Column("format", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("address", Text, nullable=False),
        Column("done", BigInteger, nullable=False, server_default="0"),
        Column("total", BigInteger, nullable=False, server_default="0"),
        Column("file", Text, nullable=True),
        Column("problem", Text, nullable=True),
        Column("claimed_until", BigInteger, nullable=True),
        Column("created_at", BigInteger, nullable=False),
        Column("finished_at", BigInteger, nullable=True),
        PrimaryKeyConstraint("shop_id", "id", name="pk_merchant_exports"),
    )
    op.create_index("ix_merchant_exports_by_state", "merchant_exports", ["state", "id"])
    op.add_column("merchant_tasks", Column("assignee", Text, nullable=True))
    op.add_column("merchant_tasks", Column("done_at", BigInteger, nullable=True))
    op.add_column("merchant_tasks", Column("done_by", Text, nullable=True))
    op.add_column("merchant_tasks", Column("version", Integer, nullable=False, server_default="1"))


STEPS = (
    _create_tables,
    NewIndex("ix_merchant_tasks_by_done_at", "merchant_tasks", ("shop_id", "done_at", "id")),
)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    op.drop_index("ix_merchant_tasks_by_done_at", "merchant_tasks")
    for name in ("version", "done_by", "done_at", "assignee"):
        op.drop_column("merchant_tasks", name)
    op.drop_table("merchant_exports")
    op.drop_table("merchant_notes")
