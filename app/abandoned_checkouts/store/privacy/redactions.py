"""The data that apps need to erase their own copies of a person. It is read before the erasure and sent after it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.privacy.find_person import Person
from abandoned_checkouts.store.tables import customers, orders


@dataclass(frozen=True, slots=True)
class Redaction:
    """A customer to erase, with the ids of the orders. `customer_id` is None for a buyer who is not a customer."""

    customer_id: int | None
    email: str | None
    phone: str | None
    orders: tuple[int, ...] = ()


async def redactions_of(connection: AsyncConnection, shop: Shop, person: Person) -> list[Redaction]:
    """One redaction for each customer of the person. If there is none, one with an e-mail address or phone number."""
    table = customers
    statement = select(table.c.id, table.c.email, table.c.phone).where(
        table.c.shop_id == shop.id, table.c.id.in_(person.customers)
    )
    found = []
    for row in (await connection.execute(statement.order_by(table.c.id))).all():
        bought = select(orders.c.id).where(orders.c.shop_id == shop.id, orders.c.customer_id == row.id)
        numbers = (await connection.execute(bought.order_by(orders.c.id))).scalars().all()
        found.append(Redaction(row.id, row.email, row.phone, tuple(numbers)))
    email, phone = min(person.emails, default=None), min(person.phones, default=None)
    return found or ([Redaction(None, email, phone)] if email or phone else [])
