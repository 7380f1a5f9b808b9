"""Adds to a refreshed or migrated token the number of the pair that replaced it, so that a retry receives the same
pair."""

import sqlalchemy
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("tokens", sqlalchemy.Column("replaced_by", sqlalchemy.BigInteger, nullable=True))


def downgrade() -> None:
    op.drop_column("tokens", "replaced_by")
