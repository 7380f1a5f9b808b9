"""Writing customers. A field that a source does not send keeps its value."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.identity import derived_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.row_shape import RowShape
from abandoned_checkouts.store.engine.statements import chunks, put_rows
from abandoned_checkouts.store.tables import customers

CUSTOMER = RowShape(Customer, customers)
_COLUMNS = ("shop_id", *CUSTOMER.columns)
_VALUES = [customers.c[name] for name in CUSTOMER.columns]
_ID, _UPDATED_AT = CUSTOMER.columns.index("id"), CUSTOMER.columns.index("updated_at")


async def save_customers(connection: AsyncConnection, shop: Shop, people: Sequence[Customer]) -> None:
    """Store customers. One that is older than its row changes nothing. A field with its default value keeps the stored
    value."""
    for part in chunks(people):
        ids = [customer.id for customer in part]
        rows = await connection.execute(select(*_VALUES).where(customers.c.shop_id == shop.id, customers.c.id.in_(ids)))
        known = {row[_ID]: tuple(row) for row in rows}
        ready = []
        for customer in part:
            older = known.get(customer.id)
            if older is None and customer.uuid is None:
                customer.uuid = derived_uuid(shop.domain, "customer", customer.id)
            values = CUSTOMER.values(customer)
            if older is not None:
                if older[_UPDATED_AT] > customer.updated_at:
                    continue
                if values == older or (values := CUSTOMER.merged_values(older, values)) == older:
                    continue
            ready.append((shop.id, *values))
        await put_rows(connection, customers, _COLUMNS, ready)


def customers_of(checkouts: Iterable[Checkout]) -> list[Customer]:
    """The customers of checkouts, each once, in its latest version."""
    latest: dict[int, Customer] = {}
    for checkout in checkouts:
        customer = checkout.customer
        if customer is not None and (
            customer.id not in latest or latest[customer.id].updated_at <= customer.updated_at
        ):
            latest[customer.id] = customer
    return list(latest.values())
