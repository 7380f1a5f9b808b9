"""The consumer of events that counts purchases elsewhere: the buyer of an abandoned checkout bought something else."""

from collections.abc import Awaitable, Callable
from functools import partial

import orjson

from abandoned_checkouts.checkouts.event_kind import EventKind
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import read_checkout_document
from abandoned_checkouts.store.checkouts.people import bought_between, checkouts_of_person, person_of_checkout
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reports.note_actions import note_elsewhere

KINDS_FOR_REPORTS: frozenset[EventKind] = frozenset(
    ("checkout_abandoned", "checkout_completed", "checkout_recovered", "order_placed")
)


async def reports_of_shop(connection: Connection, shop: Shop, now: int) -> Callable[[Row], Awaitable[None]]:
    """The function that takes one event of the shop."""
    return partial(_take, connection, shop, now)


async def _take(connection: Connection, shop: Shop, now: int, event: Row) -> None:
    window = rules_of(shop).attribution
    if event["kind"] == "checkout_abandoned":
        # A purchase may have been reported before the checkout was.
        left = read_checkout_document(event["document"])
        person, start = await person_of_checkout(connection, shop, left), left.abandoned_at or now
        found = await bought_between(connection, shop, person, left.id or 0, start, start + window)
        if found is not None:
            await note_elsewhere(connection, shop, [left.id or 0], found, window)
        return
    if event["kind"] == "order_placed":
        placed = orjson.loads(event["document"])
        person, bought_at, bought_id = placed["customers"], placed["bought_at"], None
    else:
        bought = read_checkout_document(event["document"])
        person, bought_id = await person_of_checkout(connection, shop, bought), bought.id
        bought_at = bought.completed_at or now
    numbers = [number for number in await checkouts_of_person(connection, shop, person) if number != bought_id]
    if numbers:
        await note_elsewhere(connection, shop, numbers, bought_at, window)
