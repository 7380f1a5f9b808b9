"""The first store: shops, checkouts, customers, catalogue, and the full-text index."""

from alembic import op

from app.store.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    if connection.dialect.name == "sqlite":
        # The text arrives as tokens that search_syntax made; "_" marks those beyond ASCII (see store/full_text).
        op.execute(
            "CREATE VIRTUAL TABLE checkout_text USING fts5(tokens, detail = 'full', "
            "tokenize = \"ascii tokenchars '_'\", columnsize = 1)"
        )
    else:
        op.execute(
            "CREATE TABLE checkout_text (shop_id BIGINT NOT NULL, document_id BIGINT NOT NULL, "
            "tokens TSVECTOR NOT NULL, PRIMARY KEY (shop_id, document_id))"
        )
        op.execute("CREATE INDEX ix_checkout_text_tokens ON checkout_text USING gin (tokens)")


def downgrade() -> None:
    raise RuntimeError("the first store cannot be undone; remove it")
