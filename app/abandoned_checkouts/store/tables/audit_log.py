"""The audit log: who did what. The database refuses to change or delete its rows (see database_specific); an erasure
does not change them either."""

from sqlalchemy import Index, Table

from abandoned_checkouts.store.tables.columns import metadata, moment, serial, shop_key, words

audit_log = Table(
    "audit_log",
    metadata,
    shop_key(),
    serial(),
    moment("occurred_at"),
    # The actor: the command line with its user, an app, a user of an app, or the server itself.
    words("actor"),
    # The action, for example token.created (see engine/audit_log).
    words("action"),
    # The object and its number, without personal data: "flow 3".
    words("subject"),
    Index("ix_audit_log_by_id", "id"),
)
