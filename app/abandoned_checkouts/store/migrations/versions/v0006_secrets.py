"""Adds a value that is encrypted with the store's secret key. Right after this migration, the program encrypts the
secrets of an older store."""

import sqlalchemy
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "store_secrets",
        sqlalchemy.Column("name", sqlalchemy.Text, nullable=False),
        sqlalchemy.Column("value", sqlalchemy.Text, nullable=False),
        sqlalchemy.PrimaryKeyConstraint("name", name="pk_store_secrets"),
    )


def downgrade() -> None:
    op.drop_table("store_secrets")
