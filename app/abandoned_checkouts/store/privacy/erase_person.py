"""Erases a person now from every row, the full-text index, events, deliveries and mails. Amounts stay.

store/privacy/find_person finds the records of the person. Databases leave deleted data on disk for some time;
store/engine/free_pages overwrites it. Requests that are not due yet are in store/privacy/erasure_requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import orjson
from sqlalchemy import Table, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.anonymised import erased_checkout, erased_customer
from abandoned_checkouts.checkouts.contact import contact_keys, email_key
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of, read_checkout_document, read_customer_document
from abandoned_checkouts.store.checkouts.checkout_rows import CHECKOUT, index_terms_of
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.open_checkouts import mark_deleted, open_checkout_from_row
from abandoned_checkouts.store.checkouts.save_customers import CUSTOMER
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.secret_key import secret_key_of
from abandoned_checkouts.store.engine.statements import chunks, written_so_far
from abandoned_checkouts.store.flows.discount_codes import forget_issued_codes
from abandoned_checkouts.store.flows.flow_people import forget_people
from abandoned_checkouts.store.outbox.compliance import COMPLIANCE
from abandoned_checkouts.store.outbox.events import checkout_event, write_events
from abandoned_checkouts.store.outbox.record_changes import ChangedKind, note_changed, note_erased
from abandoned_checkouts.store.privacy.find_person import Person, spellings
from abandoned_checkouts.store.privacy.mail_bounces import erase_bounces
from abandoned_checkouts.store.privacy.person_hashes import person_hash, person_hash_key
from abandoned_checkouts.store.privacy.scrub_texts import scrub_texts
from abandoned_checkouts.store.reports.forget_shoppers import forget_shoppers
from abandoned_checkouts.store.search.contact_text import contact_text
from abandoned_checkouts.store.search.full_text import delete_documents, index_documents
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    abandonments,
    bulk_operations,
    carts,
    customers,
    deliveries,
    delivery_attempts,
    email_opens,
    events,
    flow_mails,
    flow_steps,
    idempotent_requests,
    line_items,
    merchant_notes,
    merchant_tasks,
    metafields,
    open_checkouts,
    orders,
    purchases,
    recovery_discounts,
)
from abandoned_checkouts.store.tenants.exports import delete_exports


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """The result of an erasure. `files` are result files of the shop's bulk operations. They may contain the person, so
    the caller must delete them. If `has_changed` is false, no row was changed or deleted."""

    customers: int
    checkouts: int
    files: tuple[str, ...]
    has_changed: bool


async def erase_person(connection: AsyncConnection, shop: Shop, person: Person, now: int) -> ErasureResult:
    """Erase the person, in the caller's transaction."""
    before = await written_so_far(connection)
    hashes = await _hashes_of(connection, shop, person)
    await erase_records(connection, shop, person, now)
    in_addresses = {quote(email, safe=sign) for email in person.emails for sign in ("", "+")}
    texts = [*spellings(person.emails), *in_addresses, *(phone for phone in person.phones if len(phone) > 6)]
    touched = await scrub_texts(connection, shop, texts)
    await index_erased(connection, shop, sorted(person.checkouts | touched))
    await write_erased(connection, shop, sorted(person.checkouts), now)
    await _note_erased(connection, shop, person, touched, hashes, now)
    has_changed = await written_so_far(connection) > before
    files = await end_results(connection, shop)
    if person.is_known or has_changed:
        counts = f"{len(person.customers)} customers, {len(person.checkouts)} checkouts"
        await record(connection, shop.id, AuditAction.PERSON_ERASED, counts, now)
    return ErasureResult(len(person.customers), len(person.checkouts), files, has_changed)


async def erase_records(connection: AsyncConnection, shop: Shop, person: Person, now: int) -> None:
    """Erase the person from the records that `person` names, and from those around them. Other texts and the full-text
    index are not changed."""
    await _erase_checkouts(connection, shop, person, now)
    await _erase_open(connection, shop, person, now)
    await _erase_customers(connection, shop, person, now)
    await _erase_around(connection, shop, person)
    contacts: list[int | str] = [*person.customers, *person.emails, *person.phones]
    await forget_shoppers(connection, shop, sorted(person.checkouts), contacts)
    await _erase_outbox(connection, shop, person, now)
    await _note_records(connection, shop, person.checkouts, person.customers, now)


