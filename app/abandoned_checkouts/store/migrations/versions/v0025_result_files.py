"""Files of bulk operations and exports in the database, for servers without a shared disk."""

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, Text

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "result_files",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("name", Text, nullable=False),
        Column("position", BigInteger, nullable=False, autoincrement=False),
        Column("content", LargeBinary, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", "name", "position", name="pk_result_files"),
    )
    op.create_index("ix_result_files_by_created_at", "result_files", ["created_at"])


def downgrade() -> None:
    op.drop_table("result_files")
