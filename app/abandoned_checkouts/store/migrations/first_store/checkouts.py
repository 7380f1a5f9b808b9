"""The first tables of store/tables/checkouts, as they were."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    op.create_table(
        "abandoned_checkouts",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("cart_token", sa.Text(), nullable=True),
        sa.Column("recovery_key", sa.Text(), nullable=False),
        sa.Column("abandoned_checkout_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("abandoned_at", sa.BigInteger(), nullable=False),
        sa.Column("recovered_at", sa.BigInteger(), nullable=True),
        sa.Column("source_updated_at", sa.BigInteger(), nullable=True),
        sa.Column("lapsed_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("recovery_state", sa.Text(), nullable=False),
        sa.Column("email_state", sa.Text(), nullable=False),
        sa.Column("email_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("checkout_uuid", sa.Text(), nullable=True),
        sa.Column("cart_uuid", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("visitor_id", sa.Text(), nullable=True),
        sa.Column("member_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("contact_first_name", sa.Text(), nullable=True),
        sa.Column("contact_last_name", sa.Text(), nullable=True),
        sa.Column("contact_text", sa.Text(), server_default="", nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("buyer_accepts_marketing", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("presentment_currency", sa.Text(), nullable=False),
        sa.Column("taxes_included", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("total_line_items_price", sa.BigInteger(), nullable=False),
        sa.Column("presentment_total_line_items_price", sa.BigInteger(), nullable=False),
        sa.Column("total_discount", sa.BigInteger(), nullable=False),
        sa.Column("presentment_total_discount", sa.BigInteger(), nullable=False),
        sa.Column("subtotal_price", sa.BigInteger(), nullable=False),
        sa.Column("presentment_subtotal_price", sa.BigInteger(), nullable=False),
        sa.Column("total_shipping", sa.BigInteger(), nullable=False),
        sa.Column("presentment_total_shipping", sa.BigInteger(), nullable=False),
        sa.Column("total_tax", sa.BigInteger(), nullable=True),
        sa.Column("presentment_total_tax", sa.BigInteger(), nullable=True),
        sa.Column("total_duties", sa.BigInteger(), nullable=True),
        sa.Column("presentment_total_duties", sa.BigInteger(), nullable=True),
        sa.Column("total_tip", sa.BigInteger(), nullable=False),
        sa.Column("presentment_total_tip", sa.BigInteger(), nullable=False),
        sa.Column("total_price", sa.BigInteger(), nullable=False),
        sa.Column("presentment_total_price", sa.BigInteger(), nullable=False),
        sa.Column("line_items_quantity", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("billing_address", sa.Text(), nullable=True),
        sa.Column("shipping_address", sa.Text(), nullable=True),
        sa.Column("custom_attributes", sa.Text(), server_default="[]", nullable=False),
        sa.Column("discount_codes", sa.Text(), server_default="[]", nullable=False),
        sa.Column("discount_applications", sa.Text(), server_default="[]", nullable=False),
        sa.Column("tax_lines", sa.Text(), server_default="[]", nullable=False),
        sa.Column("shipping_lines", sa.Text(), server_default="[]", nullable=False),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_abandoned_checkouts")),
        sa.UniqueConstraint("document_id", name=op.f("uq_abandoned_checkouts_document_id")),
        sa.UniqueConstraint("shop_id", "uuid", name=op.f("uq_abandoned_checkouts_shop_id_uuid")),
    )
    op.create_index(
        "ix_abandoned_checkouts_by_abandoned_at", "abandoned_checkouts", ["shop_id", "abandoned_at", "id"], unique=False
    )
    op.create_index(
        "ix_abandoned_checkouts_by_completed_at", "abandoned_checkouts", ["shop_id", "completed_at", "id"], unique=False
    )
    op.create_index(
        "ix_abandoned_checkouts_by_contact", "abandoned_checkouts", ["shop_id", "contact_id", "id"], unique=False
    )
    op.create_index(
        "ix_abandoned_checkouts_by_created_at",
        "abandoned_checkouts",
        ["shop_id", "created_at", "id", "updated_at", "status", "recovery_state", "email_state", "document_id"],
        unique=False,
    )
    op.create_index(
        "ix_abandoned_checkouts_by_customer",
        "abandoned_checkouts",
        ["shop_id", "customer_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_abandoned_checkouts_by_customer_name",
        "abandoned_checkouts",
        [
            "shop_id",
            "customer_name",
            "id",
            "updated_at",
            "created_at",
            "status",
            "recovery_state",
            "email_state",
            "document_id",
        ],
        unique=False,
    )
    op.create_index("ix_abandoned_checkouts_by_email", "abandoned_checkouts", ["shop_id", "email", "id"], unique=False)
    op.create_index(
        "ix_abandoned_checkouts_by_email_state", "abandoned_checkouts", ["shop_id", "email_state", "id"], unique=False
    )
    op.create_index(
        "ix_abandoned_checkouts_by_id",
        "abandoned_checkouts",
        ["shop_id", "id", "updated_at", "created_at", "status", "recovery_state", "email_state", "document_id"],
        unique=False,
    )
    op.create_index(
        "ix_abandoned_checkouts_by_member",
        "abandoned_checkouts",
        ["shop_id", "member_id", "id"],
        unique=False,
        sqlite_where=sa.text("member_id IS NOT NULL"),
        postgresql_where=sa.text("member_id IS NOT NULL"),
    )
    op.create_index(
        "ix_abandoned_checkouts_by_recovery_state",
        "abandoned_checkouts",
        ["shop_id", "recovery_state", "id"],
        unique=False,
    )
    op.create_index(
        "ix_abandoned_checkouts_by_status", "abandoned_checkouts", ["shop_id", "status", "id"], unique=False
    )
    op.create_index(
        "ix_abandoned_checkouts_by_subtotal_price",
        "abandoned_checkouts",
        ["shop_id", "subtotal_price", "id"],
        unique=False,
    )
    op.create_index(
        "ix_abandoned_checkouts_by_total_price",
        "abandoned_checkouts",
        [
            "shop_id",
            "total_price",
            "id",
            "updated_at",
            "created_at",
            "status",
            "recovery_state",
            "email_state",
            "document_id",
        ],
        unique=False,
    )
    op.create_index(
        "ix_abandoned_checkouts_by_updated_at", "abandoned_checkouts", ["shop_id", "updated_at", "id"], unique=False
    )
    op.create_index(
        "ix_abandoned_checkouts_by_visitor",
        "abandoned_checkouts",
        ["shop_id", "visitor_id", "id"],
        unique=False,
        sqlite_where=sa.text("visitor_id IS NOT NULL"),
        postgresql_where=sa.text("visitor_id IS NOT NULL"),
    )
    op.create_index(
        "ix_abandoned_checkouts_lapsing",
        "abandoned_checkouts",
        ["shop_id", "recovered_at", "lapsed_at", "abandoned_at"],
        unique=False,
        sqlite_where=sa.text("recovered_at IS NULL AND lapsed_at IS NULL"),
        postgresql_where=sa.text("recovered_at IS NULL AND lapsed_at IS NULL"),
    )
    op.create_index("ix_abandoned_checkouts_token", "abandoned_checkouts", ["shop_id", "token"], unique=False)
    op.create_table(
        "abandonments",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("checkout_id", sa.BigInteger(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("abandonment_type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("cart_token", sa.Text(), nullable=True),
        sa.Column("email_state", sa.Text(), server_default="not_sent", nullable=False),
        sa.Column("email_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("app_id", sa.BigInteger(), nullable=True),
        sa.Column("visit", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "checkout_id"],
            ["abandoned_checkouts.shop_id", "abandoned_checkouts.id"],
            name=op.f("fk_abandonments_abandoned_checkouts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_abandonments")),
    )
    op.create_index("ix_abandonments_by_checkout", "abandonments", ["shop_id", "checkout_id"], unique=False)
    op.create_index(
        "ix_abandonments_by_customer", "abandonments", ["shop_id", "customer_id", "created_at"], unique=False
    )
    op.create_table(
        "activities",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("abandonment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("activity_type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("marketing_activity_id", sa.BigInteger(), nullable=True),
        sa.Column("delivery_state", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("shop_id", "abandonment_id", "sequence", name=op.f("pk_activities")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "line_items",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("checkout_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("uuid", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("variant_title", sa.Text(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("vendor", sa.Text(), nullable=True),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("variant_id", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("presentment_currency", sa.Text(), nullable=False),
        sa.Column("original_unit_price", sa.BigInteger(), nullable=False),
        sa.Column("presentment_original_unit_price", sa.BigInteger(), nullable=False),
        sa.Column("original_total_price", sa.BigInteger(), nullable=False),
        sa.Column("presentment_original_total_price", sa.BigInteger(), nullable=False),
        sa.Column("discounted_unit_price", sa.BigInteger(), nullable=False),
        sa.Column("presentment_discounted_unit_price", sa.BigInteger(), nullable=False),
        sa.Column("discounted_total_price", sa.BigInteger(), nullable=False),
        sa.Column("presentment_discounted_total_price", sa.BigInteger(), nullable=False),
        sa.Column("discounted_unit_price_with_code", sa.BigInteger(), nullable=False),
        sa.Column("presentment_discounted_unit_price_with_code", sa.BigInteger(), nullable=False),
        sa.Column("discounted_total_price_with_code", sa.BigInteger(), nullable=False),
        sa.Column("presentment_discounted_total_price_with_code", sa.BigInteger(), nullable=False),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("custom_attributes", sa.Text(), server_default="[]", nullable=False),
        sa.Column("components", sa.Text(), nullable=True),
        sa.Column("discount_allocations", sa.Text(), server_default="[]", nullable=False),
        sa.Column("tax_lines", sa.Text(), server_default="[]", nullable=False),
        sa.Column("parent_position", sa.BigInteger(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "checkout_id"],
            ["abandoned_checkouts.shop_id", "abandoned_checkouts.id"],
            name=op.f("fk_line_items_abandoned_checkouts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "checkout_id", "position", name=op.f("pk_line_items")),
        sqlite_with_rowid=False,
    )
