"""Lists of discount codes, who got one, when they expire, and products that are sold out."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Text

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("recovery_discounts", Column("expires_at", BigInteger, nullable=True))
    op.create_table(
        "discount_codes",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("code", Text, nullable=False),
        Column("list_name", Text, nullable=False),
        Column("added_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=True),
        Column("issued_at", BigInteger, nullable=True),
        PrimaryKeyConstraint("shop_id", "code", name="pk_discount_codes"),
    )
    op.create_index("ix_discount_codes_by_list", "discount_codes", ["shop_id", "list_name", "issued_at"])
    op.create_table(
        "issued_codes",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("step_id", Text, nullable=False),
        Column("flow_id", BigInteger, nullable=False),
        Column("checkout_id", BigInteger, nullable=False),
        Column("person_key", Text, nullable=False),
        Column("customer_id", BigInteger, nullable=True),
        Column("code", Text, nullable=False),
        Column("issued_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", "step_id", name="pk_issued_codes"),
    )
    op.create_index("ix_issued_codes_by_person", "issued_codes", ["shop_id", "person_key"])
    op.create_index("ix_issued_codes_by_customer", "issued_codes", ["shop_id", "customer_id"])
    op.create_index("ix_issued_codes_by_issued_at", "issued_codes", ["issued_at"])
    op.create_table(
        "sold_out",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("item", Text, nullable=False),
        Column("reported_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", "item", name="pk_sold_out"),
    )


def downgrade() -> None:
    for name in ("sold_out", "issued_codes", "discount_codes"):
        op.drop_table(name)
    op.drop_column("recovery_discounts", "expires_at")
