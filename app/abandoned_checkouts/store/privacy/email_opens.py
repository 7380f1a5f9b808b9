"""Counts how often the mails to a customer were opened: each mail contains an image, and requests for it are
counted."""

from dataclasses import dataclass

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.statements import insert_missing
from abandoned_checkouts.store.tables import customers, flow_mails
from abandoned_checkouts.store.tables import email_opens as table


@dataclass(frozen=True, slots=True)
class EmailOpens:
    count: int
    last_at: int


async def count_open(connection: AsyncConnection, shop: Shop, customer_id: int, now: int) -> None:
    """Count one opened mail. Requests for deleted or erased customers are not counted."""
    known = exists().where(customers.c.shop_id == shop.id, customers.c.id == customer_id)
    if not (await connection.execute(select(known))).scalar():
        return
    row = {"shop_id": shop.id, "customer_id": customer_id, "count": 0, "last_at": now}
    await insert_missing(connection, table, row)
    mine = (table.c.shop_id == shop.id) & (table.c.customer_id == customer_id)
    await connection.execute(update(table).where(mine).values(count=table.c["count"] + 1, last_at=now))


async def count_mail_open(connection: AsyncConnection, shop: Shop, mail_id: str, now: int) -> None:
    """Count one more of a flow's mail. Mails of people who were erased are not counted."""
    mails = flow_mails
    mine = (mails.c.shop_id == shop.id) & (mails.c.id == mail_id) & (mails.c.recipient != "")
    await connection.execute(update(mails).where(mine).values(opens=mails.c.opens + 1, opened_at=now))


async def opens_of(connection: AsyncConnection, shop: Shop, customer_id: int) -> EmailOpens | None:
    statement = select(table.c["count"], table.c.last_at).where(
        table.c.shop_id == shop.id, table.c.customer_id == customer_id
    )
    row = (await connection.execute(statement)).first()
    return None if row is None else EmailOpens(*row)
