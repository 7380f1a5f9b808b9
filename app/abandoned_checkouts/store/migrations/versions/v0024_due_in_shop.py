"""Indexes to claim the due work of one shop, however much of other shops is due."""

from alembic import op

from abandoned_checkouts.store.engine.migration_steps import NewIndex, run_steps

revision = "0024"
down_revision = "0023"

STEPS = (
    NewIndex("ix_open_checkouts_due_in_shop", "open_checkouts", ("shop_id", "due_at"), "due_at IS NOT NULL"),
    NewIndex("ix_events_waiting_in_shop", "events", ("shop_id", "id"), "dispatched_at IS NULL"),
    NewIndex("ix_deliveries_due_in_shop", "deliveries", ("shop_id", "due_at", "id"), "state = 'waiting'"),
    NewIndex("ix_flow_steps_due_in_shop", "flow_steps", ("shop_id", "due_at", "id"), "state = 'waiting'"),
)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    for step in STEPS:
        op.drop_index(step.name, step.table)
