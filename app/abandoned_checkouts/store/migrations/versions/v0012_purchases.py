"""Adds the purchases of customers, so that flows send no mails to people who have bought something else.

Purchases before this migration are taken from stored orders and abandoned checkouts.
"""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from abandoned_checkouts.store.engine.migration_steps import Batches, run_steps

revision = "0012"
down_revision = "0011"


def _create_table() -> None:
    op.create_table(
        "purchases",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("customer_id", BigInteger, nullable=False, autoincrement=False),
        Column("source", Text, nullable=False),
        Column("bought_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", "customer_id", "source", name="pk_purchases"),
        ForeignKeyConstraint(
            ["shop_id", "customer_id"],
            ["customers.shop_id", "customers.id"],
            name="fk_purchases_customers",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_purchases_by_customer", "purchases", ["shop_id", "customer_id", "bought_at"])
    op.create_index("ix_purchases_by_bought_at", "purchases", ["bought_at"])


# The batch is read first: else PostgreSQL may begin with the customers and read all checkouts of each one.
_INSERT = (
    "INSERT INTO purchases (shop_id, customer_id, source, bought_at) WITH batch AS MATERIALIZED ("
    "SELECT shop_id, id, customer_id, {moment} AS bought_at FROM {table} WHERE {condition} AND {{batch}}) "
    "SELECT shop_id, customer_id, '{source}/' || id, bought_at FROM batch "
    "WHERE customer_id IN (SELECT id FROM customers WHERE customers.shop_id = batch.shop_id)"
)


def _purchases(table: str, source: str, moment: str, condition: str) -> Batches:
    return Batches(table, _INSERT.format(table=table, source=source, moment=moment, condition=condition))


STEPS = (
    _create_table,
    _purchases("abandoned_checkouts", "checkout", "completed_at", "completed_at IS NOT NULL"),
    _purchases(
        "orders",
        "order",
        "created_at",
        "checkout_token IS NULL AND checkout_id IS NULL AND cancelled_at IS NULL AND NOT test",
    ),
)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    op.drop_table("purchases")
