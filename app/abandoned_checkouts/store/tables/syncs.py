"""Syncs: the shop at a platform that a shop here is a copy of, and each checkout that was seen there."""

from sqlalchemy import Column, Index, Table, Text

from abandoned_checkouts.store.tables.columns import json_text, metadata, moment, number, shop_key, words
from abandoned_checkouts.store.tables.encrypted import secret_words

# A shop is the copy of one source, so its key is the sync's.
syncs = Table(
    "syncs",
    metadata,
    shop_key(),
    words("name"),
    # shopify or wix, and the address of its API.
    words("platform"),
    words("source_url"),
    # The NAME.myshopify.com domain that webhooks name, or the site id at Wix.
    words("source_id", default=""),
    # JSON of the tokens, the client id and the client secret.
    secret_words("credentials"),
    # How far the sync is: written in the transaction that writes the checkouts.
    json_text("state", default="{}"),
    # Every change at the source until this time of the source is here; null before the backfill has ended.
    moment("watermark", optional=True),
    # The end of the last run without an error, and of the last reconciliation.
    moment("completed_at", optional=True),
    moment("reconciled_at", optional=True),
    moment("next_run_at"),
    number("run_every"),
    words("problem", optional=True),
    moment("problem_at", optional=True),
    # The process that runs the sync, and the end of its lease. Afterwards another process can run it.
    words("worker", optional=True),
    moment("leased_until", optional=True),
    moment("created_at"),
    Index("ix_syncs_by_name", "name"),
    Index("ix_syncs_by_next_run_at", "next_run_at"),
)

# Not the checkouts themselves: those are in the tables of all others. A row stays when its checkout is deleted here.
synced_checkouts = Table(
    "synced_checkouts",
    metadata,
    shop_key(),
    # Shopify's number or Wix's GUID.
    Column("source_key", Text, primary_key=True),
    # The times of the source.
    moment("created_at"),
    moment("updated_at"),
    # When a reconciliation found that the source no longer has it.
    moment("gone_at", optional=True),
    Index("ix_synced_checkouts_by_created_at", "shop_id", "created_at"),
    sqlite_with_rowid=False,
)
