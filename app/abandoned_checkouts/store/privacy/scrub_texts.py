"""Replaces texts in all columns of all rows of a shop.

Notes, attributes, reasons and stored messages can contain a person's address.
"""

import re
from collections.abc import Sequence

from sqlalchemy import Table, Text, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import metadata

# The replacement for an e-mail address. It is a valid address, so that code that reads addresses still works.
ERASED = "erased@erased.invalid"
# These tables are not changed: the person can be the owner of the shop, whose address stays, and the audit log has no
# personal data.
_SHOPS_OWN = frozenset(("shops", "apps", "tokens", "audit_log"))
# Keys, numbers and reasons without names: an address in a product's number would be a coincidence that changes a sum.
# The change feed has hashes, in which the digits of a phone number would be a coincidence too.
_COUNTED = frozenset(
    (
        "record_changes",
        "report_actions",
        "report_changes",
        "report_checkouts",
        "report_days",
        "report_progress",
    )
)
_CHECKOUTS = {"abandoned_checkouts": "id", "line_items": "checkout_id"}
# Columns that are erased completely if they contain an address, because they can contain other data about the person.
_WHOLE: dict[str, dict[str, object]] = {"received_webhooks": {"body": None, "problem": "the message was erased"}}


async def scrub_texts(connection: AsyncConnection, shop: Shop, texts: Sequence[str]) -> set[int]:
    """Replace the texts, ignoring case, in all rows of the shop. Returns the numbers of the changed checkouts."""
    touched: set[int] = set()
    if not texts:
        return touched
    pattern = re.compile("|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True)), re.IGNORECASE)
    for table in metadata.sorted_tables:
        if "shop_id" not in table.c or table.name in _SHOPS_OWN | _COUNTED:
            continue
        for row in await _rows_with(connection, table, shop, texts):
            changed = {
                name: pattern.sub(lambda found: ERASED if "@" in found[0] else "erased", value)
                for name, value in row.items()
                if isinstance(value, str) and pattern.search(value)
            }
            if not changed:
                continue
            keys = {column.name: row[column.name] for column in table.primary_key}
            mine = [table.c[name] == value for name, value in keys.items()]
            if keys.keys() & changed.keys():
                # The source used an address as the key of the row. With a changed key, the row could not be found, so
                # it is deleted.
                await connection.execute(delete(table).where(*mine))
                continue
            await connection.execute(update(table).where(*mine).values(_WHOLE.get(table.name, changed)))
            if table.name in _CHECKOUTS:
                touched.add(row[_CHECKOUTS[table.name]])
    return touched


async def _rows_with(connection: AsyncConnection, table: Table, shop: Shop, texts: Sequence[str]) -> list[Row]:
    columns = [column for column in table.c if isinstance(column.type, Text)]
    if not columns:
        return []
    contained = [column.icontains(text, autoescape=True) for column in columns for text in texts]
    statement = select(*table.primary_key, *(column for column in columns if not column.primary_key))
    rows = await connection.execute(statement.where(table.c.shop_id == shop.id, or_(*contained)))
    return [dict(row) for row in rows.mappings()]
