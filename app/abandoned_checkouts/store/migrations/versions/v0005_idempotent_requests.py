"""Adds idempotency keys of mutations, and the responses that repeated requests receive."""

import sqlalchemy
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "idempotent_requests",
        sqlalchemy.Column("shop_id", sqlalchemy.BigInteger, primary_key=True, autoincrement=False),
        sqlalchemy.Column("app_id", sqlalchemy.BigInteger, primary_key=True, autoincrement=False),
        sqlalchemy.Column("key_hash", sqlalchemy.Text, primary_key=True),
        sqlalchemy.Column("fingerprint", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("is_executed", sqlalchemy.Boolean, nullable=False, server_default="0"),
        sqlalchemy.Column("response", sqlalchemy.Text, nullable=True),
        sqlalchemy.Column("created_at", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.PrimaryKeyConstraint("shop_id", "app_id", "key_hash", name="pk_idempotent_requests"),
        sqlalchemy.ForeignKeyConstraint(
            ["shop_id", "app_id"],
            ["apps.shop_id", "apps.id"],
            name="fk_idempotent_requests_apps",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_idempotent_requests_created_at", "idempotent_requests", ["created_at"])


def downgrade() -> None:
    op.drop_table("idempotent_requests")
