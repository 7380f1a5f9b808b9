"""Adds the kind of a token (visitor, demo, storefront, …) and the user of an online token.

Before, all tokens were stored as offline tokens.
"""

import hashlib

import sqlalchemy
from alembic import op

from abandoned_checkouts.store.engine.migration_steps import Batches, run_steps

revision = "0003"
down_revision = "0002"

_DEMO = hashlib.sha256(b"shpat_demo").hexdigest()


def _add_column() -> None:
    op.add_column("tokens", sqlalchemy.Column("associated_user", sqlalchemy.Text, nullable=True))


def _kind(kind: str, condition: str) -> Batches:
    return Batches("tokens", f"UPDATE tokens SET kind = '{kind}' WHERE {condition} AND kind = 'offline' AND {{batch}}")


STEPS = (
    _add_column,
    _kind("demo", f"token_hash = '{_DEMO}'"),
    # Tokens of Wix without scopes: of visitors, or of apps without rights, which is the same.
    _kind("visitor", "hint LIKE 'OauthN%' AND scopes = '[]'"),
    _kind("storefront", """scopes = '["write_checkouts"]'"""),
)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    op.drop_column("tokens", "associated_user")
