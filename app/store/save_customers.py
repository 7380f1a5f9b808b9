"""Writing customers, where what is known stays unless a source says otherwise."""

from collections.abc import Iterable, Sequence
from copy import copy

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.checkouts.checkout import Checkout
from app.checkouts.customer import Customer
from app.checkouts.identity import derived_uuid
from app.checkouts.shop import Shop
from app.store.identify import chunks
from app.store.rows import RowShape
from app.store.statements import put_rows
from app.store.tables import customers

CUSTOMER = RowShape(Customer, customers)
_COLUMNS = ("shop_id", *CUSTOMER.columns)


async def save_customers(connection: AsyncConnection, shop: Shop, people: Sequence[Customer]) -> None:
    """Store customers; one that is older than its row changes nothing, and silence about a field leaves it."""
    for part in chunks(people):
        ids = [customer.id for customer in part]
        rows = await connection.execute(
            select(customers).where(customers.c.shop_id == shop.id, customers.c.id.in_(ids))
        )
        known = {row["id"]: CUSTOMER.record(row) for row in rows.mappings()}
        ready = []
        for customer in part:
            older = known.get(customer.id)
            if older is not None:
                if older.updated_at > customer.updated_at:
                    continue
                customer = CUSTOMER.merged(older, copy(customer))
                if customer == older:
                    continue
            if customer.uuid is None:
                customer.uuid = derived_uuid(shop.domain, "customer", customer.id)
            ready.append((shop.id, *CUSTOMER.values(customer)))
        await put_rows(connection, customers, _COLUMNS, ready)


def customers_of(checkouts: Iterable[Checkout]) -> list[Customer]:
    """The customers of checkouts, each once, as they were told of last."""
    latest: dict[int, Customer] = {}
    for checkout in checkouts:
        customer = checkout.customer
        if customer is not None and (
            customer.id not in latest or latest[customer.id].updated_at <= customer.updated_at
        ):
            latest[customer.id] = customer
    return list(latest.values())
