"""Shops, the apps installed on them, their tokens and saved searches."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from abandoned_checkouts.store.tables.columns import (
    belongs_to,
    flag,
    json_text,
    key,
    metadata,
    moment,
    number,
    shop_key,
    small_number,
    words,
)
from abandoned_checkouts.store.tables.encrypted import secret_words

shops = Table(
    "shops",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    words("uuid"),
    words("domain"),
    words("name"),
    words("email"),
    words("owner_name"),
    words("currency"),
    words("timezone"),
    words("platform"),
    flag("taxes_included"),
    secret_words("secret"),
    flag("is_demo"),
    json_text("presentment_currencies", default="[]"),
    json_text("address"),
    # The default value is declared in checkouts/shop.
    small_number("abandoned_after_minutes"),
    # The last number that was assigned to a checkout of this shop whose source sent none.
    number("last_checkout_id", default=0),
    # The last number that was assigned to a customer that was created from a contact.
    number("last_customer_id", default=0),
    moment("created_at"),
    moment("updated_at"),
    # The settings as JSON. Encrypted, because they can contain secrets of webhooks.
    secret_words("settings", default="{}"),
    Index("uq_shops_domain", "domain", unique=True),
    Index("uq_shops_uuid", "uuid", unique=True),
)

apps = Table(
    "apps",
    metadata,
    shop_key(),
    key(),
    words("title"),
    words("handle"),
    words("client_id"),
    # The shared secret with which webhooks are signed.
    secret_words("client_secret"),
    json_text("scopes", default="[]"),
    json_text("settings", default="{}"),
    moment("created_at"),
    Index("uq_apps_client_id", "shop_id", "client_id", unique=True),
)

tokens = Table(
    "tokens",
    metadata,
    shop_key(),
    key(),
    number("app_id"),
    # SHA-256 of the token. The token itself is shown once and not stored.
    words("token_hash"),
    words("hint"),
    json_text("scopes", default="[]"),
    # A CallerKind (access/callers), or "code" for a text that can only be exchanged for a token.
    words("kind", default="offline"),
    moment("created_at"),
    moment("expires_at", optional=True),
    moment("revoked_at", optional=True),
    words("refresh_hash", optional=True),
    moment("refresh_expires_at", optional=True),
    # The number of the token that replaced this one by a refresh or a migration.
    number("replaced_by", optional=True),
    # The user of an online token, with id and permissions. Null for other tokens.
    json_text("associated_user"),
    belongs_to("apps", "app_id"),
    Index("uq_tokens_token_hash", "token_hash", unique=True),
    Index("ix_tokens_refresh_hash", "refresh_hash"),
)

saved_searches = Table(
    "saved_searches",
    metadata,
    shop_key(),
    key(),
    words("resource_type"),
    words("name"),
    words("query"),
    moment("created_at"),
    moment("updated_at"),
    Index("uq_saved_searches_name", "shop_id", "resource_type", "name", unique=True),
)
