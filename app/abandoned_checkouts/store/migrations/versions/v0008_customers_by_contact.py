"""Adds normalised e-mail addresses and phone numbers, by which customers are found.

For stored customers, they are only as exact as SQL can compute them. Saving a customer computes them again.
"""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Text

from abandoned_checkouts.store.engine.migration_steps import Batches, NewIndex, run_steps

revision = "0008"
down_revision = "0007"

_KEYS = """UPDATE customers SET
    email_key = NULLIF(lower(trim(email)), ''),
    phone_key = CASE WHEN phone LIKE '+%' THEN
        replace(replace(replace(replace(replace(phone, ' ', ''), '-', ''), '(', ''), ')', ''), '.', '')
    END
    WHERE {batch}"""


def _add_columns() -> None:
    op.add_column("shops", Column("last_customer_id", BigInteger, nullable=False, server_default="0"))
    for name in ("email_key", "phone_key"):
        op.add_column("customers", Column(name, Text, nullable=True))
    op.add_column("customers", Column("from_contact", Boolean, nullable=False, server_default="0"))


def _drop_old_index() -> None:
    op.drop_index("ix_customers_by_email", "customers")


STEPS = (
    _add_columns,
    Batches("customers", _KEYS),
    NewIndex("ix_customers_by_email_key", "customers", ("shop_id", "email_key")),
    NewIndex("ix_customers_by_phone_key", "customers", ("shop_id", "phone_key"), "phone_key IS NOT NULL"),
    _drop_old_index,
)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    op.drop_index("ix_customers_by_phone_key", "customers")
    op.drop_index("ix_customers_by_email_key", "customers")
    op.create_index("ix_customers_by_email", "customers", ["shop_id", "email"])
    for name in ("email_key", "phone_key", "from_contact"):
        op.drop_column("customers", name)
    op.drop_column("shops", "last_customer_id")
