"""Adds what retention knows about checkouts: which were announced, and which are on hold."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, text

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "retention_marks",
        Column("shop_id", BigInteger, nullable=False),
        Column("checkout_id", BigInteger, nullable=False),
        Column("announced_at", BigInteger, nullable=True),
        Column("held_at", BigInteger, nullable=True),
        PrimaryKeyConstraint("shop_id", "checkout_id", name="pk_retention_marks"),
        ForeignKeyConstraint(
            ["shop_id", "checkout_id"],
            ["abandoned_checkouts.shop_id", "abandoned_checkouts.id"],
            name="fk_retention_marks_abandoned_checkouts",
            ondelete="CASCADE",
        ),
        Index(
            "ix_retention_marks_held",
            "shop_id",
            "checkout_id",
            sqlite_where=text("held_at IS NOT NULL"),
            postgresql_where=text("held_at IS NOT NULL"),
        ),
    )


def downgrade() -> None:
    op.drop_table("retention_marks")
