"""How often twins have begun the random values of a seed in this store."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "twin_seeds",
        Column("seed", BigInteger, nullable=False, autoincrement=False),
        Column("uses", BigInteger, nullable=False),
        PrimaryKeyConstraint("seed", name="pk_twin_seeds"),
    )


def downgrade() -> None:
    op.drop_table("twin_seeds")
