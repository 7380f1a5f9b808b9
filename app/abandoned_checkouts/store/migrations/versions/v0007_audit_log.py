"""Adds the audit log, with triggers that refuse to change or delete its rows."""

import sqlalchemy
from alembic import op

revision = "0007"
down_revision = "0006"

_GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_log_refuses_update BEFORE UPDATE ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
        "CREATE TRIGGER audit_log_refuses_delete BEFORE DELETE ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit_log is append-only'; END $$",
        "CREATE TRIGGER audit_log_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sqlalchemy.Column("shop_id", sqlalchemy.BigInteger, autoincrement=False, nullable=False),
        sqlalchemy.Column("id", sqlalchemy.BigInteger, sqlalchemy.Identity(), nullable=False),
        sqlalchemy.Column("occurred_at", sqlalchemy.BigInteger, nullable=False),
        sqlalchemy.Column("actor", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("action", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("subject", sqlalchemy.Text, nullable=False),
        sqlalchemy.PrimaryKeyConstraint("shop_id", "id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_by_id", "audit_log", ["id"])
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_audit_log")
