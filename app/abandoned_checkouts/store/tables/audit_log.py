"""Who did what. The database refuses to change or delete rows (see database_specific), which erasures keep."""

from sqlalchemy import Index, Table

from abandoned_checkouts.store.tables.columns import metadata, moment, serial, shop_key, words

audit_log = Table(
    "audit_log",
    metadata,
    shop_key(),
    serial(),
    moment("occurred_at"),
    # The command line with its user, an app, a user of an app, or the server itself.
    words("actor"),
    # For example token.created (see engine/audit_log).
    words("action"),
    # The thing and its number, without personal data: "flow 3".
    words("subject"),
    Index("ix_audit_log_by_id", "id"),
)
