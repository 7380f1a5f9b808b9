"""The audit log: who did what. Rows are added in the transaction of the action, and never changed.

Actors, actions and subjects must not contain personal data of buyers, because an erasure does not change the log.
"""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.numbering import insert_numbered
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import audit_log, shops


class AuditAction(StrEnum):
    APP_REGISTERED = "app.registered"
    CHECKOUTS_EXPORTED = "checkouts.exported"
    ERASURE_CANCELLED = "erasure.cancelled"
    ERASURE_REQUESTED = "erasure.requested"
    PERSON_ERASED = "person.erased"
    FLOW_CREATED = "flow.created"
    FLOW_CHANGED = "flow.changed"
    FLOW_DELETED = "flow.deleted"
    FLOW_TURNED_OFF = "flow.turned_off"
    FLOW_TURNED_ON = "flow.turned_on"
    KEY_CHANGED = "secret_key.changed"
    MAIL_SENT = "mail.sent_by_hand"
    RETENTION_ANNOUNCED = "retention.announced"
    RETENTION_APPLIED = "retention.applied"
    RETENTION_HELD = "retention.held"
    RETENTION_RELEASED = "retention.released"
    SESSION_BEGUN = "session.begun"
    SESSION_ENDED = "session.ended"
    SETTINGS_CHANGED = "settings.changed"
    SHOP_CREATED = "shop.created"
    STORE_COPIED = "store.copied"
    SUBSCRIPTION_CREATED = "subscription.created"
    SUBSCRIPTION_DELETED = "subscription.deleted"
    SYNC_ADDED = "sync.added"
    SYNC_REMOVED = "sync.removed"
    SYNC_RENEWED = "sync.renewed"
    TOKEN_CREATED = "token.created"
    TOKEN_REVOKED = "token.revoked"
    USER_CHANGED = "user.changed"
    USER_INVITED = "user.invited"
    USER_REMOVED = "user.removed"


# The shop_id of actions that affect all shops.
OF_STORE = 0


async def record(
    connection: AsyncConnection, shop_id: int, action: AuditAction, subject: str, now: int, *, by: str | None = None
) -> None:
    """Add a row in the transaction of the action. `by` is the actor; the default is the actor of the current
    request."""
    row = {"shop_id": shop_id, "occurred_at": now, "actor": by or actor.get(), "action": str(action)}
    await insert_numbered(connection, audit_log, [{**row, "subject": subject}])


async def list_audit_log(
    connection: AsyncConnection, *, shop_id: int | None = None, since: int | None = None, limit: int = 1000
) -> Sequence[Row]:
    """The newest `limit` rows, oldest first. Each has the domain of its shop, null if the shop is deleted."""
    table = audit_log
    statement = select(table, shops.c.domain).join(shops, shops.c.id == table.c.shop_id, isouter=True)
    if shop_id is not None:
        statement = statement.where(table.c.shop_id == shop_id)
    if since is not None:
        statement = statement.where(table.c.occurred_at >= since)
    rows = await connection.execute(statement.order_by(table.c.id.desc()).limit(limit))
    return [dict(row) for row in rows.mappings()][::-1]
