"""Indexes to claim the due work of one shop, however much of other shops is due."""

from alembic import op
from sqlalchemy import text

revision = "0024"
down_revision = "0023"

_INDEXES = (
    ("ix_open_checkouts_due_in_shop", "open_checkouts", ["shop_id", "due_at"], "due_at IS NOT NULL"),
    ("ix_events_waiting_in_shop", "events", ["shop_id", "id"], "dispatched_at IS NULL"),
    ("ix_deliveries_due_in_shop", "deliveries", ["shop_id", "due_at", "id"], "state = 'waiting'"),
    ("ix_flow_steps_due_in_shop", "flow_steps", ["shop_id", "due_at", "id"], "state = 'waiting'"),
)


def upgrade() -> None:
    for name, table, columns, where in _INDEXES:
        op.create_index(name, table, columns, sqlite_where=text(where), postgresql_where=text(where))


def downgrade() -> None:
    for name, table, _columns, _where in _INDEXES:
        op.drop_index(name, table)
