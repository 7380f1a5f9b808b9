"""The mails of flows to one person: how many were sent lately, and which other flow writes to them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import select_of_shop, without_index
from abandoned_checkouts.store.tables import abandoned_checkouts, flow_mails, flow_steps

# Built once: they are read for each step of a flow.
_MAILS_SINCE = select_of_shop(flow_mails, func.count()).where(
    flow_mails.c.recipient_key == bindparam("recipient"), flow_mails.c.sent_at > bindparam("since")
)


def _earlier() -> Select[Any]:
    table, other, own = flow_steps, abandoned_checkouts, flow_steps.alias()
    theirs = select_of_shop(other, other.c.id).where(other.c.customer_id.in_(bindparam("person", expanding=True)))
    # One list of checkouts: with OR, SQLite would read all steps of the shop.
    checkouts = union_all(select(bindparam("checkout", type_=BigInteger())), theirs)
    first = (
        select(func.min(own.c.id))
        .where(
            own.c.shop_id == bindparam("shop_id"),
            own.c.flow_id == bindparam("flow"),
            own.c.checkout_id == bindparam("checkout"),
        )
        .scalar_subquery()
    )
    return (
        select_of_shop(table, table.c.flow_id)
        .where(
            table.c.checkout_id.in_(checkouts),
            table.c.flow_id != bindparam("flow"),
            table.c.state == "waiting",
            # A branch can lead to a mail.
            table.c.action.in_(("send_email", "if")),
            # The flow may not have started yet.
            or_(first.is_(None), table.c.id < first),
        )
        .order_by(without_index(table.c.id))
        .limit(1)
    )


_EARLIER = _earlier()


async def mails_since(connection: AsyncConnection, shop: Shop, recipient_key: str, since: int) -> int:
    """How many mails of flows an address received after a moment. The key is that of privacy/unsubscribed."""
    values = {"shop_id": shop.id, "recipient": recipient_key, "since": since}
    return int((await connection.execute(_MAILS_SINCE, values)).scalar() or 0)


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
    values = {"shop_id": shop.id, "flow": flow_id, "checkout": checkout.id, "person": sorted(person)}
    found: int | None = (await connection.execute(_EARLIER, values)).scalar()
    return found
