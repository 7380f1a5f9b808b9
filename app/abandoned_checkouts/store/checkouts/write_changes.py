"""Writes the changes that `checkouts/transition` returned: rows and events, in the caller's transaction."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.copy_checkout import copy_of
from abandoned_checkouts.checkouts.event_kind import EventKind
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.transition import Change
from abandoned_checkouts.store.checkouts.delete_rows import delete_abandoned_rows
from abandoned_checkouts.store.checkouts.deleted_customers import load_customers
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.open_checkouts import (
    delete_open_row,
    mark_deleted,
    named_by_guid,
    save_open_checkout,
)
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.outbox.events import checkout_event, write_events
from abandoned_checkouts.store.reports.from_checkouts import open_facts
from abandoned_checkouts.store.reports.note_facts import note_checkouts, renumber_facts

# After these events the row no longer exists. The event contains the checkout as it was before.
_SHOWN_AS_BEFORE = frozenset(("checkout_deleted", "checkout_withdrawn"))


async def write_changes(connection: AsyncConnection, shop: Shop, changes: Sequence[Change], now: int) -> int:
    """Write the changes of several checkouts, and their events as one action. Returns the number of written changes.

    If the rows of an abandoned checkout already have the new values, its change is not written and has no events.
    """
    await delete_abandoned_rows(
        connection,
        shop,
        [each.before.checkout.id or 0 for each in changes if each.before is not None and _is_moved_out(each)],
        now,
    )
    await renumber_facts(connection, shop, _renumbered(changes))
    written, documents = [], dict[int, str]()
    abandoned = await _save_abandoned(connection, shop, [each for each in changes if _is_abandoned(each.after)])
    for change in changes:
        if not _is_abandoned(change.after):
            documents[id(change.after.checkout)] = await _save_open(connection, shop, change, now)
        elif id(change) not in abandoned:
            continue
        elif change.before is not None and not _is_abandoned(change.before):
            await delete_open_row(connection, shop, change.before.checkout.token or "")
        written.append(change)
    # Loaded from the store, because the report may not include the customer and the activities.
    numbers = [each.after.checkout.id or 0 for each in written if each.events and _is_abandoned(each.after)]
    stored = await load_known(connection, shop, numbers)
    shown = [(event, source, copy_of(source)) for each in written for event, source in _events_of(each, stored)]
    await load_customers(connection, shop, [checkout for _, _, checkout in shown])
    happened = []
    for (kind, version), source, checkout in shown:
        # Without a loaded customer, the event has the document of the open checkout.
        document = documents.get(id(source)) if checkout.customer is source.customer else None
        happened.append(checkout_event(kind, checkout, version, document))
    await write_events(connection, shop, happened, now)
    return len(written)


def _is_abandoned(record: CheckoutRecord) -> bool:
    return record.state == "abandoned"


def _renumbered(changes: Sequence[Change]) -> dict[int, int]:
    """Old and new numbers of checkouts that got their platform's number."""
    pairs = [(each.before.checkout.id, each.after.checkout.id) for each in changes if each.before is not None]
    return {old: new for old, new in pairs if old is not None and new is not None and old != new}


def _is_moved_out(change: Change) -> bool:
    return change.before is not None and _is_abandoned(change.before) and not _is_abandoned(change.after)


async def _save_abandoned(connection: AsyncConnection, shop: Shop, changes: Sequence[Change]) -> set[int]:
    """Returns `id(change)` of each change that changed a row."""
    if not changes:
        return set()
    saved = await save_checkouts(connection, shop, [change.after.checkout for change in changes])
    different = {id(each.checkout) for each in saved if each.kind in ("created", "updated")}
    return {id(change) for change in changes if id(change.after.checkout) in different}


async def _save_open(connection: AsyncConnection, shop: Shop, change: Change, now: int) -> str:
    """Returns the document of the open checkout."""
    document = await save_open_checkout(connection, shop, change.after, now)
    if change.after.state != "deleted":
        facts = open_facts(change.after.checkout, change.after.contact_at)
        await note_checkouts(connection, shop, {change.after.checkout.id or 0: facts})
    if change.after.state == "deleted" and change.before is not None:
        checkout = change.before.checkout
        # Wix identifies a checkout by its GUID only, so later reports must find the deletion by the GUID.
        if checkout.platform == "wix" and checkout.uuid is not None:
            await mark_deleted(connection, shop, named_by_guid(checkout, shop), change.after.version, now)
    return document


def _events_of(change: Change, stored: Mapping[int, Checkout]) -> Iterator[tuple[tuple[EventKind, int], Checkout]]:
    """Kind and version of each event, and the checkout that it shows."""
    after = change.after
    for kind in change.events:
        checkout = stored[after.checkout.id or 0] if _is_abandoned(after) else after.checkout
        if kind in _SHOWN_AS_BEFORE and change.before is not None:
            checkout = change.before.checkout
        yield (kind, after.version), checkout
