"""The first tables of store/tables/webhooks, as they were."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "webhook_subscriptions",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), server_default="JSON", nullable=False),
        sa.Column("filter", sa.Text(), nullable=True),
        sa.Column("include_fields", sa.Text(), server_default="[]", nullable=False),
        sa.Column("metafield_namespaces", sa.Text(), server_default="[]", nullable=False),
        sa.Column("metafields", sa.Text(), server_default="[]", nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("api_version", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("succeeded_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_webhook_subscriptions")),
    )
    op.create_index(
        "ix_webhook_subscriptions_by_created_at", "webhook_subscriptions", ["shop_id", "created_at", "id"], unique=False
    )
    op.create_index("ix_webhook_subscriptions_by_topic", "webhook_subscriptions", ["shop_id", "topic"], unique=False)
    op.create_index(
        "ix_webhook_subscriptions_by_updated_at", "webhook_subscriptions", ["shop_id", "updated_at", "id"], unique=False
    )
