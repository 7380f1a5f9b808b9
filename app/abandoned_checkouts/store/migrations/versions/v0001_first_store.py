"""The first store: shops, checkouts, customers, catalogue, events, flows, and the full-text index."""

from alembic import op

from abandoned_checkouts.store.migrations.first_store import (
    bulk,
    catalog,
    checkouts,
    customers,
    events,
    flows,
    shops,
    webhooks,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    for tables in (shops, customers, catalog, checkouts, events, flows, webhooks, bulk):
        tables.create()
    if op.get_bind().dialect.name == "sqlite":
        # The text arrives as tokens that search_syntax made; "_" marks those beyond ASCII (see store/search/full_text).
        op.execute(
            "CREATE VIRTUAL TABLE checkout_text USING fts5(tokens, detail = 'full', "
            "tokenize = \"ascii tokenchars '_'\", columnsize = 1)"
        )
        # Room for the words of a whole batch, so that an import writes them to the index in one piece, not in many.
        op.execute("INSERT INTO checkout_text (checkout_text, rank) VALUES ('hashsize', 8388608)")
    else:
        op.execute(
            "CREATE TABLE checkout_text (shop_id BIGINT NOT NULL, document_id BIGINT NOT NULL, "
            "tokens TSVECTOR NOT NULL, PRIMARY KEY (shop_id, document_id))"
        )
        op.execute("CREATE INDEX ix_checkout_text_tokens ON checkout_text USING gin (tokens)")


def downgrade() -> None:
    raise RuntimeError("the first store cannot be undone; remove it")
