"""Adds normalised e-mail addresses and phone numbers, by which customers are found.

For stored customers, they are only as exact as SQL can compute them. Saving a customer computes them again.
"""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Text, text

revision = "0008"
down_revision = "0007"

_KEYS = """UPDATE customers SET
    email_key = NULLIF(lower(trim(email)), ''),
    phone_key = CASE WHEN phone LIKE '+%' THEN
        replace(replace(replace(replace(replace(phone, ' ', ''), '-', ''), '(', ''), ')', ''), '.', '')
    END"""


def upgrade() -> None:
    op.add_column("shops", Column("last_customer_id", BigInteger, nullable=False, server_default="0"))
    for name in ("email_key", "phone_key"):
        op.add_column("customers", Column(name, Text, nullable=True))
    op.add_column("customers", Column("from_contact", Boolean, nullable=False, server_default="0"))
    op.execute(_KEYS)
    op.drop_index("ix_customers_by_email", "customers")
    op.create_index("ix_customers_by_email_key", "customers", ["shop_id", "email_key"])
    known = text("phone_key IS NOT NULL")
    op.create_index(
        "ix_customers_by_phone_key",
        "customers",
        ["shop_id", "phone_key"],
        sqlite_where=known,
        postgresql_where=known,
    )


def downgrade() -> None:
    op.drop_index("ix_customers_by_phone_key", "customers")
    op.drop_index("ix_customers_by_email_key", "customers")
    op.create_index("ix_customers_by_email", "customers", ["shop_id", "email"])
    for name in ("email_key", "phone_key", "from_contact"):
        op.drop_column("customers", name)
    op.drop_column("shops", "last_customer_id")
