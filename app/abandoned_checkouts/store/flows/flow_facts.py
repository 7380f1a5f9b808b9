"""The facts that a due step of a flow needs, and the records that it creates: mails and tasks."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.step_parts import part_of_step
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.open_checkouts import find_open_checkout
from abandoned_checkouts.store.checkouts.save_customers import CUSTOMER
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.engine.numbering import next_number
from abandoned_checkouts.store.engine.prepared import insert_into, rows_with
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import insert_missing
from abandoned_checkouts.store.reports.note_actions import note_sent
from abandoned_checkouts.store.tables import customers, flow_mails, merchant_tasks, saved_searches
from abandoned_checkouts.store.tenants.saved_searches import CHECKOUT_SEARCHES


async def current_checkout(connection: AsyncConnection, shop: Shop, number: int) -> Checkout | None:
    """The checkout, abandoned or still open, with its customer's current data; None if it was deleted."""
    return (await current_checkouts(connection, shop, [number])).get(number)


async def current_checkouts(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> dict[int, Checkout]:
    """Checkouts as `current_checkout` returns them, by number."""
    found = await load_known(connection, shop, numbers)
    for number in numbers:
        opened = None if number in found else await _open_checkout(connection, shop, number)
        if opened is not None:
            found[number] = opened
    return found


async def _open_checkout(connection: AsyncConnection, shop: Shop, number: int) -> Checkout | None:
    entry = await find_open_checkout(connection, shop, number=number)
    if entry is None or entry.state == "deleted":
        return None
    checkout = entry.checkout
    customer_id = checkout.customer.id if checkout.customer is not None else checkout.customer_id
    if customer_id is None:
        return checkout
    values = {"shop_id": shop.id, "values": [customer_id]}
    row = (await connection.execute(rows_with(customers, "id"), values)).mappings().first()
    return checkout if row is None else replace(checkout, customer=CUSTOMER.record(row), customer_id=customer_id)


async def saved_search_query(connection: AsyncConnection, shop: Shop, name: str) -> str | None:
    """The query of the shop's saved search for abandoned checkouts with that name."""
    table = saved_searches
    statement = select(table.c.query).where(
        table.c.shop_id == shop.id, table.c.resource_type == CHECKOUT_SEARCHES, table.c.name == name
    )
    query: str | None = (await connection.execute(statement)).scalar()
    return query


async def save_mail(connection: AsyncConnection, shop: Shop, mail: Row) -> None:
    """Store a mail as it was sent: the columns of flow_mails except shop_id."""
    await connection.execute(insert_into(flow_mails), {"shop_id": shop.id, **mail})
    step = part_of_step(mail["flow_id"], mail["position"])
    await note_sent(connection, shop, mail["checkout_id"], mail["sent_at"], name=f"mail/{mail['id']}", step=step)


async def save_new_mail(connection: AsyncConnection, shop: Shop, mail: Row) -> bool:
    """Store a mail as `save_mail` does. Returns False if there is one with its id already."""
    return await insert_missing(connection, flow_mails, {"shop_id": shop.id, **mail})


async def delete_mail(connection: AsyncConnection, shop: Shop, mail_id: str) -> None:
    """Delete a stored mail that was not sent."""
    await connection.execute(delete(flow_mails).where(flow_mails.c.shop_id == shop.id, flow_mails.c.id == mail_id))


async def create_task(connection: AsyncConnection, shop: Shop, checkout_id: int, title: str, now: int) -> None:
    await lock_subject(connection, shop, "merchant_tasks")
    number = await next_number(connection, merchant_tasks.name, shop.id, now)
    row = {"shop_id": shop.id, "id": number, "checkout_id": checkout_id, "title": title, "created_at": now}
    await connection.execute(insert(merchant_tasks).values(row))
