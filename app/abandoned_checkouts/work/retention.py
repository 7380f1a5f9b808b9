"""Announces, anonymises and deletes old checkouts by the settings of each shop. Deletes records of finished work."""

from dataclasses import dataclass

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.lifecycle import RETENTION_AGE, retention_deletes_at, rules_of
from abandoned_checkouts.checkouts.moment import DAY, format_utc
from abandoned_checkouts.checkouts.retention_policy import RetentionPolicy, policy_of, start_of_day
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts
from abandoned_checkouts.store.checkouts.due_rows import checkouts_created_before, delete_settled_checkouts
from abandoned_checkouts.store.checkouts.people import delete_old_purchases
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.free_pages import free_pages
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.discount_codes import delete_old_issued_codes
from abandoned_checkouts.store.flows.flow_people import delete_old_people
from abandoned_checkouts.store.outbox.delivery_log import delete_old_deliveries
from abandoned_checkouts.store.outbox.inbound_deliveries import delete_old_inbound_deliveries
from abandoned_checkouts.store.privacy.mail_bounces import delete_old_bounces
from abandoned_checkouts.store.privacy.old_records import clear_old_checkouts, clear_old_payloads, count_old_payloads
from abandoned_checkouts.store.privacy.retention_marks import (
    announce_checkouts,
    checkouts_due,
    checkouts_to_announce,
    count_announced,
    count_retention,
    without_held,
)
from abandoned_checkouts.store.reports.note_actions import delete_old_actions
from abandoned_checkouts.store.tenants.idempotent_requests import delete_old_keys
from abandoned_checkouts.store.tenants.shops import all_shops
from abandoned_checkouts.work.retention_notice import warn_subscribers

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


@dataclass(frozen=True, slots=True)
class RetentionRun:
    """The result of retention in a shop, or of a dry run: numbers of checkouts, and of changed payloads and mails."""

    action: str
    announced: int = 0
    in_grace: int = 0
    cleared: int = 0
    on_hold: int = 0
    payloads: int = 0


async def forget_old_checkouts(database: Database, now: int, results: Results | None = None) -> int:
    """Run the retention of every shop. Returns the number of announced, anonymised and deleted checkouts."""
    shops = await database.fetch(all_shops)
    runs = [await run_retention(database, shop, now, results) for shop in shops]
    return sum(run.announced + run.cleared for run in runs if run is not None)


async def run_retention(
    database: Database, shop: Shop, now: int, results: Results | None = None
) -> RetentionRun | None:
    """Announce checkouts that are old, and anonymise or delete those that were announced long enough ago. `results` has
    the files of bulk operations, which may contain them. Returns None if the shop keeps everything."""
    policy = policy_of(shop)
    if policy is None:
        return (
            RetentionRun("shopify", cleared=await _forget(database, shop, now)) if rules_of(shop).deletes_old else None
        )
    announced = await _announce(database, shop, policy, now)
    cleared = await _clear(database, shop, policy, now, results)
    async with database.begin() as connection:
        payloads = await clear_old_payloads(connection, shop, policy, now)
    if cleared:
        await free_pages(database)
    async with database.read() as connection:
        left = await count_retention(connection, shop, policy, now)
    return RetentionRun(policy.action, announced, left.in_grace, cleared, left.on_hold, payloads)


async def preview_retention(database: Database, shop: Shop, now: int) -> RetentionRun | None:
    """The result that `run_retention` would have, without changing anything."""
    policy = policy_of(shop)
    if policy is None:
        if not rules_of(shop).deletes_old:
            return None
        return RetentionRun("shopify", cleared=await _forget(database, shop, now, only_count=True))
    async with database.read() as connection:
        counts = await count_retention(connection, shop, policy, now)
        payloads = await count_old_payloads(connection, shop, policy, now)
    at_once = counts.to_announce if policy.grace == 0 else 0
    return RetentionRun(
        policy.action, counts.to_announce, counts.in_grace, counts.due + at_once, counts.on_hold, payloads
    )


async def _announce(database: Database, shop: Shop, policy: RetentionPolicy, now: int) -> int:
    """Mark old checkouts as announced, and record their number and the day of the action."""
    done, day = 0, format_utc(start_of_day(now) + policy.grace)[:10]
    while True:
        async with database.begin() as connection:
            numbers = await checkouts_to_announce(connection, shop, policy, now, BATCH)
            await announce_checkouts(connection, shop, numbers, now)
            if numbers:
                text = f"{len(numbers)} checkouts {_reason(policy)}: {policy.action} from {day}"
                await record(connection, shop.id, AuditAction.RETENTION_ANNOUNCED, text, now)
            if done + len(numbers) and len(numbers) < BATCH:
                # One message for all batches, also for those of a run that was interrupted.
                await warn_subscribers(connection, shop, policy, await count_announced(connection, shop, now), now)
        done += len(numbers)
        if len(numbers) < BATCH:
            return done


async def _clear(database: Database, shop: Shop, policy: RetentionPolicy, now: int, results: Results | None) -> int:
    done, past = 0, "anonymised" if policy.action == "anonymise" else "deleted"
    while True:
        async with database.begin() as connection:
            numbers = await checkouts_due(connection, shop, policy, now, BATCH)
            files: tuple[str, ...] = ()
            if numbers:
                reason = f"{past}: {_reason(policy)}"
                files = await clear_old_checkouts(connection, shop, numbers, policy, now, reason)
        if results is not None:
            for file in files:
                await results.discard(shop.id, file)
        done += len(numbers)
        if len(numbers) < BATCH:
            return done


def _reason(policy: RetentionPolicy) -> str:
    return f"unchanged for {policy.age // DAY} days"


async def _forget(database: Database, shop: Shop, now: int, *, only_count: bool = False) -> int:
    """Delete, or count, the checkouts that Shopify would have deleted."""
    removed, place = 0, (0, 0)
    while True:
        async with database.read() if only_count else database.begin() as connection:
            rows = await checkouts_created_before(connection, shop, now - RETENTION_AGE, place, BATCH)
            over = [row["id"] for row in rows if _is_over(row, shop, now)]
            over = await without_held(connection, shop, over)
            removed += len(over)
            if over and not only_count:
                await delete_checkouts(connection, shop, over, now=now)
                text = f"{len(over)} checkouts deleted: older than Shopify keeps them"
                await record(connection, shop.id, AuditAction.RETENTION_APPLIED, text, now)
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
