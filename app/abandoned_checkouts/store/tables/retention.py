"""The marks of retention on an abandoned checkout: that it was announced, and that it is on hold. No personal data."""

from sqlalchemy import Table

from abandoned_checkouts.store.tables.columns import belongs_to, key, metadata, moment, partial_index, shop_key

retention_marks = Table(
    "retention_marks",
    metadata,
    shop_key(),
    key("checkout_id"),
    # The beginning of the day on which the checkout was announced. It counts if the checkout did not change later.
    moment("announced_at", optional=True),
    # The legal hold: retention does not change the checkout.
    moment("held_at", optional=True),
    belongs_to("abandoned_checkouts", "checkout_id"),
    partial_index("ix_retention_marks_held", "shop_id", "checkout_id", where="held_at IS NOT NULL"),
)
