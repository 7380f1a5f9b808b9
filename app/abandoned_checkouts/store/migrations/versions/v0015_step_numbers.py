"""Numbers of the steps of flows, which stay when a flow is edited."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("flows", Column("step_numbers", Text, nullable=True))


def downgrade() -> None:
    op.drop_column("flows", "step_numbers")
