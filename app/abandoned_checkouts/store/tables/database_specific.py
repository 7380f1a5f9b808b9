"""Tables that are written in the SQL of one database: SQLAlchemy cannot declare them, or only one database has them.

`checkout_text` is the full-text index (see store/search/full_text). It contains tokens of search_syntax; "_" marks
those beyond ASCII. SQLite's `numbering` replaces PostgreSQL's sequences (see engine/numbering). Triggers keep the audit
log append-only.
"""

from abandoned_checkouts.store.tables.id_ranges import ID_RANGES

DATABASE_SPECIFIC: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE VIRTUAL TABLE checkout_text USING fts5(tokens, detail = 'full', "
        "tokenize = \"ascii tokenchars '_'\", columnsize = 1)",
        # The size of the index's buffer. An import uses a smaller one: see store/search/many_documents.
        "INSERT INTO checkout_text (checkout_text, rank) VALUES ('hashsize', 8388608)",
        "CREATE TABLE numbering (table_name TEXT NOT NULL PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TRIGGER audit_log_refuses_update BEFORE UPDATE ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
        "CREATE TRIGGER audit_log_refuses_delete BEFORE DELETE ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
        *ID_RANGES,
    ),
    "postgresql": (
        "CREATE TABLE checkout_text (shop_id BIGINT NOT NULL, document_id BIGINT NOT NULL, "
        "tokens TSVECTOR NOT NULL, PRIMARY KEY (shop_id, document_id))",
        "CREATE INDEX ix_checkout_text_tokens ON checkout_text USING gin (tokens)",
        "CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit_log is append-only'; END $$",
        "CREATE TRIGGER audit_log_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()",
    ),
}
