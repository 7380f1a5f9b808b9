"""An index of the deliveries that wait, by subscription."""

from alembic import op

from abandoned_checkouts.store.engine.migration_steps import NewIndex, run_steps

revision = "0030"
down_revision = "0029"

_NAME, _TABLE = "ix_deliveries_due_of_subscription", "deliveries"
_COLUMNS = ("shop_id", "dialect", "subscription_id", "due_at", "id")

STEPS = (NewIndex(_NAME, _TABLE, _COLUMNS, where="state = 'waiting'"),)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    op.drop_index(_NAME, _TABLE)
