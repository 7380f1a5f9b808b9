"""Customers, with the fields that the APIs for abandoned checkouts return, and erasure requests."""

from sqlalchemy import Column, Index, Table, Text, text

from abandoned_checkouts.store.tables.columns import (
    amount,
    belongs_to,
    flag,
    json_text,
    key,
    metadata,
    moment,
    number,
    serial,
    shop_key,
    words,
)

customers = Table(
    "customers",
    metadata,
    shop_key(),
    key(),
    words("uuid"),
    moment("created_at"),
    moment("updated_at"),
    words("first_name", optional=True),
    words("last_name", optional=True),
    words("email", optional=True),
    words("phone", optional=True),
    # The contact in one spelling (checkouts/contact), by which a checkout without a customer finds its own.
    words("email_key", optional=True),
    words("phone_key", optional=True),
    # Whether the customer was made from such a contact, and is joined to the platform's when that one arrives.
    flag("from_contact"),
    words("note", optional=True),
    words("state", default="disabled"),
    words("locale", default="en"),
    words("currency", optional=True),
    json_text("tags", default="[]"),
    flag("tax_exempt"),
    flag("verified_email", default=True),
    flag("data_sale_opt_out"),
    words("multipass_identifier", optional=True),
    words("product_subscriber_status", default="NEVER_SUBSCRIBED"),
    number("number_of_orders", default=0),
    amount("amount_spent"),
    number("last_order_id", optional=True),
    words("email_marketing_state", default="NOT_SUBSCRIBED"),
    words("email_marketing_opt_in_level", optional=True),
    moment("email_marketing_updated_at", optional=True),
    words("sms_marketing_state", default="NOT_SUBSCRIBED"),
    words("sms_marketing_opt_in_level", optional=True),
    moment("sms_marketing_updated_at", optional=True),
    words("sms_marketing_collected_from", optional=True),
    # The first is the default address.
    json_text("addresses", default="[]"),
    moment("erasure_requested_at", optional=True),
    json_text("extra"),
    Index("ix_customers_by_email_key", "shop_id", "email_key"),
    Index(
        "ix_customers_by_phone_key",
        "shop_id",
        "phone_key",
        sqlite_where=text("phone_key IS NOT NULL"),
        postgresql_where=text("phone_key IS NOT NULL"),
    ),
    Index("ix_customers_by_uuid", "shop_id", "uuid"),
    Index(
        "ix_customers_erasure",
        "erasure_requested_at",
        sqlite_where=text("erasure_requested_at IS NOT NULL"),
        postgresql_where=text("erasure_requested_at IS NOT NULL"),
    ),
)

# How often the image in the mails to a customer was loaded.
email_opens = Table(
    "email_opens",
    metadata,
    shop_key(),
    key("customer_id"),
    number("count"),
    moment("last_at"),
    belongs_to("customers", "customer_id"),
)

# What customers bought: a checkout, or an order that names no known checkout. Flows then stop writing to them.
purchases = Table(
    "purchases",
    metadata,
    shop_key(),
    key("customer_id"),
    # checkout/NUMBER or order/NUMBER
    Column("source", Text, primary_key=True),
    moment("bought_at"),
    belongs_to("customers", "customer_id"),
    Index("ix_purchases_by_customer", "shop_id", "customer_id", "bought_at"),
    Index("ix_purchases_by_bought_at", "bought_at"),
)

# Numbers of deleted customers. They are kept permanently, so that a late message does not create a customer again.
deleted_customers = Table(
    "deleted_customers",
    metadata,
    shop_key(),
    key(),
    moment("deleted_at"),
    # The customer that this one was merged into.
    number("merged_into", optional=True),
)

# A platform's requests for erasures that are not carried out yet: of a person by number or address, or of a checkout.
erasure_requests = Table(
    "erasure_requests",
    metadata,
    shop_key(),
    serial(),
    number("customer_id", optional=True),
    words("email", optional=True),
    number("checkout_id", optional=True),
    moment("requested_at"),
    # The order in which they are carried out.
    Index("ix_erasure_requests_by_id", "id"),
)
