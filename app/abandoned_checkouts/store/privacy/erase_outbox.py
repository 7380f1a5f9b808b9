"""Erases a person from events and deliveries, and writes the events by which subscribers erase their copies."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.anonymised import erased_checkout, erased_customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of, read_checkout_document, read_customer_document
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.outbox.compliance import COMPLIANCE
from abandoned_checkouts.store.outbox.events import checkout_event, write_events
from abandoned_checkouts.store.privacy.find_person import Person
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    deliveries,
    delivery_attempts,
    events,
)


async def write_erased(connection: AsyncConnection, shop: Shop, numbers: Sequence[int], now: int) -> None:
    """Write an event for each abandoned checkout, with the checkout without its buyer, so that subscribers erase their
    copies."""
    table = abandoned_checkouts
    for part in chunks(numbers):
        statement = select(table.c.id, table.c.version).where(table.c.shop_id == shop.id, table.c.id.in_(part))
        versions = {row.id: row.version for row in await connection.execute(statement)}
        stored = await load_known(connection, shop, list(versions))
        happened = [checkout_event("checkout_erased", stored[number], versions[number]) for number in stored]
        await write_events(connection, shop, happened, now)


async def erase_outbox(connection: AsyncConnection, shop: Shop, person: Person, now: int) -> None:
    """Replace the documents of events by anonymised documents, and cancel waiting deliveries."""
    subjects = [
        *(f"checkout/{number}" for number in person.checkouts),
        *(f"customer/{number}" for number in person.customers),
        *(f"cart/{token}" for token in person.cart_tokens),
    ]
    for part in chunks(subjects):
        mine = (events.c.shop_id == shop.id) & events.c.subject.in_(part)
        columns = (events.c.id, events.c.subject, events.c.document)
        for row in (await connection.execute(select(*columns).where(mine))).all():
            left = _left_of(row.subject, row.document, now)
            await connection.execute(update(events).where(mine, events.c.id == row.id).values(document=left))
        table = deliveries
        # A waiting customers/redact is not cancelled: it must still be delivered.
        sent = (table.c.shop_id == shop.id) & table.c.subject.in_(part) & (table.c.dialect != COMPLIANCE)
        called_off = {"state": "cancelled", "finished_at": now, "problem": "the person's data was erased"}
        await connection.execute(update(table).where(sent, table.c.state == "waiting").values(called_off))
        await connection.execute(update(table).where(sent).values(body="", body_hash=""))
        log = delivery_attempts
        attempts = (log.c.shop_id == shop.id) & log.c.delivery_id.in_(select(table.c.id).where(sent))
        await connection.execute(update(log).where(attempts).values(response=None))


def _left_of(subject: str, document: str, now: int) -> str:
    if subject.startswith("checkout/"):
        return document_of(erased_checkout(read_checkout_document(document), now))
    if subject.startswith("customer/"):
        return document_of(erased_customer(read_customer_document(document), now))
    return "{}"
