"""Corrects due times after the clock was set back, so that planned work is not late."""

from collections.abc import Mapping

from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.store.checkouts.due_rows import hasten_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.flow_steps import hasten_planned_steps
from abandoned_checkouts.store.outbox.deliveries import hasten_deliveries
from abandoned_checkouts.store.tenants.bulk_operations import shorten_leases
from abandoned_checkouts.store.tenants.shops import all_shops
from abandoned_checkouts.work.event_messages import schedule_of
from abandoned_checkouts.work.flow_runner import LEASE, PAUSES
from abandoned_checkouts.work.retry import Schedule, retry_after

DIALECTS = ("shopify", "wix", "own")


async def plan_again(
    database: Database, now: int, *, delivery_lease: int, bulk_lease: int, schedule: Schedule | None = None
) -> None:
    """If a stored due time is later than one that is planned at `now`, replace it. A second call changes nothing, so
    every process may call it. `schedule`, for tests, replaces the retry schedules of the dialects."""
    async with database.begin() as connection:
        await hasten_deliveries(connection, now, delivery_lease, longest_pauses(schedule))
        await hasten_planned_steps(connection, now, LEASE, PAUSES)
        await shorten_leases(connection, now + bulk_lease)
        for shop in await all_shops(connection):
            await hasten_checkouts(connection, shop, now + rules_of(shop).threshold)


def longest_pauses(schedule: Schedule | None = None) -> Mapping[tuple[str, int], int]:
    """The longest pause after a failed attempt, in microseconds, by dialect and number of attempts."""
    found = {}
    for dialect in DIALECTS:
        chosen = schedule or schedule_of(dialect)
        for attempts in range(1, chosen.retries + 1):
            pause = retry_after(chosen, attempts, 1.0)
            if pause is not None:
                found[dialect, attempts] = pause
    return found
