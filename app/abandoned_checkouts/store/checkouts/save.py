"""Saves abandoned checkouts: rows, lines, customers, abandonments and full text, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.anonymised import anonymised_report
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.contact import has_same_contact, is_without_customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.checkout_rows import (
    CHECKOUT,
    CHECKOUT_COLUMNS,
    DOCUMENT_ID,
    LINE_COLUMNS,
    LINE_ITEM,
    Prepared,
    PreparedBatch,
    checkout_row,
    fill_in_missing,
    index_terms_of,
    line_rows,
)
from abandoned_checkouts.store.checkouts.contact_customers import give_customers, join_made_customers
from abandoned_checkouts.store.checkouts.deleted_customers import load_customers
from abandoned_checkouts.store.checkouts.identify import assign_ids, document_numbers, known_rows
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.save_abandonments import write_abandonments, write_activities
from abandoned_checkouts.store.checkouts.save_customers import (
    NOBODY_PREPARED,
    PreparedCustomer,
    customers_of,
    save_customers,
)
from abandoned_checkouts.store.engine.rows import Row, RowValues
from abandoned_checkouts.store.engine.statements import chunks, insert_rows, put_rows
from abandoned_checkouts.store.outbox.record_changes import note_written
from abandoned_checkouts.store.reports.from_checkouts import note_abandoned
from abandoned_checkouts.store.reports.note_facts import PreparedFacts
from abandoned_checkouts.store.search.full_text import delete_documents, index_documents
from abandoned_checkouts.store.tables import abandoned_checkouts, line_items


@dataclass(slots=True)
class SavedCheckout:
    """The result of saving one checkout. "older" and "unchanged" did not change its row.

    `before` is the row before, by column name; `row` and `lines` are the new rows. `terms` is the full text and
    `facts` what reports count, if they were prepared.
    """

    kind: Literal["created", "updated", "unchanged", "older"]
    checkout: Checkout
    before: Row | None = None
    row: RowValues = ()
    lines: Sequence[RowValues] = ()
    terms: str | None = None
    facts: PreparedFacts | None = None


async def save_checkouts(
    connection: AsyncConnection,
    shop: Shop,
    checkouts: Sequence[Checkout],
    prepared: PreparedBatch | None = None,
    *,
    are_imported: bool = False,
) -> list[SavedCheckout]:
    """Save new checkouts, and known ones (by id, uuid or token). A checkout that is older than its row changes nothing.

    If one call has several reports of a checkout, the newest is saved, or the last of equally new ones. Missing ids,
    names, tokens, keys and GUIDs are assigned and set on the checkouts. `prepared` is the result of `prepare_rows` for
    the same checkouts, computed before the transaction. `are_imported` is whether they come from a file: then the
    customers of those with only a contact are found or made now.
    """
    known = await known_rows(connection, shop, checkouts)
    await assign_ids(connection, shop, checkouts)
    newest = _newest_of_each(checkouts)
    await _complete_partial(connection, shop, [item for number, item in newest.items() if number in known])
    documents = await document_numbers(connection, [number for number in newest if number not in known])
    ready = {} if prepared is None else prepared.rows
    _keep_erased(newest, known)
    fresh = [item for number, item in newest.items() if not _is_older(item, known.get(number))]
    people = NOBODY_PREPARED if prepared is None else prepared.customers
    moved = await _save_customers(connection, shop, fresh, people, known if are_imported else None)
    saved = [
        _saved(shop, item, known.get(number), documents.get(number, number), ready.get(id(item)))
        for number, item in newest.items()
    ]
    await _find_unchanged(connection, shop, saved)
    newer = [each for each in saved if each.kind != "older"]
    changed = [each for each in newer if each.kind != "unchanged"]
    await _write_rows(connection, shop, changed)
    facts = {each.checkout.id or 0: each.facts for each in changed if each.facts is not None}
    counted = None if prepared is None else prepared.counted
    await note_abandoned(connection, shop, [each.checkout for each in changed], facts, counted)
    visited = [each.checkout for each in newer if each.kind != "unchanged" or each.checkout.visit]
    await write_abandonments(connection, shop, visited)
    logged = [each.checkout for each in newer if each.checkout.activities]
    await write_activities(connection, shop, logged)
    await note_saved(connection, shop, logged)
    await save_again(connection, shop, [number for number in moved if number not in newest])
    return saved


async def save_again(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> None:
    """Save checkouts whose customer is another one now, so that names and full text are those of the new one."""
    if numbers:
        await save_checkouts(connection, shop, list((await load_known(connection, shop, numbers)).values()))


async def _save_customers(
    connection: AsyncConnection,
    shop: Shop,
    checkouts: Sequence[Checkout],
    prepared: Mapping[int, PreparedCustomer],
    imported_over: Mapping[int | None, Row] | None,
) -> list[int]:
    """Save the customers of checkouts, and set those that are not in them. Returns the numbers of other checkouts whose
    customer is another one now. `imported_over` are the rows before an import, by number."""
    contacts = [] if imported_over is None else [each for each in checkouts if is_without_customer(each)]
    made = {id(each.customer) for each in contacts}
    people = customers_of(each for each in checkouts if id(each.customer) not in made)
    joined = await save_customers(connection, shop, people, prepared)
    moved = await join_made_customers(connection, shop, joined)
    unknown = []
    for checkout in contacts:
        before = (imported_over or {}).get(checkout.id)
        if before is not None and has_same_contact(checkout, CHECKOUT.record(before), shop):
            checkout.customer, checkout.customer_id = None, before["customer_id"]
        else:
            unknown.append(checkout)
    moved += await give_customers(connection, shop, unknown)
    await load_customers(connection, shop, checkouts)
    return moved


def _newest_of_each(checkouts: Sequence[Checkout]) -> dict[int, Checkout]:
    """The newest checkout of each id, in the order in which the ids occur first."""
    newest: dict[int, Checkout] = {}
    for checkout in checkouts:
        number = checkout.id or 0
        other = newest.get(number)
        if other is None or other.updated_at <= checkout.updated_at:
            newest[number] = checkout
    return newest


async def _complete_partial(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> None:
    """Set the fields that a source did not send to their stored values."""
    partial = [item for item in checkouts if item.present_fields is not None]
    stored = await load_known(connection, shop, [item.id or 0 for item in partial])
    for checkout in partial:
        complete_partial(checkout, stored[checkout.id or 0])


def complete_partial(checkout: Checkout, older: Checkout) -> None:
    """Set the fields that the source did not send to the values of the stored checkout."""
    present = checkout.present_fields
    if present is None:
        return
    checkout.updated_at = max(checkout.updated_at, older.updated_at)
    for item in fields(checkout):
        if item.name != "present_fields" and item.name not in present:
            setattr(checkout, item.name, getattr(older, item.name))
    lines = {line.key: line for line in older.line_items}
    for line in checkout.line_items:
        if line.key in lines:
            LINE_ITEM.merged(lines[line.key], line)


def _keep_erased(newest: dict[int, Checkout], known: Mapping[int | None, Row]) -> None:
    """Leave the buyer out of checkouts whose buyer was erased; the source may have sent them before, or again."""
    for number, row in known.items():
        if number is not None and row["erased_at"] is not None and number in newest:
            checkout = newest[number]
            if checkout.erased_at is None:
                newest[number] = anonymised_report(checkout, CHECKOUT.record(row))


def _is_older(checkout: Checkout, before: Row | None) -> bool:
    return before is not None and before["updated_at"] > checkout.updated_at


def _saved(
    shop: Shop, checkout: Checkout, before: Row | None, document_id: int, ready: Prepared | None
) -> SavedCheckout:
    """The rows to write for a checkout; none if it is older than its row."""
    number = checkout.id or 0
    if _is_older(checkout, before):
        return SavedCheckout("older", checkout, before)
    if ready is not None and before is None and document_id == number:
        return SavedCheckout("created", checkout, None, ready.row, ready.lines, ready.terms, ready.facts)
    if ready is not None:
        ready.undo(checkout)
    fill_in_missing(shop, checkout, before)
    row = checkout_row(shop, checkout, before, document_id)
    lines = line_rows(shop, checkout, number)
    terms = None if ready is None else ready.terms
    return SavedCheckout("created" if before is None else "updated", checkout, before, row, lines, terms)


async def _find_unchanged(connection: AsyncConnection, shop: Shop, saved: Sequence[SavedCheckout]) -> None:
    """Mark the checkouts whose stored values are the same: a repeated report changes nothing."""
    for part in chunks([each for each in saved if _has_same_row(each)]):
        stored = await _stored_lines(connection, shop, [each.checkout.id or 0 for each in part])
        for each in part:
            if stored[each.checkout.id or 0] == each.lines:
                each.kind = "unchanged"


def _has_same_row(saved: SavedCheckout) -> bool:
    before = saved.before
    if saved.kind != "updated" or before is None:
        return False
    values = zip(CHECKOUT_COLUMNS, saved.row, strict=True)
    return all(before[name] == value for name, value in values if name != "version")


async def _stored_lines(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> dict[int, list[RowValues]]:
    """The rows of the lines of these checkouts, by the checkout's number."""
    table = line_items
    stored: dict[int, list[RowValues]] = {number: [] for number in numbers}
    for row in await connection.execute(
        select(*(table.c[name] for name in LINE_COLUMNS))
        .where(table.c.shop_id == shop.id, table.c.checkout_id.in_(numbers))
        .order_by(table.c.checkout_id, table.c.position)
    ):
        stored[row.checkout_id].append(tuple(row))
    return stored


