"""Finds the person behind a checkout, the person's purchases, and their abandonments.

A person is the customer of a checkout and every other customer with the same e-mail address, or with the same phone
number and no other e-mail address (see checkouts/contact).
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.abandonment_facts import most_significant
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.contact import ContactKeys, contact_keys, customer_keys
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import select_of_shop, without_index
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.shop_by_shop import delete_where
from abandoned_checkouts.store.engine.statements import insert_missing
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, customers, orders, purchases

# Built once: they are read for each step of a flow. `person` are customer numbers.
_PERSON: BindParameter[Any] = bindparam("person", expanding=True)
_KEYS = select_of_shop(customers, customers.c.email_key, customers.c.phone_key).where(
    customers.c.id == bindparam("number")
)
_NOTED = select_of_shop(purchases, func.min(purchases.c.bought_at)).where(
    purchases.c.customer_id.in_(_PERSON),
    purchases.c.bought_at >= bindparam("begun_at"),
    purchases.c.source != bindparam("source"),
)
_NOTED_BEFORE = _NOTED.where(purchases.c.bought_at < bindparam("end"))
# A purchase is recorded only when its event is dispatched, so completed checkouts are read too.
_COMPLETED = select_of_shop(abandoned_checkouts, func.min(without_index(abandoned_checkouts.c.completed_at))).where(
    abandoned_checkouts.c.customer_id.in_(_PERSON),
    without_index(abandoned_checkouts.c.completed_at) >= bindparam("begun_at"),
    abandoned_checkouts.c.id != bindparam("number"),
)
_CHECKOUTS = select_of_shop(abandoned_checkouts, abandoned_checkouts.c.id).where(
    abandoned_checkouts.c.customer_id.in_(_PERSON)
)


async def customers_of(connection: AsyncConnection, shop: Shop, customer_id: int | None, keys: ContactKeys) -> set[int]:
    """The numbers of all customers who are the same person: this customer, and those with the same contact."""
    if customer_id is not None:
        row = (await connection.execute(_KEYS, {"shop_id": shop.id, "number": customer_id})).first()
        if row is not None:
            keys = ContactKeys(row.email_key or keys.email, row.phone_key or keys.phone)
    found = set() if customer_id is None else {customer_id}
    given = {name: value for name, value in (("email", keys.email), ("phone", keys.phone)) if value is not None}
    if given:
        statement = _same_contact("email" in given, "phone" in given)
        found.update((await connection.execute(statement, {"shop_id": shop.id, **given})).scalars())
    return found


@cache
def _same_contact(has_email: bool, has_phone: bool) -> Select[Any]:
    """The numbers of the customers with this contact. Parameters: shop_id, and `email`, `phone` or both."""
    table, same = customers, list[ColumnElement[bool]]()
    if has_email:
        same.append(table.c.email_key == bindparam("email"))
    if has_phone:
        # Customers with the same phone number but different e-mail addresses are different people.
        email = table.c.email_key.is_(None)
        is_no_other = or_(email, table.c.email_key == bindparam("email")) if has_email else email
        same.append(and_(table.c.phone_key == bindparam("phone"), is_no_other))
    return select_of_shop(table, table.c.id).where(or_(*same))


def contact_of(shop: Shop, checkout: Checkout) -> tuple[int | None, ContactKeys]:
    """The customer number of a checkout, and the buyer's contact: from the customer, else from the checkout."""
    number, keys = checkout.customer_id, contact_keys(checkout, shop)
    if checkout.customer is not None:
        number, own = checkout.customer.id, customer_keys(checkout.customer, shop)
        keys = ContactKeys(own.email or keys.email, own.phone or keys.phone)
    return number, keys


async def person_of_checkout(connection: AsyncConnection, shop: Shop, checkout: Checkout) -> set[int]:
    """The numbers of all customers who are the buyer of the checkout."""
    customer = checkout.customer.id if checkout.customer is not None else checkout.customer_id
    return await customers_of(connection, shop, customer, contact_keys(checkout, shop))


async def note_purchase(
    connection: AsyncConnection, shop: Shop, person: Collection[int], source: str, bought_at: int
) -> bool:
    """Record that a person bought something. `source` is checkout/NUMBER or order/NUMBER. Returns False if the purchase
    is recorded already, or if all of the customers are unknown."""
    known = customers.c.id.in_(person) & (customers.c.shop_id == shop.id)
    is_new = False
    for number in sorted((await connection.execute(select(customers.c.id).where(known))).scalars()):
        row = {"shop_id": shop.id, "customer_id": number, "source": source, "bought_at": bought_at}
        is_new |= await insert_missing(connection, purchases, row)
    return is_new


