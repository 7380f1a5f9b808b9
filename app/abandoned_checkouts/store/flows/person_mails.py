"""The mails of flows to one person: how many were sent lately, and which other flow writes to them."""

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.tables import abandoned_checkouts, flow_mails, flow_steps


async def mails_since(connection: AsyncConnection, shop: Shop, recipient_key: str, since: int) -> int:
    """How many mails of flows an address received after a moment. The key is that of privacy/unsubscribed."""
    table = flow_mails
    statement = (
        select(func.count())
        .select_from(table)
        .where(table.c.shop_id == shop.id, table.c.recipient_key == recipient_key, table.c.sent_at > since)
    )
    return int((await connection.execute(statement)).scalar() or 0)


async def mails_between(
    connection: AsyncConnection, shop: Shop, recipient_key: str, since: int, until: int, except_flow: int
) -> int:
    """How many mails of other flows an address received after `since`, and not after `until`."""
    table = flow_mails
    statement = (
        select(func.count())
        .select_from(table)
        .where(table.c.shop_id == shop.id, table.c.recipient_key == recipient_key)
        .where(table.c.sent_at > since, table.c.sent_at <= until, table.c.flow_id != except_flow)
    )
    return int((await connection.execute(statement)).scalar() or 0)


async def abandoned_between(
    connection: AsyncConnection, shop: Shop, since: int, until: int, limit: int
) -> list[tuple[int, int]]:
    """Number and moment of the latest checkouts that were abandoned in this time, oldest first."""
    table = abandoned_checkouts
    statement = (
        select(table.c.id, table.c.abandoned_at)
        .where(table.c.shop_id == shop.id, table.c.abandoned_at > since, table.c.abandoned_at <= until)
        .order_by(table.c.abandoned_at.desc(), table.c.id.desc())
        .limit(limit)
    )
    rows = (await connection.execute(statement)).all()
    return [(row.id, row.abandoned_at) for row in reversed(rows)]


async def earlier_flow(
    connection: AsyncConnection, shop: Shop, person: Collection[int], checkout: Checkout, flow_id: int
) -> int | None:
    """The number of another flow whose mail waits for this person, if it was scheduled before this flow started."""
    table, other = flow_steps, abandoned_checkouts
    theirs = select(other.c.id).where(other.c.shop_id == shop.id, other.c.customer_id.in_(person))
    of_person = or_(table.c.checkout_id == checkout.id, table.c.checkout_id.in_(theirs))
    mine = select(func.min(table.c.id)).where(
        table.c.shop_id == shop.id, table.c.flow_id == flow_id, table.c.checkout_id == checkout.id
    )
    first = (await connection.execute(mine)).scalar()
    statement = select(table.c.flow_id).where(
        table.c.shop_id == shop.id,
        of_person,
        table.c.flow_id != flow_id,
        table.c.state == "waiting",
        # A branch can lead to a mail.
        table.c.action.in_(("send_email", "if")),
    )
    if first is not None:
        statement = statement.where(table.c.id < first)
    found: int | None = (await connection.execute(statement.order_by(table.c.id).limit(1))).scalar()
    return found
