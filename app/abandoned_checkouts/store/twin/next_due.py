"""Finds when work is due next: the moments at which a clock that is moved forward must stop."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.lifecycle import RETENTION_AGE, retention_deletes_at, rules_of
from abandoned_checkouts.checkouts.retention_policy import policy_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.due_rows import checkouts_created_before
from abandoned_checkouts.store.privacy.retention_marks import next_retention
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    bulk_operations,
    customers,
    deliveries,
    flow_steps,
    open_checkouts,
)

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Delays:
    """In microseconds: the time from an erasure request of a customer to the erasure, and for how long a bulk result is
    kept."""

    erasure: int
    bulk_result: int


async def next_due(
    connection: AsyncConnection, shops: Sequence[Shop], after: int, until: int, delays: Delays
) -> int | None:
    """The first moment after `after` and up to `until` at which something is due. None if nothing is.

    Covers abandonment, attribution, flow steps, deliveries and their retries, erasure, the expiry of bulk results, and
    retention.
    """
    found = [
        await _first(connection, select(func.min(open_checkouts.c.due_at)).where(open_checkouts.c.due_at > after)),
        await _first(
            connection,
            select(func.min(flow_steps.c.due_at)).where(flow_steps.c.state == "waiting", flow_steps.c.due_at > after),
        ),
        await _first(
            connection,
            select(func.min(deliveries.c.due_at)).where(deliveries.c.state == "waiting", deliveries.c.due_at > after),
        ),
        _later(
            await _first(
                connection,
                select(func.min(customers.c.erasure_requested_at)).where(
                    customers.c.erasure_requested_at > after - delays.erasure
                ),
            ),
            delays.erasure,
        ),
        _later(
            await _first(
                connection,
                select(func.min(bulk_operations.c.completed_at)).where(
                    bulk_operations.c.completed_at > after - delays.bulk_result,
                    bulk_operations.c.file.is_not(None) | bulk_operations.c.partial_file.is_not(None),
                ),
            ),
            delays.bulk_result,
        ),
    ]
    held = select(func.min(bulk_operations.c.leased_until)).where(
        bulk_operations.c.status.in_(("RUNNING", "CANCELING")), bulk_operations.c.leased_until > after
    )
    found.append(await _first(connection, held))
    for shop in shops:
        attribution = rules_of(shop).attribution
        table = abandoned_checkouts
        lapsing = select(func.min(table.c.abandoned_at)).where(
            table.c.shop_id == shop.id,
            table.c.recovered_at.is_(None),
            table.c.lapsed_at.is_(None),
            table.c.abandoned_at > after - attribution,
        )
        found.append(_later(await _first(connection, lapsing), attribution))
        if rules_of(shop).deletes_old:
            found.append(await _next_deletion(connection, shop, after, until))
        policy = policy_of(shop)
        if policy is not None:
            found.append(await next_retention(connection, shop, policy, after))
    return min((moment for moment in found if moment is not None and moment <= until), default=None)


async def _next_deletion(connection: AsyncConnection, shop: Shop, after: int, until: int) -> int | None:
    found: int | None = None
    place = (0, 0)
    while True:
        rows = await checkouts_created_before(connection, shop, until - RETENTION_AGE, place, _BATCH)
        for row in rows:
            moment = retention_deletes_at(Checkout(platform="shopify", **row), shop.timezone)
            if moment is not None and moment > after and (found is None or moment < found):
                found = moment
        if len(rows) < _BATCH:
            return found
        place = (rows[-1]["created_at"], rows[-1]["id"])


async def _first(connection: AsyncConnection, statement: Select[int]) -> int | None:
    return (await connection.execute(statement)).scalar()


def _later(moment: int | None, delay: int) -> int | None:
    return None if moment is None else moment + delay
