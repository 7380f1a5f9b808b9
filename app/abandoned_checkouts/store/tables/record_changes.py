"""The change feed: the last change of each checkout and customer, and each erasure, in the order of the changes."""

from sqlalchemy import Index, Table

from abandoned_checkouts.store.tables.columns import flag, json_text, metadata, moment, number, serial, shop_key, words

record_changes = Table(
    "record_changes",
    metadata,
    shop_key(),
    # The position in the feed.
    serial(),
    # checkout | customer | erasure
    words("kind"),
    # The number of the checkout or customer; 0 for an erasure.
    number("record_id"),
    flag("is_deleted"),
    moment("changed_at"),
    # Of an erasure: the list of keyed hashes of the person's addresses.
    json_text("hashes", default="[]"),
    Index("ix_record_changes_by_record", "shop_id", "kind", "record_id"),
)