async def _write_rows(connection: AsyncConnection, shop: Shop, written: Sequence[SavedCheckout]) -> None:
    created = [each for each in written if each.kind == "created"]
    updated = [each for each in written if each.kind == "updated"]
    for part in chunks([each.checkout.id for each in updated]):
        await connection.execute(
            delete(line_items).where(line_items.c.shop_id == shop.id, line_items.c.checkout_id.in_(part))
        )
    await delete_documents(connection, shop.id, [each.row[DOCUMENT_ID] for each in updated])
    await insert_rows(connection, abandoned_checkouts, CHECKOUT_COLUMNS, [each.row for each in created])
    await put_rows(connection, abandoned_checkouts, CHECKOUT_COLUMNS, [each.row for each in updated])
    await insert_rows(connection, line_items, LINE_COLUMNS, [row for each in written for row in each.lines])
    documents = [
        (each.row[DOCUMENT_ID], index_terms_of(shop.id, each.checkout) if each.terms is None else each.terms)
        for each in written
    ]
    await index_documents(connection, shop.id, documents)
    await note_saved(connection, shop, [each.checkout for each in written])


async def note_saved(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> None:
    """Add these checkouts to the change feed."""
    written = [(each.id or 0, each.updated_at) for each in checkouts]
    await note_written(connection, shop.id, "checkout", chunks(written))
