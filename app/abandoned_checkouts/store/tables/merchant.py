"""The people who sign in to the merchant pages, their sessions and one-time links; their notes and exports."""

from sqlalchemy import Index, Table

from abandoned_checkouts.store.tables.columns import (
    belongs_to,
    flag,
    metadata,
    moment,
    number,
    serial,
    shop_key,
    small_number,
    words,
)

merchant_users = Table(
    "merchant_users",
    metadata,
    shop_key(),
    serial(),
    # In lower case, so that one address is one user.
    words("email"),
    # viewer, agent or owner (see access/roles).
    words("role"),
    flag("is_removed"),
    moment("created_at"),
    Index("uq_merchant_users_email", "shop_id", "email", unique=True),
)

# One-time links that sign a user in: invitations, and links that a user asked for.
merchant_links = Table(
    "merchant_links",
    metadata,
    shop_key(),
    serial(),
    number("user_id"),
    # SHA-256 of the key in the link.
    words("key_hash"),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", optional=True),
    belongs_to("merchant_users", "user_id"),
    Index("uq_merchant_links_key_hash", "key_hash", unique=True),
    Index("ix_merchant_links_by_user", "shop_id", "user_id"),
)

merchant_sessions = Table(
    "merchant_sessions",
    metadata,
    shop_key(),
    serial(),
    # SHA-256 of the cookie, and of the key that the explorer sends in a header instead of it.
    words("cookie_hash"),
    words("key_hash"),
    # Either a user, or the access token that was entered.
    number("user_id", optional=True),
    number("token_id", optional=True),
    number("app_id"),
    moment("created_at"),
    moment("expires_at"),
    belongs_to("merchant_users", "user_id"),
    belongs_to("tokens", "token_id"),
    Index("uq_merchant_sessions_cookie_hash", "cookie_hash", unique=True),
    Index("uq_merchant_sessions_key_hash", "key_hash", unique=True),
    Index("ix_merchant_sessions_by_user", "shop_id", "user_id"),
    Index("ix_merchant_sessions_by_token", "shop_id", "token_id"),
    Index("ix_merchant_sessions_expires_at", "expires_at"),
)

# The notes that people wrote about a checkout.
merchant_notes = Table(
    "merchant_notes",
    metadata,
    shop_key(),
    serial(),
    number("checkout_id"),
    words("author"),
    words("text"),
    # Grows with each change, so that a person who edits an older text is noticed.
    small_number("version", default=1),
    moment("created_at"),
    moment("updated_at"),
    Index("ix_merchant_notes_by_checkout", "shop_id", "checkout_id", "id"),
)

# Exports of the merchant pages, which a worker writes to files.
merchant_exports = Table(
    "merchant_exports",
    metadata,
    shop_key(),
    serial(),
    words("query"),
    # csv | jsonl | dry_run
    words("format"),
    # waiting | running | done | failed | deleted
    words("state"),
    words("author"),
    # The server's URL, for recovery links in the file.
    words("address"),
    number("done", default=0),
    number("total", default=0),
    words("file", optional=True),
    words("problem", optional=True),
    # A worker that runs it moves this forward; later it was interrupted, and runs again.
    moment("claimed_until", optional=True),
    moment("created_at"),
    moment("finished_at", optional=True),
    Index("ix_merchant_exports_by_state", "state", "id"),
)
