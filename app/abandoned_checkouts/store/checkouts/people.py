"""Finds the person behind a checkout, the person's purchases, and their abandonments.

A person is the customer of a checkout and every other customer with the same e-mail address, or with the same phone
number and no other e-mail address (see checkouts/contact).
"""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.abandonment_facts import most_significant
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.contact import ContactKeys, contact_keys, customer_keys
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import insert_missing
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, customers, orders, purchases


async def customers_of(connection: AsyncConnection, shop: Shop, customer_id: int | None, keys: ContactKeys) -> set[int]:
    """The numbers of all customers who are the same person: this customer, and those with the same contact."""
    table = customers
    if customer_id is not None:
        mine = (table.c.shop_id == shop.id) & (table.c.id == customer_id)
        row = (await connection.execute(select(table.c.email_key, table.c.phone_key).where(mine))).first()
        if row is not None:
            keys = ContactKeys(row.email_key or keys.email, row.phone_key or keys.phone)
    same = []
    if keys.email is not None:
        same.append(table.c.email_key == keys.email)
    if keys.phone is not None:
        # Customers with the same phone number but different e-mail addresses are different people.
        email = table.c.email_key.is_(None)
        is_no_other = email if keys.email is None else or_(email, table.c.email_key == keys.email)
        same.append(and_(table.c.phone_key == keys.phone, is_no_other))
    found = set() if customer_id is None else {customer_id}
    if same:
        statement = select(table.c.id).where(table.c.shop_id == shop.id, or_(*same))
        found.update((await connection.execute(statement)).scalars())
    return found


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
    table = abandoned_checkouts
    statement = select(table.c.id).where(table.c.shop_id == shop.id, table.c.customer_id.in_(person))
    return sorted((await connection.execute(statement)).scalars())


async def bought_elsewhere_at(
    connection: AsyncConnection, shop: Shop, person: Collection[int], checkout: Checkout
) -> int | None:
    """When the person first bought something else after this checkout began. None if they did not."""
    table, other = purchases, abandoned_checkouts
    noted = select(func.min(table.c.bought_at)).where(
        table.c.shop_id == shop.id,
        table.c.customer_id.in_(person),
        table.c.bought_at >= checkout.created_at,
        table.c.source != f"checkout/{checkout.id}",
    )
    # A purchase is recorded only when its event is dispatched, so completed checkouts are read too.
    completed = select(func.min(other.c.completed_at)).where(
        other.c.shop_id == shop.id,
        other.c.customer_id.in_(person),
        other.c.completed_at >= checkout.created_at,
        other.c.id != checkout.id,
    )
    moments = [(await connection.execute(statement)).scalar() for statement in (noted, completed)]
    return min((moment for moment in moments if moment is not None), default=None)


async def bought_between(
    connection: AsyncConnection, shop: Shop, person: Collection[int], checkout_id: int, start: int, end: int
) -> int | None:
    """When the person first bought something other than the checkout, from `start` on and before `end`."""
    table = purchases
    statement = select(func.min(table.c.bought_at)).where(
        table.c.shop_id == shop.id,
        table.c.customer_id.in_(person),
        table.c.bought_at >= start,
        table.c.bought_at < end,
        table.c.source != f"checkout/{checkout_id}",
    )
    moment: int | None = (await connection.execute(statement)).scalar()
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
    visit, table = abandonments, abandoned_checkouts
    ended = (table.c.completed_at, table.c.closed_at, table.c.lapsed_at)
    still_open = [moment.is_(None) if at is None else or_(moment.is_(None), moment > at) for moment in ended]
    begun = [] if at is None else [table.c.abandoned_at <= at]
    same = (table.c.shop_id == visit.c.shop_id) & (table.c.id == visit.c.checkout_id)
    statement = (
        select(visit.c.id, visit.c.checkout_id, visit.c.abandonment_type, visit.c.created_at)
        .join(table, same)
        .where(
            visit.c.shop_id == shop.id,
            visit.c.customer_id.in_(person),
            *still_open,
            *begun,
        )
    )
    return (await connection.execute(statement)).mappings().all()


async def delete_old_purchases(connection: AsyncConnection, before: int) -> None:
    await connection.execute(delete(purchases).where(purchases.c.bought_at < before))
