"""The tables of the first release. Every store from then on can be upgraded; a new store is created from store/tables.

tests/store/engine/stores has a store of this version on each database.
"""

revision = "0002"
down_revision = None


def upgrade() -> None:
    raise RuntimeError("no store is older than this version")


def downgrade() -> None:
    raise RuntimeError("no store is older than this version")
