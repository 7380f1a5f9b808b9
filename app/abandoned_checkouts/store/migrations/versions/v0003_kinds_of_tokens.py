"""Tokens of visitors, of the demo shop and of storefronts get their kind; tokens of users have a user.

The program before this one stored all of them as offline tokens.
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
        # Wix's tokens without scopes: a visitor's, or of an app that may do nothing either.
        (tokens.c.hint.startswith("OauthN") & (tokens.c.scopes == "[]"), "visitor"),
        (tokens.c.scopes == '["write_checkouts"]', "storefront"),
    ):
        op.execute(tokens.update().where(condition, tokens.c.kind == "offline").values(kind=kind))


def downgrade() -> None:
    op.drop_column("tokens", "associated_user")
