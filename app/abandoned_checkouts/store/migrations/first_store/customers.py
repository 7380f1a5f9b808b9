"""The first tables of store/tables/customers, as they were."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "customers",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="disabled", nullable=False),
        sa.Column("locale", sa.Text(), server_default="en", nullable=False),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("tags", sa.Text(), server_default="[]", nullable=False),
        sa.Column("tax_exempt", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("verified_email", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("data_sale_opt_out", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("multipass_identifier", sa.Text(), nullable=True),
        sa.Column("product_subscriber_status", sa.Text(), server_default="NEVER_SUBSCRIBED", nullable=False),
        sa.Column("number_of_orders", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("amount_spent", sa.BigInteger(), nullable=False),
        sa.Column("last_order_id", sa.BigInteger(), nullable=True),
        sa.Column("email_marketing_state", sa.Text(), server_default="NOT_SUBSCRIBED", nullable=False),
        sa.Column("email_marketing_opt_in_level", sa.Text(), nullable=True),
        sa.Column("email_marketing_updated_at", sa.BigInteger(), nullable=True),
        sa.Column("sms_marketing_state", sa.Text(), server_default="NOT_SUBSCRIBED", nullable=False),
        sa.Column("sms_marketing_opt_in_level", sa.Text(), nullable=True),
        sa.Column("sms_marketing_updated_at", sa.BigInteger(), nullable=True),
        sa.Column("sms_marketing_collected_from", sa.Text(), nullable=True),
        sa.Column("addresses", sa.Text(), server_default="[]", nullable=False),
        sa.Column("erasure_requested_at", sa.BigInteger(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_customers")),
    )
    op.create_index("ix_customers_by_email", "customers", ["shop_id", "email"], unique=False)
    op.create_index("ix_customers_by_uuid", "customers", ["shop_id", "uuid"], unique=False)
    op.create_index(
        "ix_customers_erasure",
        "customers",
        ["erasure_requested_at"],
        unique=False,
        sqlite_where=sa.text("erasure_requested_at IS NOT NULL"),
        postgresql_where=sa.text("erasure_requested_at IS NOT NULL"),
    )
    op.create_table(
        "deleted_customers",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_deleted_customers")),
    )
    op.create_table(
        "erasure_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("checkout_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_requests")),
    )
    op.create_index("ix_erasure_requests_by_shop", "erasure_requests", ["shop_id"], unique=False)
