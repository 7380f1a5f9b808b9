"""Anonymises or deletes old checkouts with everything that is stored about them, and deletes old payloads.

A customer is anonymised with the last old checkout, if the customer has no younger checkout or order.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.retention_policy import RetentionPolicy
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.outbox.record_changes import note_changed
from abandoned_checkouts.store.privacy.erase_outbox import write_erased
from abandoned_checkouts.store.privacy.erase_person import end_results, erase_records, index_erased
from abandoned_checkouts.store.privacy.find_person import Person
from abandoned_checkouts.store.privacy.retention_marks import held_checkouts
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    carts,
    deliveries,
    delivery_attempts,
    events,
    flow_mails,
    orders,
    received_webhooks,
)


async def clear_old_checkouts(
    connection: AsyncConnection, shop: Shop, numbers: Sequence[int], policy: RetentionPolicy, now: int, reason: str
) -> tuple[str, ...]:
    """Anonymise or delete these checkouts in the caller's transaction, and record how many and why.

    Returns the result files of the shop's bulk operations, which the caller must delete: they may contain the buyers.
    """
    person = await _people_of(connection, shop, numbers, policy.old_before(now))
    await erase_records(connection, shop, person, now)
    # A customer who stays must not be found by an anonymised checkout.
    table = abandoned_checkouts
    theirs = (table.c.shop_id == shop.id) & table.c.id.in_(numbers) & table.c.customer_id.not_in(person.customers)
    await connection.execute(update(table).where(theirs).values(customer_id=None))
    if policy.action == "delete":
        await delete_checkouts(connection, shop, numbers, now=now)
    else:
        await index_erased(connection, shop, numbers)
        await write_erased(connection, shop, numbers, now)
        await note_changed(connection, shop.id, "checkout", numbers, now)
    await record(connection, shop.id, AuditAction.RETENTION_APPLIED, f"{len(numbers)} checkouts {reason}", now)
    return await end_results(connection, shop)


async def _people_of(connection: AsyncConnection, shop: Shop, numbers: Sequence[int], old: int) -> Person:
    """The buyers of these checkouts, and their records that are old."""
    table = abandoned_checkouts
    columns = (table.c.customer_id, table.c.cart_token)
    mine = (table.c.shop_id == shop.id) & table.c.id.in_(numbers)
    rows = (await connection.execute(select(*columns).where(mine))).all()
    customers = {row.customer_id for row in rows} - {None}
    theirs = table.c.customer_id.in_(customers)
    younger = select(table.c.customer_id).where(
        table.c.shop_id == shop.id, theirs, table.c.id.not_in(numbers), table.c.erased_at.is_(None)
    )
    bought = select(orders.c.customer_id).where(
        orders.c.shop_id == shop.id, orders.c.customer_id.in_(customers), orders.c.created_at > old
    )
    for still in (younger, bought):
        customers -= set((await connection.execute(still)).scalars())
    return Person(
        customers=customers,
        emails=set(),
        phones=set(),
        checkouts=set(numbers),
        open_tokens=set(),
        cart_tokens={row.cart_token for row in rows} - {None},
    )


async def clear_old_payloads(connection: AsyncConnection, shop: Shop, policy: RetentionPolicy, now: int) -> int:
    """Delete the shop's messages from before the policy's days and grace, and the texts of its mails. Mails of
    checkouts on hold stay. Returns the number of changed rows."""
    messages, old_mails = _old_payloads(shop, policy.payloads_before(now))
    finished = select(deliveries.c.id).where(messages[deliveries])
    attempts = delivery_attempts.c.delivery_id.in_(finished)
    await connection.execute(delete(delivery_attempts).where(delivery_attempts.c.shop_id == shop.id, attempts))
    count = 0
    for table, condition in messages.items():
        count += (await connection.execute(delete(table).where(condition))).rowcount
    blank = {"recipient": "", "sender": "", "subject": "", "html": "", "plain": ""}
    done = await connection.execute(update(flow_mails).where(old_mails).values(blank))
    return int(count + done.rowcount)


async def count_old_payloads(connection: AsyncConnection, shop: Shop, policy: RetentionPolicy, now: int) -> int:
    """How many rows `clear_old_payloads` would change."""
    messages, old_mails = _old_payloads(shop, policy.payloads_before(now))
    count = 0
    for table, condition in {**messages, flow_mails: old_mails}.items():
        found = await connection.execute(select(func.count()).select_from(table).where(condition))
        count += int(found.scalar_one())
    return count


def _old_payloads(shop: Shop, before: int) -> tuple[dict[Table, ColumnElement[bool]], ColumnElement[bool]]:
    """Which rows of each table of messages, and which mails, are from before this moment."""
    messages = {
        deliveries: (deliveries.c.state != "waiting") & (deliveries.c.created_at < before),
        events: events.c.dispatched_at.is_not(None) & (events.c.occurred_at < before),
        received_webhooks: received_webhooks.c.received_at < before,
        carts: carts.c.seen_at < before,
    }
    mails = flow_mails.c
    old_mails = (mails.shop_id == shop.id) & (mails.sent_at < before) & (mails.recipient != "")
    return (
        {table: (table.c.shop_id == shop.id) & condition for table, condition in messages.items()},
        old_mails & mails.checkout_id.not_in(held_checkouts(shop)),
    )
