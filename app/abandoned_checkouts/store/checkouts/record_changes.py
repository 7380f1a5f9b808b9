"""The events of saved checkouts: created, abandoned, completed, recovered, closed or updated."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.save import SavedCheckout
from abandoned_checkouts.store.outbox.events import EventKind, checkout_event, write_events


async def record_changes(
    connection: AsyncConnection,
    shop: Shop,
    changes: Sequence[SavedCheckout],
    now: int,
    *,
    known_open: bool = False,
) -> None:
    """Write the events of what `save_checkouts` did, each checkout's own.

    `known_open` says that the checkouts were told of while they were open, so that they are not new now.
    """
    kinds = {}
    for change in changes:
        after = change.after()
        kinds[after["id"]] = (_kinds(change, after, known_open), after["version"])
    # As the store has them now: with their customers and activities, whether or not the source told of those.
    stored = await load_known(connection, shop, [number for number, (steps, _) in kinds.items() if steps])
    happened = [
        checkout_event(kind, stored[number], version) for number, (steps, version) in kinds.items() for kind in steps
    ]
    await write_events(connection, shop, happened, now)


def _kinds(change: SavedCheckout, after: Mapping[str, Any], known_open: bool) -> list[EventKind]:
    before = change.before
    if change.kind == "created":
        kinds: list[EventKind] = [] if known_open else ["checkout_created"]
        kinds.append("checkout_abandoned")
        if after["recovered_at"] is not None:
            kinds.append("checkout_recovered")
        elif after["completed_at"] is not None:
            kinds.append("checkout_completed")
        return kinds
    if change.kind != "updated" or before is None:
        return []
    if before["recovered_at"] is None and after["recovered_at"] is not None:
        return ["checkout_recovered"]
    if before["completed_at"] is None and after["completed_at"] is not None:
        return ["checkout_completed"]
    if before["closed_at"] is None and after["closed_at"] is not None:
        return ["checkout_closed"]
    return ["checkout_updated"]
