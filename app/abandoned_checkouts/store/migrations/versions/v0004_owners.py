"""Event subscriptions, deliveries and flows get a column for the app that owns them. Other apps cannot see them."""

import sqlalchemy
from alembic import op

revision = "0004"
down_revision = "0003"

_WEBHOOKS = """UPDATE deliveries SET owner_id = (
    SELECT app_id FROM webhook_subscriptions AS owner
    WHERE owner.shop_id = deliveries.shop_id AND owner.id = deliveries.subscription_id
) WHERE dialect = 'shopify'"""


def upgrade() -> None:
    for table in ("event_subscriptions", "deliveries", "flows"):
        op.add_column(table, sqlalchemy.Column("owner_id", sqlalchemy.BigInteger, nullable=True))
    op.execute(_WEBHOOKS)


def downgrade() -> None:
    for table in ("event_subscriptions", "deliveries", "flows"):
        op.drop_column(table, "owner_id")
