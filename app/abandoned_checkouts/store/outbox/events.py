"""The outbox: events written in the transaction of the change that they tell of, to be delivered afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of
from abandoned_checkouts.store.engine.numbering import insert_numbered
from abandoned_checkouts.store.tables import events

EventKind = Literal[
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

    kind: EventKind
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
    await insert_numbered(connection, events, rows)


def checkout_event(kind: EventKind, checkout: Checkout, sequence: int) -> NewEvent:
    return NewEvent(kind, f"checkout/{checkout.id}", document_of(checkout), checkout.id, sequence)


def customer_event(kind: EventKind, customer: Customer) -> NewEvent:
    return NewEvent(kind, f"customer/{customer.id}", document_of(customer))


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
