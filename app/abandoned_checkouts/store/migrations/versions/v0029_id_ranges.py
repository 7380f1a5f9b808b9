"""On SQLite, the ranges of ids by time, of all checkouts of the store."""

from alembic import op

revision = "0029"
down_revision = "0028"

_PART = 21_600_000_000
_TABLES = (
    "CREATE TABLE checkout_id_ranges (shop_id INTEGER NOT NULL, part INTEGER NOT NULL, first_id INTEGER NOT NULL, "
    "last_id INTEGER NOT NULL, PRIMARY KEY (shop_id, part)) WITHOUT ROWID",
    "CREATE TABLE checkout_id_ranges_until (shop_id INTEGER NOT NULL PRIMARY KEY, position INTEGER NOT NULL)",
    "INSERT INTO checkout_id_ranges (shop_id, part, first_id, last_id) "
    f"SELECT shop_id, created_at / {_PART} AS part, min(id), max(id) FROM abandoned_checkouts GROUP BY shop_id, part",
    "INSERT INTO checkout_id_ranges_until (shop_id, position) "
    "SELECT shop_id, max(id) FROM record_changes GROUP BY shop_id",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in _TABLES:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("checkout_id_ranges_until")
        op.drop_table("checkout_id_ranges")
