"""Adds the people who received mails of a flow or were held out, and their purchases afterwards."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, PrimaryKeyConstraint, Text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "flow_people",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("flow_id", BigInteger, nullable=False, autoincrement=False),
        Column("person_key", Text, nullable=False),
        Column("customer_id", BigInteger, nullable=True),
        Column("is_held_out", Boolean, nullable=False, server_default="0"),
        Column("share", Integer, nullable=False, server_default="0"),
        Column("entered_at", BigInteger, nullable=False),
        Column("purchases", BigInteger, nullable=False, server_default="0"),
        Column("spent", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", "flow_id", "person_key", name="pk_flow_people"),
    )
    op.create_index("ix_flow_people_by_customer", "flow_people", ["shop_id", "customer_id"])
    op.create_index("ix_flow_people_by_entered_at", "flow_people", ["entered_at"])


def downgrade() -> None:
    op.drop_table("flow_people")
