"""People who sign in to the merchant pages, their sessions and one-time links."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKeyConstraint, Identity, PrimaryKeyConstraint, Text

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "merchant_users",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("id", BigInteger, Identity(), nullable=False),
        Column("email", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("is_removed", Boolean, nullable=False, server_default="0"),
        Column("created_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", "id", name="pk_merchant_users"),
    )
    op.create_index("uq_merchant_users_email", "merchant_users", ["shop_id", "email"], unique=True)
    op.create_table(
        "merchant_links",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("id", BigInteger, Identity(), nullable=False),
        Column("user_id", BigInteger, nullable=False),
        Column("key_hash", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("used_at", BigInteger, nullable=True),
        PrimaryKeyConstraint("shop_id", "id", name="pk_merchant_links"),
        ForeignKeyConstraint(
            ["shop_id", "user_id"],
            ["merchant_users.shop_id", "merchant_users.id"],
            name="fk_merchant_links_merchant_users",
            ondelete="CASCADE",
        ),
    )
    op.create_index("uq_merchant_links_key_hash", "merchant_links", ["key_hash"], unique=True)
    op.create_index("ix_merchant_links_by_user", "merchant_links", ["shop_id", "user_id"])
    op.create_table(
        "merchant_sessions",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("id", BigInteger, Identity(), nullable=False),
        Column("cookie_hash", Text, nullable=False),
        Column("key_hash", Text, nullable=False),
        Column("user_id", BigInteger, nullable=True),
        Column("token_id", BigInteger, nullable=True),
        Column("app_id", BigInteger, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", "id", name="pk_merchant_sessions"),
        ForeignKeyConstraint(
            ["shop_id", "user_id"],
            ["merchant_users.shop_id", "merchant_users.id"],
            name="fk_merchant_sessions_merchant_users",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["shop_id", "token_id"],
            ["tokens.shop_id", "tokens.id"],
            name="fk_merchant_sessions_tokens",
            ondelete="CASCADE",
        ),
    )
    op.create_index("uq_merchant_sessions_cookie_hash", "merchant_sessions", ["cookie_hash"], unique=True)
    op.create_index("uq_merchant_sessions_key_hash", "merchant_sessions", ["key_hash"], unique=True)
    op.create_index("ix_merchant_sessions_by_user", "merchant_sessions", ["shop_id", "user_id"])
    op.create_index("ix_merchant_sessions_by_token", "merchant_sessions", ["shop_id", "token_id"])
    op.create_index("ix_merchant_sessions_expires_at", "merchant_sessions", ["expires_at"])


def downgrade() -> None:
    op.drop_table("merchant_sessions")
    op.drop_table("merchant_links")
    op.drop_table("merchant_users")
