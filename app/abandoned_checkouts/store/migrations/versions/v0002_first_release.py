"""The tables of the first release. This and every later version can be upgraded. A new store is created from
store/tables.

tests/store/engine/stores has a store of this version on each database.
"""

revision = "0002"
down_revision = None


def upgrade() -> None:
    raise RuntimeError("no store is older than this version")


def downgrade() -> None:
    raise RuntimeError("no store is older than this version")
