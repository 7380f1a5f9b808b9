"""Syncs of shops from their platforms, and the checkouts that were seen there."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "syncs",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("name", Text, nullable=False),
        Column("platform", Text, nullable=False),
        Column("source_url", Text, nullable=False),
        Column("source_id", Text, nullable=False, server_default=""),
        Column("credentials", Text, nullable=False),
        Column("state", Text, nullable=False, server_default="{}"),
        Column("watermark", BigInteger, nullable=True),
        Column("completed_at", BigInteger, nullable=True),
        Column("reconciled_at", BigInteger, nullable=True),
        Column("next_run_at", BigInteger, nullable=False),
        Column("run_every", BigInteger, nullable=False),
        Column("problem", Text, nullable=True),
        Column("problem_at", BigInteger, nullable=True),
        Column("worker", Text, nullable=True),
        Column("leased_until", BigInteger, nullable=True),
        Column("created_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", name="pk_syncs"),
    )
    op.create_index("ix_syncs_by_name", "syncs", ["name"])
    op.create_index("ix_syncs_by_next_run_at", "syncs", ["next_run_at"])
    op.create_table(
        "synced_checkouts",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("source_key", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        Column("gone_at", BigInteger, nullable=True),
        PrimaryKeyConstraint("shop_id", "source_key", name="pk_synced_checkouts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_synced_checkouts_by_created_at", "synced_checkouts", ["shop_id", "created_at"])


def downgrade() -> None:
    op.drop_table("synced_checkouts")
    op.drop_table("syncs")
