"""The trace in which an event was written, so that its deliveries continue it."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0027"
down_revision = "0026"

_TABLES = ("events", "deliveries")


def _add_columns() -> None:
    for table in _TABLES:
        op.add_column(table, Column("traceparent", Text, nullable=True))


STEPS = (_add_columns,)


def upgrade() -> None:
    _add_columns()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "traceparent")
