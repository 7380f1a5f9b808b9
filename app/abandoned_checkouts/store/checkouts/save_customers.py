"""Writes customers. A field that the source does not send keeps its stored value."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.contact import ContactKeys, customer_keys, keys_of_customer
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.identity import derived_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.engine.row_shape import RowShape
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.engine.statements import chunks, insert_rows, put_rows
from abandoned_checkouts.store.engine.stored_numbers import stored_numbers
from abandoned_checkouts.store.outbox.record_changes import note_written
from abandoned_checkouts.store.tables import customers

CUSTOMER = RowShape(Customer, customers)
_COLUMNS = ("shop_id", *CUSTOMER.columns, "email_key", "phone_key")
_ID, _UPDATED_AT, _EMAIL, _PHONE = map(CUSTOMER.columns.index, ("id", "updated_at", "email", "phone"))


class PreparedCustomer(NamedTuple):
    """The row of a customer who is not stored yet, computed before the transaction."""

    values: RowValues
    keys: ContactKeys
    has_derived_uuid: bool


NOBODY_PREPARED: Mapping[int, PreparedCustomer] = MappingProxyType({})


def prepared_customer(shop: Shop, customer: Customer) -> PreparedCustomer:
    """Computes the row of a customer. If the source did not send a GUID, sets the derived one."""
    is_unnamed = customer.uuid is None
    if is_unnamed:
        customer.uuid = derived_uuid(shop.domain, "customer", customer.id)
    values = CUSTOMER.values(customer)
    return PreparedCustomer(values, _keys_of(values, customer, shop), is_unnamed)


async def save_customers(
    connection: AsyncConnection,
    shop: Shop,
    people: Sequence[Customer],
    prepared: Mapping[int, PreparedCustomer] = NOBODY_PREPARED,
) -> list[Customer]:
    """Store customers. Customers that are older than their row are ignored. A field with its default value keeps the
    stored value. Returns the customers whose contact is new or changed; contact_customers merges created customers with
    that contact into them. `prepared` has results of `prepared_customer` by Python's `id(customer)`."""
    known = await _stored_values(connection, shop, [customer.id for customer in people])
    with_new_contact, ready = [], []
    written: list[list[tuple[int, int]]] = []
    for part in chunks(people):
        written.append([])
        for customer in part:
            older, made = known.get(customer.id), prepared.get(id(customer))
            if older is None:
                values, keys, _ = prepared_customer(shop, customer) if made is None else made
            else:
                if made is not None and made.has_derived_uuid:
                    customer.uuid = None
                if older[_UPDATED_AT] > customer.updated_at:
                    continue
                values = CUSTOMER.values(customer)
                if values == older or (values := CUSTOMER.merged_values(older, values)) == older:
                    continue
                keys = _keys_of(values, customer, shop)
            if (keys.email or keys.phone) and (older is None or keys != _keys_of(older, customer, shop)):
                with_new_contact.append(customer)
            ready.append((shop.id, *values, keys.email, keys.phone))
            written[-1].append((customer.id, customer.updated_at))
    await put_rows(connection, customers, _COLUMNS, ready)
    await note_written(connection, shop.id, "customer", written)
    return with_new_contact


async def _stored_values(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> dict[int, RowValues]:
    """The values of the columns of stored customers, by number."""
    known: dict[int, RowValues] = {}
    statement = rows_with(customers, "id", tuple(CUSTOMER.columns))
    for part in chunks(await stored_numbers(connection, customers, "id", shop.id, numbers)):
        for row in await connection.execute(statement, {"shop_id": shop.id, "values": part}):
            known[row[_ID]] = tuple(row)
    return known


async def insert_customers(connection: AsyncConnection, shop: Shop, people: Sequence[Customer]) -> None:
    """Insert customers whose numbers are not stored yet."""
    keys = [customer_keys(each, shop) for each in people]
    rows = [(shop.id, *CUSTOMER.values(each), key.email, key.phone) for each, key in zip(people, keys, strict=True)]
    await insert_rows(connection, customers, _COLUMNS, rows)
    await note_written(connection, shop.id, "customer", chunks([(each.id, each.updated_at) for each in people]))


def _keys_of(values: RowValues, customer: Customer, shop: Shop) -> ContactKeys:
    """The columns email_key and phone_key for the values of a customer."""
    return keys_of_customer(values[_EMAIL], values[_PHONE], customer.addresses, shop)


def customers_of(checkouts: Iterable[Checkout]) -> list[Customer]:
    """The customers in checkouts. A customer in several checkouts is returned once, in the latest version."""
    latest: dict[int, Customer] = {}
    for checkout in checkouts:
        customer = checkout.customer
        if customer is not None and (
            customer.id not in latest or latest[customer.id].updated_at <= customer.updated_at
        ):
            latest[customer.id] = customer
    return list(latest.values())
