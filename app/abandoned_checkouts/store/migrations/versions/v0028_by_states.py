"""The index by the state of the recovery e-mail also has the other states, to page by any combination of states."""

from alembic import op
from sqlalchemy import text

from abandoned_checkouts.store.engine.migration_steps import NewIndex, run_steps

revision = "0028"
down_revision = "0027"

_NAME, _TABLE = "ix_abandoned_checkouts_by_email_state", "abandoned_checkouts"


def _measure() -> None:
    """Read the statistics of the new index, if the store has statistics of the other indexes. Without them, SQLite
    would assume that a shop has few rows in this index, and use it in place of better ones."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite" or not bind.execute(_HAS_STATISTICS).first():
        return
    if bind.execute(_OF_TABLE, {"table": _TABLE}).first():
        op.execute(text(f"ANALYZE {_NAME}"))


_HAS_STATISTICS = text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
_OF_TABLE = text("SELECT 1 FROM sqlite_stat1 WHERE tbl = :table")

STEPS = (
    NewIndex(_NAME, _TABLE, ("shop_id", "email_state", "status", "recovery_state", "id"), replaces=True),
    _measure,
)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    NewIndex(_NAME, _TABLE, ("shop_id", "email_state", "id"), replaces=True)()
    _measure()
