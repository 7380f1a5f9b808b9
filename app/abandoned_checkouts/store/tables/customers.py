"""Customers, with the fields that the APIs for abandoned checkouts return, and erasure requests."""

from sqlalchemy import Column, Index, Table, Text

from abandoned_checkouts.store.tables.columns import (
    amount,
    belongs_to,
    flag,
    json_text,
    key,
    metadata,
    moment,
    number,
    partial_index,
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
    # The normalised contact (checkouts/contact), by which the customer of a checkout is found.
    words("email_key", optional=True),
    words("phone_key", optional=True),
    # Whether this server created the customer from a contact. A platform's customer with the same contact replaces it.
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
    # The addresses. The first is the default address.
    json_text("addresses", default="[]"),
    moment("erasure_requested_at", optional=True),
    json_text("extra"),
    Index("ix_customers_by_email_key", "shop_id", "email_key"),
    partial_index("ix_customers_by_phone_key", "shop_id", "phone_key", where="phone_key IS NOT NULL"),
    Index("ix_customers_by_uuid", "shop_id", "uuid"),
    partial_index("ix_customers_erasure", "erasure_requested_at", where="erasure_requested_at IS NOT NULL"),
)

# How often the image in the mails to a customer was requested.
email_opens = Table(
    "email_opens",
    metadata,
    shop_key(),
    key("customer_id"),
    number("count"),
    moment("last_at"),
    belongs_to("customers", "customer_id"),
)

# Purchases of customers: of a known checkout, or by an order of an unknown one. Flows then stop sending mails to them.
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

# Numbers of deleted customers. They are kept permanently, so that a late report does not create the customer again.
deleted_customers = Table(
    "deleted_customers",
    metadata,
    shop_key(),
    key(),
    moment("deleted_at"),
    # The customer into which this one was merged.
    number("merged_into", optional=True),
)

# Erasure requests of platforms that are not carried out yet: of a customer number, an e-mail address, or a checkout's
# buyer.
erasure_requests = Table(
    "erasure_requests",
    metadata,
    shop_key(),
    serial(),
    number("customer_id", optional=True),
    words("email", optional=True),
    number("checkout_id", optional=True),
    moment("requested_at"),
    # Requests are carried out in the order of this number.
    Index("ix_erasure_requests_by_id", "id"),
)
