"""The outbox: events written in the transaction of the change that they tell of, to be delivered afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.save import Change
from abandoned_checkouts.store.tables import events

Kind = Literal[
    "checkout_created",
    "checkout_updated",
    "checkout_completed",
    "checkout_abandoned",
    "checkout_recovered",
    "checkout_lapsed",
    "checkout_closed",
    "checkout_deleted",
    "checkout_withdrawn",
    "checkout_activity",
    "recovery_link_visited",
    "cart_created",
    "cart_updated",
    "customer_created",
    "customer_updated",
    "customer_deleted",
    "customer_disabled",
    "customer_enabled",
    "customer_email_marketing_consent_updated",
    "customer_marketing_consent_updated",
    "bulk_operation_finished",
]


@dataclass(slots=True)
class NewEvent:
    """What happened to what. `sequence` counts the changes of the subject; `document` is the noun as it now is."""

    kind: Kind
    subject: str
    document: str
    checkout_id: int | None = None
    sequence: int = 1


async def write_events(connection: AsyncConnection, shop: Shop, happened: Sequence[NewEvent], now: int) -> None:
    """Write events, in order, as one action of that moment."""
    if not happened:
        return
    action = str(uuid4())
    rows = [
        {
            "shop_id": shop.id,
            "kind": event.kind,
            "subject": event.subject,
            "checkout_id": event.checkout_id,
            "action_id": action,
            "event_id": str(uuid4()),
            "sequence": event.sequence,
            "occurred_at": now,
            "document": event.document,
        }
        for event in happened
    ]
    await connection.execute(insert(events), rows)


def checkout_event(kind: Kind, checkout: Checkout, sequence: int) -> NewEvent:
    return NewEvent(kind, f"checkout/{checkout.id}", document_of(checkout), checkout.id, sequence)


def customer_event(kind: Kind, customer: Customer) -> NewEvent:
    return NewEvent(kind, f"customer/{customer.id}", document_of(customer))


async def record_changes(
    connection: AsyncConnection,
    shop: Shop,
    changes: Sequence[Change],
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


def _kinds(change: Change, after: Mapping[str, Any], known_open: bool) -> list[Kind]:
    before = change.before
    if change.kind == "created":
        kinds: list[Kind] = [] if known_open else ["checkout_created"]
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


async def has_visited_link(connection: AsyncConnection, shop: Shop, checkout_id: int, until: int) -> bool:
    """Whether the buyer came back by the recovery link before that moment."""
    found = await connection.execute(
        select(events.c.id)
        .where(
            events.c.shop_id == shop.id,
            events.c.checkout_id == checkout_id,
            events.c.kind == "recovery_link_visited",
            events.c.occurred_at <= until,
        )
        .limit(1)
    )
    return found.first() is not None


async def events_of(connection: AsyncConnection, shop: Shop, checkout_id: int) -> list[dict[str, Any]]:
    """Everything that happened to a checkout, oldest first, without the documents."""
    columns = [events.c[name] for name in ("id", "kind", "event_id", "action_id", "sequence", "occurred_at")]
    statement = select(*columns).where(events.c.shop_id == shop.id, events.c.checkout_id == checkout_id)
    return [dict(row) for row in (await connection.execute(statement.order_by(events.c.id))).mappings()]
