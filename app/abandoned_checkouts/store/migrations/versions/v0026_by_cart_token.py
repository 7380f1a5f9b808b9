"""An index to find the checkout of an order that names only its cart."""

from alembic import op

from abandoned_checkouts.store.engine.migration_steps import NewIndex, run_steps

revision = "0026"
down_revision = "0025"

_NAME, _TABLE = "ix_abandoned_checkouts_by_cart_token", "abandoned_checkouts"
STEPS = (NewIndex(_NAME, _TABLE, ("shop_id", "cart_token", "id"), "cart_token IS NOT NULL"),)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    op.drop_index(_NAME, _TABLE)
