"""The idempotency keys of mutations, and the responses that repeated requests receive."""

from sqlalchemy import Column, Index, Table, Text

from abandoned_checkouts.store.tables.columns import belongs_to, flag, json_text, key, metadata, moment, shop_key, words

idempotent_requests = Table(
    "idempotent_requests",
    metadata,
    shop_key(),
    key("app_id"),
    # SHA-256 of the key. The key itself is not stored, because the app can put anything into it.
    Column("key_hash", Text, primary_key=True),
    # SHA-256 of the mutation with its arguments and selections.
    words("fingerprint"),
    # Whether the mutation's transaction is committed; set within that transaction.
    flag("is_executed"),
    # Data and errors of the mutation. Null while it runs, and after an erasure.
    json_text("response"),
    moment("created_at"),
    belongs_to("apps", "app_id"),
    Index("ix_idempotent_requests_created_at", "created_at"),
)
