"""Deletes old data: checkouts that Shopify would have deleted, in shops with that setting, and records of finished
work."""

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.lifecycle import RETENTION_AGE, retention_deletes_at, rules_of
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts
from abandoned_checkouts.store.checkouts.due_rows import checkouts_created_before, delete_settled_checkouts
from abandoned_checkouts.store.checkouts.people import delete_old_purchases
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.discount_codes import delete_old_issued_codes
from abandoned_checkouts.store.flows.flow_people import delete_old_people
from abandoned_checkouts.store.outbox.delivery_log import delete_old_deliveries
from abandoned_checkouts.store.outbox.inbound_deliveries import delete_old_inbound_deliveries
from abandoned_checkouts.store.privacy.mail_bounces import delete_old_bounces
from abandoned_checkouts.store.reports.note_actions import delete_old_actions
from abandoned_checkouts.store.tenants.idempotent_requests import delete_old_keys
from abandoned_checkouts.store.tenants.shops import all_shops

BATCH = 500
# For records of settled checkouts, and for ids of received messages. A platform repeats a message for two days at most.
KEEP_SETTLED, KEEP_RECEIVED = 7 * DAY, 7 * DAY
# Rejected messages are kept longer, so that somebody has time to look at them.
KEEP_REJECTED = 90 * DAY
KEEP_WITHOUT_CONTACT = 30 * DAY
KEEP_DELIVERIES, KEEP_EVENTS = 30 * DAY, 90 * DAY
# For the purchases and people of flows. A flow does not start for older checkouts, because newer_than_days is 366 at
# most.
KEEP_PURCHASES = 400 * DAY


async def forget_old_checkouts(database: Database, now: int) -> int:
    """Delete the checkouts that Shopify would have deleted, in shops with `retention` set to shopify. Returns their
    number."""
    shops = await database.fetch(all_shops)
    return sum([await _forget(database, shop, now) for shop in shops if rules_of(shop).deletes_old])


async def _forget(database: Database, shop: Shop, now: int) -> int:
    removed, place = 0, (0, 0)
    while True:
        async with database.begin() as connection:
            rows = await checkouts_created_before(connection, shop, now - RETENTION_AGE, place, BATCH)
            over = [row["id"] for row in rows if _is_over(row, shop, now)]
            removed += len(await delete_checkouts(connection, shop, over, now=now))
        if len(rows) < BATCH:
            return removed
        place = (rows[-1]["created_at"], rows[-1]["id"])


def _is_over(row: Row, shop: Shop, now: int) -> bool:
    moment = retention_deletes_at(Checkout(platform="shopify", **row), shop.timezone)
    return moment is not None and moment <= now


async def forget_settled_work(database: Database, now: int) -> None:
    """Delete old records of finished work: ids of received messages, idempotency keys of mutations, records of
    completed and deleted checkouts, deliveries and events."""
    async with database.begin() as connection:
        await delete_old_inbound_deliveries(connection, now - KEEP_RECEIVED, now - KEEP_REJECTED)
        await delete_old_keys(connection, now)
        await delete_old_purchases(connection, now - KEEP_PURCHASES)
        await delete_old_people(connection, now - KEEP_PURCHASES)
        await delete_old_bounces(connection, now - KEEP_PURCHASES)
        await delete_old_actions(connection, now - KEEP_PURCHASES)
        await delete_old_issued_codes(connection, now - KEEP_PURCHASES)
        await delete_settled_checkouts(connection, now - KEEP_SETTLED, now - KEEP_WITHOUT_CONTACT)
    while True:
        async with database.begin() as connection:
            if await delete_old_deliveries(connection, now - KEEP_DELIVERIES, now - KEEP_EVENTS, BATCH) < BATCH:
                return
