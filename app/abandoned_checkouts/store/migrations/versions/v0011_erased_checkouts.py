"""Adds when the buyer of a checkout was erased, so that later reports do not restore the buyer's data.

Also adds an index for Wix's lists, which are sorted by the time of abandonment.
"""

from alembic import op
from sqlalchemy import BigInteger, Column

from abandoned_checkouts.store.engine.migration_steps import NewIndex, run_steps

revision = "0011"
down_revision = "0010"

_INDEX = "ix_abandoned_checkouts_by_abandoned_at"
_FILTERED = ("updated_at", "created_at", "status", "recovery_state", "email_state", "document_id")


def _add_column() -> None:
    op.add_column("abandoned_checkouts", Column("erased_at", BigInteger, nullable=True))


STEPS = (
    _add_column,
    NewIndex(_INDEX, "abandoned_checkouts", ("shop_id", "abandoned_at", "id", *_FILTERED), replaces=True),
)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    op.drop_index(_INDEX, "abandoned_checkouts")
    op.create_index(_INDEX, "abandoned_checkouts", ["shop_id", "abandoned_at", "id"])
    op.drop_column("abandoned_checkouts", "erased_at")