async def _hashes_of(connection: AsyncConnection, shop: Shop, person: Person) -> set[str]:
    """The hashes of the person's addresses, as exports and the change feed have them. Call it before the erasure."""
    contacts = {email_key(each) for each in person.emails}
    mine = (customers.c.shop_id == shop.id) & customers.c.id.in_(person.customers)
    for row in await connection.execute(select(customers.c.email_key, customers.c.phone_key).where(mine)):
        contacts.update(row)
    for checkout in (await load_known(connection, shop, sorted(person.checkouts))).values():
        keys = contact_keys(checkout, shop)
        contacts.update((keys.email, keys.phone))
    key = person_hash_key(secret_key_of(connection))
    return {person_hash(key, contact) for contact in contacts if contact}


async def _note_erased(
    connection: AsyncConnection, shop: Shop, person: Person, touched: set[int], hashes: set[str], now: int
) -> None:
    """Add the other changed checkouts and the erasure to the change feed."""
    await _note_records(connection, shop, touched - person.checkouts, set(), now)
    if person.is_known:
        await note_erased(connection, shop.id, sorted(hashes), now)


async def _note_records(
    connection: AsyncConnection, shop: Shop, checkouts: set[int], people: set[int], now: int
) -> None:
    """Add those of these checkouts and customers that are stored to the change feed."""
    both: tuple[tuple[ChangedKind, Table, set[int]], ...] = (
        ("checkout", abandoned_checkouts, checkouts),
        ("customer", customers, people),
    )
    for kind, table, numbers in both:
        for part in chunks(sorted(numbers)):
            mine = (table.c.shop_id == shop.id) & table.c.id.in_(part)
            found = (await connection.execute(select(table.c.id).where(mine))).scalars().all()
            await note_changed(connection, shop.id, kind, found, now)


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


async def end_results(connection: AsyncConnection, shop: Shop) -> tuple[str, ...]:
    """Expire the shop's bulk results and restart running operations, because both may contain the person's data."""
    table = bulk_operations
    mine = table.c.shop_id == shop.id
    there = mine & or_(table.c.file.is_not(None), table.c.partial_file.is_not(None))
    rows = (await connection.execute(select(table.c.file, table.c.partial_file).where(there))).all()
    over = {"file": None, "partial_file": None}
    await connection.execute(update(table).where(there).values(over))
    await connection.execute(update(table).where(mine, table.c.status == "COMPLETED").values(status="EXPIRED"))
    again = {"status": "CREATED", "worker": None, "leased_until": None}
    await connection.execute(update(table).where(mine, table.c.status == "RUNNING").values(again))
    return tuple(name for row in rows for name in row if name is not None)


async def _erase_checkouts(connection: AsyncConnection, shop: Shop, person: Person, now: int) -> None:
    table = abandoned_checkouts
    for part in chunks(sorted(person.checkouts)):
        for number, checkout in (await load_known(connection, shop, part)).items():
            left = erased_checkout(checkout, now)
            values = CHECKOUT.row(left) | {
                "customer_name": ", ",
                "contact_first_name": None,
                "contact_last_name": None,
                "contact_text": contact_text(None, None, None),
                "version": table.c.version + 1,
            }
            del values["customer_id"]
            mine = (table.c.shop_id == shop.id) & (table.c.id == number)
            await connection.execute(update(table).where(mine).values(values))
            visit = {"visit": orjson.dumps(left.visit).decode(), "cart_token": None}
            ended = (abandonments.c.shop_id == shop.id) & (abandonments.c.id == number)
            await connection.execute(update(abandonments).where(ended).values(visit))
        lines = (line_items.c.shop_id == shop.id) & line_items.c.checkout_id.in_(part)
        await connection.execute(update(line_items).where(lines).values(custom_attributes="[]", extra=None))


async def _erase_open(connection: AsyncConnection, shop: Shop, person: Person, now: int) -> None:
    """Replace open checkouts by the fact that they were deleted, so that a late report does not store the person
    again."""
    table = open_checkouts
    mine = (table.c.shop_id == shop.id) & table.c.token.in_(person.open_tokens)
    for row in (await connection.execute(select(table).where(mine))).mappings().all():
        entry = open_checkout_from_row(row)
        await mark_deleted(connection, shop, entry.checkout, entry.version + 1, now)
        person.checkouts.add(entry.checkout.id or 0)


