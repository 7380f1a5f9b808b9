"""Adds the app that owns an event subscription, a delivery or a flow. Other apps cannot see it."""

import sqlalchemy
from alembic import op

from abandoned_checkouts.store.engine.migration_steps import Batches, run_steps

revision = "0004"
down_revision = "0003"

_WEBHOOKS = """UPDATE deliveries SET owner_id = (
    SELECT app_id FROM webhook_subscriptions AS owner
    WHERE owner.shop_id = deliveries.shop_id AND owner.id = deliveries.subscription_id
) WHERE dialect = 'shopify' AND {batch}"""

# Wix's subscriptions have the client id of their app. The creator of other subscriptions is unknown, so the merchant
# owns them.
_EVENTS = """UPDATE event_subscriptions SET owner_id = (
    SELECT apps.id FROM apps
    WHERE apps.shop_id = event_subscriptions.shop_id AND apps.client_id = event_subscriptions.app_id
) WHERE dialect = 'wix'"""
_DELIVERED_EVENTS = """UPDATE deliveries SET owner_id = (
    SELECT owner_id FROM event_subscriptions AS owner
    WHERE owner.shop_id = deliveries.shop_id AND owner.id = deliveries.subscription_id
) WHERE dialect = 'wix' AND {batch}"""


def _add_columns() -> None:
    for table in ("event_subscriptions", "deliveries", "flows"):
        op.add_column(table, sqlalchemy.Column("owner_id", sqlalchemy.BigInteger, nullable=True))


def _own_subscriptions() -> None:
    op.execute(_EVENTS)


STEPS = (
    _add_columns,
    Batches("deliveries", _WEBHOOKS),
    _own_subscriptions,
    Batches("deliveries", _DELIVERED_EVENTS),
)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    for table in ("event_subscriptions", "deliveries", "flows"):
        op.drop_column(table, "owner_id")
