"""The first tables of store/tables/bulk_operations, as they were."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "bulk_operations",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), server_default="QUERY", nullable=False),
        sa.Column("status", sa.Text(), server_default="CREATED", nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("group_objects", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("api_version", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), server_default="[]", nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("object_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("root_object_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("partial_file", sa.Text(), nullable=True),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_bulk_operations")),
    )
    op.create_index(
        "ix_bulk_operations_by_app", "bulk_operations", ["shop_id", "app_id", "type", "created_at"], unique=False
    )
    op.create_index("ix_bulk_operations_by_status", "bulk_operations", ["status", "created_at"], unique=False)
