"""The outbox: events are written in the transaction of the change and delivered after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.event_kind import EventKind
from abandoned_checkouts.checkouts.randomness import random_uuid_text
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of
from abandoned_checkouts.store.engine.numbering import insert_numbered_rows
from abandoned_checkouts.store.tables import events
from abandoned_checkouts.telemetry.spans import traceparent

_COLUMNS = (
    *("shop_id", "kind", "subject", "checkout_id", "action_id", "event_id", "sequence", "occurred_at", "document"),
    "traceparent",
)


@dataclass(slots=True)
class NewEvent:
    """A change of a subject, for example of a checkout. `sequence` counts its changes; `document` is its JSON after the
    change."""

    kind: EventKind
    subject: str
    document: str
    checkout_id: int | None = None
    sequence: int = 1


async def write_events(connection: AsyncConnection, shop: Shop, happened: Sequence[NewEvent], now: int) -> list[str]:
    """Write events in this order. All have the time `now`, the same action id and the present trace. Returns the id of
    each."""
    if not happened:
        return []
    action, trace = random_uuid_text(), traceparent()
    ids = [random_uuid_text() for _ in happened]
    rows = [
        (
            shop.id,
            event.kind,
            event.subject,
            event.checkout_id,
            action,
            event_id,
            event.sequence,
            now,
            event.document,
            trace,
        )
        for event_id, event in zip(ids, happened, strict=True)
    ]
    await insert_numbered_rows(connection, events, _COLUMNS, rows)
    return ids


def checkout_event(kind: EventKind, checkout: Checkout, sequence: int, document: str | None = None) -> NewEvent:
    """`document` is that of the checkout, if the caller has it."""
    return NewEvent(kind, f"checkout/{checkout.id}", document or document_of(checkout), checkout.id, sequence)


def customer_event(kind: EventKind, customer: Customer) -> NewEvent:
    return NewEvent(kind, f"customer/{customer.id}", document_of(customer))


async def link_visited_at(connection: AsyncConnection, shop: Shop, checkout_id: int) -> int | None:
    """When the buyer first followed the recovery link of the checkout."""
    statement = select(func.min(events.c.occurred_at)).where(
        events.c.shop_id == shop.id,
        events.c.checkout_id == checkout_id,
        events.c.kind == "recovery_link_visited",
    )
    moment: int | None = (await connection.execute(statement)).scalar()
    return moment
