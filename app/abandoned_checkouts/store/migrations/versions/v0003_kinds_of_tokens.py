"""Adds the kind of a token (visitor, demo, storefront, …) and the user of an online token.

Before, all tokens were stored as offline tokens.
"""

import hashlib

import sqlalchemy
from alembic import op

revision = "0003"
down_revision = "0002"

_DEMO = hashlib.sha256(b"shpat_demo").hexdigest()


def upgrade() -> None:
    op.add_column("tokens", sqlalchemy.Column("associated_user", sqlalchemy.Text, nullable=True))
    tokens = sqlalchemy.table("tokens", *map(sqlalchemy.column, ("kind", "token_hash", "hint", "scopes")))
    for condition, kind in (
        (tokens.c.token_hash == _DEMO, "demo"),
        # Tokens of Wix without scopes: of visitors, or of apps without rights, which is the same.
        (tokens.c.hint.startswith("OauthN") & (tokens.c.scopes == "[]"), "visitor"),
        (tokens.c.scopes == '["write_checkouts"]', "storefront"),
    ):
        op.execute(tokens.update().where(condition, tokens.c.kind == "offline").values(kind=kind))


def downgrade() -> None:
    op.drop_column("tokens", "associated_user")
