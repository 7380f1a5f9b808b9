"""The change feed. The checkouts and customers of this store are its first changes."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Identity, PrimaryKeyConstraint, Text

revision = "0022"
down_revision = "0021"

_EXISTING = (
    "SELECT shop_id, 'customer' AS kind, id AS record_id, updated_at AS changed_at FROM customers UNION ALL "
    "SELECT shop_id, 'checkout', id, updated_at FROM abandoned_checkouts"
)


def upgrade() -> None:
    op.create_table(
        "record_changes",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("id", BigInteger, Identity(), nullable=False),
        Column("kind", Text, nullable=False),
        Column("record_id", BigInteger, nullable=False),
        Column("is_deleted", Boolean, nullable=False, server_default="0"),
        Column("changed_at", BigInteger, nullable=False),
        Column("hashes", Text, nullable=False, server_default="[]"),
        PrimaryKeyConstraint("shop_id", "id", name="pk_record_changes"),
    )
    op.create_index("ix_record_changes_by_record", "record_changes", ["shop_id", "kind", "record_id"])
    order = "ORDER BY changed_at, kind DESC, record_id"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "INSERT INTO record_changes (shop_id, id, kind, record_id, changed_at) "
            f"SELECT shop_id, row_number() OVER ({order}), kind, record_id, changed_at FROM ({_EXISTING}) AS existing"
        )
        op.execute(
            "INSERT INTO numbering (table_name, last) SELECT 'record_changes', max(id) FROM record_changes HAVING "
            "max(id) IS NOT NULL"
        )
    else:
        op.execute(
            "INSERT INTO record_changes (shop_id, kind, record_id, changed_at) "
            f"SELECT shop_id, kind, record_id, changed_at FROM ({_EXISTING}) AS existing {order}"
        )


def downgrade() -> None:
    op.drop_table("record_changes")
