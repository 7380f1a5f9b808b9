"""Changes due checkouts: open checkouts become abandoned, abandoned checkouts lapse."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.incoming import AttributionPassed, CheckoutReported, ThresholdPassed
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.transition import Change, transition
from abandoned_checkouts.store.checkouts.deleted_customers import without_deleted_customers
from abandoned_checkouts.store.checkouts.due_rows import claim_lapsing, mark_lapsed
from abandoned_checkouts.store.checkouts.known_records import lock_abandoned
from abandoned_checkouts.store.checkouts.open_checkouts import delete_open_row
from abandoned_checkouts.store.checkouts.write_changes import write_changes
from abandoned_checkouts.store.outbox.events import checkout_event, write_events


async def abandon_due_checkouts(
    connection: AsyncConnection, shop: Shop, due: Sequence[CheckoutRecord], now: int
) -> list[CheckoutRecord]:
    """Mark open checkouts as abandoned. This transaction must have claimed them. Returns the new records."""
    await without_deleted_customers(connection, shop, [known.checkout for known in due])
    imported = await lock_abandoned(connection, shop, [known.checkout.id or 0 for known in due])
    rules = rules_of(shop)
    changes: list[Change] = []
    for known in due:
        abandoned = imported.get(known.checkout.id or 0)
        if abandoned is None:
            changes += transition(known, ThresholdPassed(), rules, now).changes
        else:
            # Meanwhile, an import has stored it as abandoned. The open checkout is treated as another report of it.
            changes += transition(abandoned, CheckoutReported(known.checkout), rules, now).changes
            await delete_open_row(connection, shop, known.checkout.token or "")
    await write_changes(connection, shop, changes, now)
    return [change.after for change in changes]


async def lapse_due_checkouts(connection: AsyncConnection, shop: Shop, now: int, limit: int) -> int:
    """Mark abandoned checkouts as lapsed if their attribution period has ended. Returns their number.

    A checkout without events was imported, so no event is written when it lapses.
    """
    rules = rules_of(shop)
    lapsing = await claim_lapsing(connection, shop, rules, now, limit)
    followed = await lock_abandoned(connection, shop, [number for number, has_events in lapsing.items() if has_events])
    await mark_lapsed(connection, shop, rules, list(lapsing), now)
    happened = [
        checkout_event(kind, change.after.checkout, 0)
        for number in lapsing
        if number in followed
        for change in transition(followed[number], AttributionPassed(), rules, now).changes
        for kind in change.events
    ]
    await write_events(connection, shop, happened, now)
    return len(lapsing)
