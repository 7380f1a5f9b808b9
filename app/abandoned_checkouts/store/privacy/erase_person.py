"""Erases a person now from every row, the full-text index, events, deliveries and mails. Amounts stay.

store/privacy/find_person finds the records of the person. Databases leave deleted data on disk for some time;
store/engine/free_pages overwrites it. Requests that are not due yet are in store/privacy/erasure_requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.contact import contact_keys, email_key
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.checkout_rows import index_terms_of
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.secret_key import secret_key_of
from abandoned_checkouts.store.engine.statements import chunks, written_so_far
from abandoned_checkouts.store.outbox.record_changes import note_erased
from abandoned_checkouts.store.privacy.erase_outbox import erase_outbox, write_erased
from abandoned_checkouts.store.privacy.erase_rows import (
    erase_around,
    erase_checkouts,
    erase_customers,
    erase_open,
    note_records,
)
from abandoned_checkouts.store.privacy.find_person import Person, spellings
from abandoned_checkouts.store.privacy.person_hashes import person_hash, person_hash_key
from abandoned_checkouts.store.privacy.scrub_texts import scrub_texts
from abandoned_checkouts.store.reports.forget_shoppers import forget_shoppers
from abandoned_checkouts.store.search.full_text import delete_documents, index_documents
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    bulk_operations,
    customers,
)


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
    await erase_checkouts(connection, shop, person, now)
    await erase_open(connection, shop, person, now)
    await erase_customers(connection, shop, person, now)
    await erase_around(connection, shop, person)
    contacts: list[int | str] = [*person.customers, *person.emails, *person.phones]
    await forget_shoppers(connection, shop, sorted(person.checkouts), contacts)
    await erase_outbox(connection, shop, person, now)
    await note_records(connection, shop, person.checkouts, person.customers, now)


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
    await note_records(connection, shop, touched - person.checkouts, set(), now)
    if person.is_known:
        await note_erased(connection, shop.id, sorted(hashes), now)


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
