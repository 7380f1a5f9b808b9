"""Stores orders. An order completes the checkout that it names, and updates its customer's totals."""

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.contact import ContactKeys, email_key, phone_key
from abandoned_checkouts.checkouts.order import Order
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.transition import Outcome
from abandoned_checkouts.store.checkouts.known_records import find_known
from abandoned_checkouts.store.checkouts.people import customers_of, note_purchase
from abandoned_checkouts.store.checkouts.take import complete_checkout
from abandoned_checkouts.store.engine.row_shape import RowShape
from abandoned_checkouts.store.engine.statements import put_rows
from abandoned_checkouts.store.outbox.events import NewEvent, write_events
from abandoned_checkouts.store.outbox.record_changes import note_changed
from abandoned_checkouts.store.tables import customers, orders

ORDER = RowShape(Order, orders)


async def take_order(connection: AsyncConnection, shop: Shop, order: Order, now: int) -> Outcome:
    """Store an order that a platform reports, and complete its checkout. Older reports are ignored."""
    known = (
        await connection.execute(
            select(orders.c.updated_at).where(orders.c.shop_id == shop.id, orders.c.id == order.id)
        )
    ).scalar()
    if known is None or known <= order.updated_at:
        await put_rows(connection, orders, ("shop_id", *ORDER.columns), [(shop.id, *ORDER.values(order))])
    if known is None and order.customer_id is not None and not order.test:
        await _count(connection, shop, order, now)
    is_named = order.checkout_token is not None or order.checkout_id is not None
    is_known = is_named and await find_known(connection, shop, token=order.checkout_token, number=order.checkout_id)
    outcome = await complete_checkout(
        connection,
        shop,
        completed_at=order.created_at,
        now=now,
        token=order.checkout_token,
        number=order.checkout_id,
        cart_token=None if is_named else order.cart_token,
    )
    # A checkout that is known records its purchase itself; see also `claim_purchase_of_order`.
    is_recorded = is_known or outcome in ("completed", "recovered")
    if known is None and not is_recorded and not order.test and order.cancelled_at is None:
        await _note_purchase(connection, shop, order, now)
    return outcome


async def _note_purchase(connection: AsyncConnection, shop: Shop, order: Order, now: int) -> None:
    """Record the purchase for the buyer."""
    keys = ContactKeys(email_key(order.email), phone_key(order.phone))
    person = await customers_of(connection, shop, order.customer_id, keys)
    if person:
        source = f"order/{order.id}"
        await note_purchase(connection, shop, person, source, order.created_at)
        document = orjson.dumps(
            {"customers": sorted(person), "bought_at": order.created_at, "amount": order.total_price}
        ).decode()
        await write_events(connection, shop, [NewEvent("order_placed", source, document)], now)


async def _count(connection: AsyncConnection, shop: Shop, order: Order, now: int) -> None:
    table = customers
    found = await connection.execute(
        update(table)
        .where(table.c.shop_id == shop.id, table.c.id == order.customer_id)
        .values(
            number_of_orders=table.c.number_of_orders + 1,
            amount_spent=table.c.amount_spent + order.total_price,
            last_order_id=order.id,
        )
        .returning(table.c.id)
    )
    await note_changed(connection, shop.id, "customer", found.scalars().all(), now)