async def _erase_customers(connection: AsyncConnection, shop: Shop, person: Person, now: int) -> None:
    mine = (customers.c.shop_id == shop.id) & customers.c.id.in_(person.customers)
    for row in (await connection.execute(select(customers).where(mine))).mappings().all():
        values = CUSTOMER.row(erased_customer(CUSTOMER.record(row), now))
        values |= {"erasure_requested_at": None, "email_key": None, "phone_key": None}
        await connection.execute(update(customers).where(mine, customers.c.id == row["id"]).values(values))


async def _erase_around(connection: AsyncConnection, shop: Shop, person: Person) -> None:
    """Erase the person from orders, metafields, carts, records of flows, and responses to mutations."""
    numbers, people = sorted(person.checkouts), sorted(person.customers)
    blank: dict[str, object] = {"email": None, "phone": None, "note": None, "custom_attributes": "[]", "extra": None}
    theirs = (
        orders.c.customer_id.in_(people)
        | orders.c.checkout_id.in_(numbers)
        | func.lower(orders.c.email).in_(spellings(person.emails))
    )
    await connection.execute(update(orders).where(orders.c.shop_id == shop.id, theirs).values(blank))
    for kind, owners in (("Customer", people), ("AbandonedCheckout", numbers)):
        table: Table = metafields
        mine = (table.c.shop_id == shop.id) & (table.c.owner_type == kind) & table.c.owner_id.in_(owners)
        await connection.execute(delete(table).where(mine))
    await connection.execute(delete(carts).where(carts.c.shop_id == shop.id, carts.c.token.in_(person.cart_tokens)))
    of_mail = or_(
        flow_mails.c.checkout_id.in_(numbers), func.lower(flow_mails.c.recipient).in_(spellings(person.emails))
    )
    erased = {"recipient": "", "sender": "", "subject": "", "html": "", "plain": "", "opens": 0, "opened_at": None}
    await connection.execute(update(flow_mails).where(flow_mails.c.shop_id == shop.id, of_mail).values(erased))
    await erase_bounces(connection, shop, person.emails, numbers)
    for table in (merchant_tasks, merchant_notes, recovery_discounts):
        await connection.execute(delete(table).where(table.c.shop_id == shop.id, table.c.checkout_id.in_(numbers)))
    opened = (email_opens.c.shop_id == shop.id) & email_opens.c.customer_id.in_(people)
    await connection.execute(delete(email_opens).where(opened))
    bought = (purchases.c.shop_id == shop.id) & purchases.c.customer_id.in_(people)
    await connection.execute(delete(purchases).where(bought))
    await forget_people(connection, shop, people)
    await forget_issued_codes(connection, shop, people, numbers)
    await delete_exports(connection, shop)
    # A response can contain the person under any field name, so all stored responses of the shop are erased.
    answered = (idempotent_requests.c.shop_id == shop.id) & idempotent_requests.c.response.is_not(None)
    await connection.execute(update(idempotent_requests).where(answered).values(response=None))
    waiting = (flow_steps.c.shop_id == shop.id) & flow_steps.c.checkout_id.in_(numbers)
    stopped = {"state": "cancelled", "claim": None, "reason": "the buyer's data was erased"}
    await connection.execute(update(flow_steps).where(waiting, flow_steps.c.state == "waiting").values(stopped))


async def _erase_outbox(connection: AsyncConnection, shop: Shop, person: Person, now: int) -> None:
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


async def index_erased(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> None:
    """Update these checkouts in the full-text index."""
    table = abandoned_checkouts
    for part in chunks(numbers):
        statement = select(table.c.id, table.c.document_id).where(table.c.shop_id == shop.id, table.c.id.in_(part))
        documents = {row.id: row.document_id for row in await connection.execute(statement)}
        stored = await load_known(connection, shop, list(documents))
        await delete_documents(connection, shop.id, list(documents.values()))
        tokens = {number: index_terms_of(shop.id, checkout) for number, checkout in stored.items()}
        await index_documents(connection, shop.id, [(documents[number], found) for number, found in tokens.items()])