async def claim_purchase_of_order(connection: AsyncConnection, shop: Shop, checkout: Checkout) -> bool:
    """Delete the purchase that was recorded for this checkout's order, because it arrived before the checkout.

    Returns whether there was one: the caller records it for the checkout, and does not count it again.
    """
    if checkout.token is None:
        return False
    named = (orders.c.shop_id == shop.id) & (orders.c.checkout_token == checkout.token)
    numbers = (await connection.execute(select(orders.c.id).where(named))).scalars().all()
    table, sources = purchases, [f"order/{number}" for number in numbers]
    statement = delete(table).where(table.c.shop_id == shop.id, table.c.source.in_(sources))
    return bool(sources) and bool((await connection.execute(statement)).rowcount)


async def checkouts_of_person(connection: AsyncConnection, shop: Shop, person: Collection[int]) -> list[int]:
    """The numbers of a person's abandoned checkouts."""
    return sorted((await connection.execute(_CHECKOUTS, {"shop_id": shop.id, "person": sorted(person)})).scalars())


async def bought_elsewhere_at(
    connection: AsyncConnection, shop: Shop, person: Collection[int], checkout: Checkout
) -> int | None:
    """When the person first bought something else after this checkout began. None if they did not."""
    values = {
        "shop_id": shop.id,
        "person": sorted(person),
        "begun_at": checkout.created_at,
        "source": f"checkout/{checkout.id}",
        "number": checkout.id,
    }
    moments = [(await connection.execute(statement, values)).scalar() for statement in (_NOTED, _COMPLETED)]
    return min((moment for moment in moments if moment is not None), default=None)


async def bought_between(
    connection: AsyncConnection, shop: Shop, person: Collection[int], checkout_id: int, start: int, end: int
) -> int | None:
    """When the person first bought something other than the checkout, from `start` on and before `end`."""
    values = {"shop_id": shop.id, "person": sorted(person), "begun_at": start, "end": end}
    values["source"] = f"checkout/{checkout_id}"
    moment: int | None = (await connection.execute(_NOTED_BEFORE, values)).scalar()
    return moment


async def is_most_significant(
    connection: AsyncConnection, shop: Shop, person: Collection[int], checkout: Checkout, at: int | None = None
) -> bool:
    """Whether this abandonment is the one at which the person got furthest, and the latest of these.

    Only abandonments whose checkouts can still be recovered are compared. True for a checkout that is not abandoned
    yet. `at` is an earlier moment to compare them at.
    """
    if checkout.abandoned_at is None:
        return True
    found = await _open_abandonments(connection, shop, person, at)
    best = most_significant(found)
    return best is None or best["checkout_id"] == checkout.id


async def _open_abandonments(
    connection: AsyncConnection, shop: Shop, person: Collection[int], at: int | None
) -> Sequence[Row]:
    values = {"shop_id": shop.id, "person": sorted(person), **({} if at is None else {"at": at})}
    found: Sequence[Row] = (await connection.execute(_open_at(at is not None), values)).mappings().all()
    return found


@cache
def _open_at(is_earlier: bool) -> Select[Any]:
    """A person's abandonments that can be recovered: now, or at the moment `at`."""
    visit, table = abandonments, abandoned_checkouts
    at: BindParameter[Any] = bindparam("at")
    ended = [without_index(moment) for moment in (table.c.completed_at, table.c.closed_at, table.c.lapsed_at)]
    still_open = [or_(moment.is_(None), moment > at) if is_earlier else moment.is_(None) for moment in ended]
    begun = [without_index(table.c.abandoned_at) <= at] if is_earlier else []
    same = (table.c.shop_id == visit.c.shop_id) & (table.c.id == visit.c.checkout_id)
    return (
        select_of_shop(visit, visit.c.id, visit.c.checkout_id, visit.c.abandonment_type, visit.c.created_at)
        .join(table, same)
        .where(visit.c.customer_id.in_(_PERSON), *still_open, *begun)
    )


async def delete_old_purchases(connection: AsyncConnection, before: int) -> None:
    await delete_where(connection, purchases, purchases.c.bought_at < before)
