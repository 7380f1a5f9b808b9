"""A checkout's life in the store: told of, completed, abandoned, deleted; each step in one go with its events."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.lifecycle import (
    abandoned_when,
    contact_given_at,
    rules_of,
    settle_completion,
    was_in_time,
)
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.delete_checkouts import (
    delete_checkouts,
    delete_without_events,
    ids_of_uuids,
    named_by_guid,
)
from abandoned_checkouts.store.checkouts.deleted_customers import without_deleted_customers
from abandoned_checkouts.store.checkouts.identify import assign_ids, known_rows
from abandoned_checkouts.store.checkouts.open_checkouts import (
    OpenCheckout,
    delete_open_row,
    find_abandoned_checkout,
    find_open_checkout,
    mark_deleted,
    ordered_at,
    save_open_checkout,
)
from abandoned_checkouts.store.checkouts.record_changes import record_changes
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.outbox.events import checkout_event, has_visited_link, write_events

TakeOutcome = Literal["created", "updated", "completed", "recovered", "unchanged", "older", "deleted", "unknown"]
# What the store adds to a checkout and no source tells.
_GIVEN_HERE = (
    "recovery_key",
    "uuid",
    "name",
    "abandoned_at",
    "recovered_at",
    "lapsed_at",
    "email_state",
    "email_sent_at",
)


_TIMES = frozenset(("created_at", "updated_at"))


async def take_checkout(
    connection: AsyncConnection, shop: Shop, checkout: Checkout, now: int, *, sent_times: Collection[str] = _TIMES
) -> TakeOutcome:
    """Bring in a checkout as a platform or a storefront tells it: whole, in any order, any number of times.

    What is older than what is known changes nothing; what is completed stays completed, what is deleted deleted.
    `sent_times` names the times that the source sent. Without `created_at` the known one stays; without `updated_at`
    the change is of now.
    """
    if checkout.token is None:
        checkout.token = derived_token(shop.secret, "token", checkout.id or 0)
    checkout.source_updated_at = checkout.source_updated_at or checkout.updated_at
    await lock_subject(connection, shop, f"checkout/{checkout.token}")
    stored = await find_abandoned_checkout(connection, shop, token=checkout.token, number=checkout.id, to_change=True)
    if stored is not None:
        _keep_times(checkout, stored[0], sent_times, now)
        await without_deleted_customers(connection, shop, [checkout])
        if was_in_time(checkout, stored[0]):
            return await _withdraw(connection, shop, checkout, stored[0], now)
        return await _take_abandoned(connection, shop, checkout, stored[0], now)
    entry = await find_open_checkout(connection, shop, token=checkout.token, number=checkout.id)
    await without_deleted_customers(connection, shop, [checkout] if entry is None else [checkout, entry.checkout])
    if entry is not None:
        _keep_times(checkout, entry.checkout, sent_times, now)
        if "updated_at" not in sent_times and _is_same(checkout, entry.checkout):
            return "deleted" if entry.state == "deleted" else "unchanged"
    return await _take_open(connection, shop, checkout, entry, now)


async def _take_abandoned(
    connection: AsyncConnection, shop: Shop, checkout: Checkout, known: Checkout, now: int
) -> TakeOutcome:
    if checkout.updated_at < (known.source_updated_at or known.updated_at):
        if checkout.completed_at is None or known.completed_at is not None:
            return await _abandoned_earlier(connection, shop, checkout, known)
        # Told late, but a purchase is never lost: it is added to what is known.
        completed_at, checkout = checkout.completed_at, _copy(known)
        checkout.completed_at = completed_at
    checkout.id, checkout.token = known.id, known.token
    # News from the source may be older than our own last step; the time of the change never goes back.
    checkout.updated_at = max(checkout.updated_at, known.updated_at)
    checkout.completed_at = checkout.completed_at or known.completed_at
    _keep_given(checkout, known)
    if checkout.completed_at is not None and checkout.recovered_at is None:
        visited = await has_visited_link(connection, shop, checkout.id or 0, checkout.completed_at)
        settle_completion(checkout, rules_of(shop), by_link=visited)
    changes = await save_checkouts(connection, shop, [checkout])
    await record_changes(connection, shop, changes, now)
    change = changes[0]
    if change.kind != "updated":
        return "unchanged" if change.kind == "unchanged" else "older"
    if known.completed_at is None and checkout.completed_at is not None:
        return "recovered" if checkout.recovered_at is not None else "completed"
    return "updated"


async def _abandoned_earlier(connection: AsyncConnection, shop: Shop, older: Checkout, known: Checkout) -> TakeOutcome:
    """An older telling may say that the buyer could be reached earlier, so that the time was over earlier. It is no
    event: nobody but this server tells of that moment."""
    due_at = abandoned_when(known, contact_given_at(older, None), rules_of(shop))
    if due_at is None or known.abandoned_at is None or due_at >= known.abandoned_at:
        return "older"
    known.abandoned_at = due_at
    await save_checkouts(connection, shop, [known])
    return "older"


async def _withdraw(
    connection: AsyncConnection, shop: Shop, checkout: Checkout, known: Checkout, now: int
) -> TakeOutcome:
    """A purchase made in time, and told of when its time was over: the checkout was never an abandoned one."""
    [(known, version)] = await delete_without_events(connection, shop, [known.id or 0])
    if checkout.updated_at < (known.source_updated_at or known.updated_at):
        completed_at, checkout = checkout.completed_at, _copy(known)
        checkout.completed_at = completed_at
    checkout.id, checkout.token = known.id, known.token
    _keep_given(checkout, known)
    checkout.abandoned_at = checkout.lapsed_at = None
    await save_open_checkout(connection, shop, OpenCheckout(checkout, "completed", version + 1, None, None), now)
    happened = [
        checkout_event("checkout_completed", checkout, version + 1),
        checkout_event("checkout_withdrawn", known, version + 1),
    ]
    await write_events(connection, shop, happened, now)
    return "completed"


async def _take_open(
    connection: AsyncConnection, shop: Shop, checkout: Checkout, entry: OpenCheckout | None, now: int
) -> TakeOutcome:
    rules = rules_of(shop)
    contact_at = contact_given_at(checkout, None if entry is None else entry.contact_at)
    if entry is None:
        await assign_ids(connection, shop, [checkout])
        checkout.completed_at = checkout.completed_at or await ordered_at(connection, shop, checkout.token)
        version = 1
    else:
        known = entry.checkout
        if entry.state == "deleted":
            return "deleted"
        if checkout.updated_at < (known.source_updated_at or known.updated_at):
            if checkout.completed_at is None or known.completed_at is not None:
                return await _reconsider_contact(connection, shop, entry, contact_at, now)
            completed_at, checkout = checkout.completed_at, _copy(known)
            checkout.completed_at = completed_at
        # An order, which tells nothing else of the checkout, may be known already.
        checkout.updated_at = max(checkout.updated_at, known.updated_at)
        checkout.token = known.token
        checkout.id = checkout.id or known.id
        checkout.completed_at = checkout.completed_at or known.completed_at
        _keep_given(checkout, known)
        if checkout == known:
            return "unchanged"
        version = entry.version + 1
    due_at = abandoned_when(checkout, contact_at, rules)
    if checkout.completed_at is not None and due_at is not None:
        # Completed when it was abandoned already, whether or not the scheduler had come to it: both steps are told.
        return await _complete_late(connection, shop, checkout, version, due_at, now)
    over = checkout.completed_at is not None
    kept = OpenCheckout(checkout, "completed" if over else "open", version, contact_at, None if over else due_at)
    await save_open_checkout(connection, shop, kept, now)
    newly_over = over and (entry is None or entry.checkout.completed_at is None)
    happened = [] if entry is not None else [checkout_event("checkout_created", checkout, version)]
    if newly_over:
        happened.append(checkout_event("checkout_completed", checkout, version))
    elif entry is not None:
        happened.append(checkout_event("checkout_updated", checkout, version))
    await write_events(connection, shop, happened, now)
    return "completed" if newly_over else "created" if entry is None else "updated"


async def _complete_late(
    connection: AsyncConnection, shop: Shop, checkout: Checkout, version: int, due_at: int, now: int
) -> TakeOutcome:
    completed_at, checkout.completed_at = checkout.completed_at, None
    told_updated_at = checkout.updated_at
    entry = OpenCheckout(checkout, "open", version, None, due_at)
    await abandon(connection, shop, [entry], now, new=version == 1)
    known = await find_abandoned_checkout(connection, shop, number=checkout.id)
    assert known is not None
    checkout.completed_at, checkout.updated_at = completed_at, told_updated_at
    return await _take_abandoned(connection, shop, checkout, known[0], now)


async def _reconsider_contact(
    connection: AsyncConnection, shop: Shop, entry: OpenCheckout, contact_at: int | None, now: int
) -> TakeOutcome:
    """An older telling may still say that the buyer could be reached earlier than known."""
    if contact_at == entry.contact_at:
        return "older"
    entry.contact_at, due_at = contact_at, abandoned_when(entry.checkout, contact_at, rules_of(shop))
    if entry.state == "completed" and due_at is not None:
        return await _complete_late(connection, shop, _copy(entry.checkout), entry.version + 1, due_at, now)
    entry.due_at = due_at if entry.state == "open" else None
    await save_open_checkout(connection, shop, entry, now)
    return "older"


async def abandon(
    connection: AsyncConnection, shop: Shop, entries: Sequence[OpenCheckout], now: int, *, new: bool = False
) -> None:
    """Move open checkouts, whose time is over, among the abandoned ones. `new` says that nobody heard of them yet."""
    for entry in entries:
        entry.checkout.abandoned_at = entry.due_at
    await without_deleted_customers(connection, shop, [entry.checkout for entry in entries])
    changes = await save_checkouts(connection, shop, [entry.checkout for entry in entries])
    for entry in entries:
        await delete_open_row(connection, shop, entry.checkout.token or "")
    await record_changes(connection, shop, changes, now, known_open=not new)


async def take_abandoned(connection: AsyncConnection, shop: Shop, checkout: Checkout, now: int) -> TakeOutcome:
    """Bring in a checkout that its platform has already declared abandoned, and knows by its GUID."""
    checkout.source_updated_at = checkout.updated_at
    await lock_subject(connection, shop, f"checkout/{checkout.uuid}")
    await without_deleted_customers(connection, shop, [checkout])
    if await find_open_checkout(connection, shop, token=named_by_guid(checkout, shop).token) is not None:
        return "deleted"
    known = await known_rows(connection, shop, [checkout])
    if known and checkout.id is not None:
        stored = await find_abandoned_checkout(connection, shop, number=checkout.id, to_change=True)
        if stored is not None:
            return await _take_abandoned(connection, shop, checkout, stored[0], now)
    await record_changes(connection, shop, await save_checkouts(connection, shop, [checkout]), now)
    return "created"


async def delete_by_uuid(connection: AsyncConnection, shop: Shop, *, uuid: str, now: int) -> TakeOutcome:
    """Delete the abandoned checkout of that GUID, and remember it even when it was not there yet."""
    await lock_subject(connection, shop, f"checkout/{uuid}")
    numbers = await ids_of_uuids(connection, shop, [uuid])
    if await delete_checkouts(connection, shop, list(numbers.values()), now=now):
        return "deleted"
    unknown = Checkout(platform="wix", id=-1, created_at=now, updated_at=now, currency=shop.currency, uuid=uuid)
    await mark_deleted(connection, shop, named_by_guid(unknown, shop), 1, now)
    return "unknown"


async def complete_checkout(
    connection: AsyncConnection,
    shop: Shop,
    *,
    completed_at: int,
    now: int,
    token: str | None = None,
    number: int | None = None,
    cart_token: str | None = None,
) -> TakeOutcome:
    """An order was placed: complete the checkout that it names by token, id or cart; "unknown" when there is none."""
    known = await _known(connection, shop, token=token, number=number, cart_token=cart_token)
    if known is not None:
        # Whoever is changing it has done so before it is read to be changed here.
        await lock_subject(connection, shop, f"checkout/{known.token}")
        known = await _known(connection, shop, token=known.token, to_change=True)
    if known is None:
        return "unknown"
    if known.completed_at is not None:
        return "unchanged"
    checkout = _copy(known)
    checkout.completed_at = completed_at
    checkout.updated_at = max(checkout.updated_at, completed_at)
    return await take_checkout(connection, shop, checkout, now)


async def _known(
    connection: AsyncConnection,
    shop: Shop,
    *,
    token: str | None,
    number: int | None = None,
    cart_token: str | None = None,
    to_change: bool = False,
) -> Checkout | None:
    stored = await find_abandoned_checkout(
        connection, shop, token=token, number=number, cart_token=cart_token, to_change=to_change
    )
    if stored is not None:
        return stored[0]
    entry = await find_open_checkout(connection, shop, token=token, number=number, cart_token=cart_token)
    return None if entry is None else entry.checkout


async def delete_open_checkout(connection: AsyncConnection, shop: Shop, entry: OpenCheckout, now: int) -> None:
    """The platform deleted a checkout that was not abandoned: it stays known as deleted for a while."""
    if entry.state == "deleted":
        return
    version = entry.version + 1
    await mark_deleted(connection, shop, entry.checkout, version, now)
    await write_events(connection, shop, [checkout_event("checkout_deleted", entry.checkout, version)], now)


def _keep_times(checkout: Checkout, known: Checkout, sent_times: Collection[str], now: int) -> None:
    if "created_at" not in sent_times:
        checkout.created_at = known.created_at
        if "started_at" in known.visit:
            checkout.visit["started_at"] = known.visit["started_at"]
    if "updated_at" not in sent_times:
        checkout.updated_at = checkout.source_updated_at = max(now, known.updated_at)


def _is_same(checkout: Checkout, known: Checkout) -> bool:
    """Whether nothing but the time of the telling is new."""
    incoming = replace(checkout, id=known.id, completed_at=checkout.completed_at or known.completed_at)
    incoming.updated_at, incoming.source_updated_at = known.updated_at, known.source_updated_at
    _keep_given(incoming, known)
    return incoming == known


def _keep_given(checkout: Checkout, known: Checkout) -> None:
    checkout.visit = checkout.visit or known.visit
    for name in _GIVEN_HERE:
        if getattr(checkout, name) is None:
            setattr(checkout, name, getattr(known, name))


def _copy(checkout: Checkout) -> Checkout:
    return Checkout(**{item.name: getattr(checkout, item.name) for item in fields(checkout)})
