"""Adds the number of opened mails of each customer."""

import sqlalchemy
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "email_opens",
        sqlalchemy.Column("shop_id", sqlalchemy.BigInteger, primary_key=True, autoincrement=False),
        sqlalchemy.Column("customer_id", sqlalchemy.BigInteger, primary_key=True, autoincrement=False),
        sqlalchemy.Column("count", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("last_at", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.PrimaryKeyConstraint("shop_id", "customer_id", name="pk_email_opens"),
        sqlalchemy.ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.id"],
            name="fk_email_opens_customers",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("email_opens")
