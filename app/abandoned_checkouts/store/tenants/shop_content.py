"""Writes and deletes the content of a shop table by table, for the demo shop."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Table, delete, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import chunks, put_rows
from abandoned_checkouts.store.tables import metadata, shops, tokens
from abandoned_checkouts.store.tenants.access_tokens import token_hash

_CATALOG = ("metafields", "orders", "products", "product_images", "product_variants")
_REPORTS = ("report_actions", "report_changes", "report_checkouts", "report_days", "report_products", "flow_people")
# The tables with imported records and records that are derived from them.
_CONTENT = (*_CATALOG, "customers", "activities", "abandonments", "line_items", "abandoned_checkouts", *_REPORTS)


async def save_records(connection: AsyncConnection, shop: Shop, table_name: str, rows: Sequence[Row]) -> None:
    """Write rows, by column name, to one of these tables. Rows have no shop_id, and all have the same columns."""
    if not rows:
        return
    assert table_name in _CATALOG
    table: Table = metadata.tables[table_name]
    columns = ("shop_id", *rows[0])
    for part in chunks(rows):
        await put_rows(connection, table, columns, [(shop.id, *row.values()) for row in part])


async def empty_shop(connection: AsyncConnection, shop: Shop) -> None:
    """Delete a shop's catalogue, customers and abandoned checkouts. The shop, its apps and its tokens stay."""
    own = {"shop_id": shop.id}
    numbers = "SELECT document_id FROM abandoned_checkouts WHERE shop_id = :shop_id"
    if connection.dialect.name == "sqlite":
        await connection.execute(text(f"DELETE FROM checkout_text WHERE rowid IN ({numbers})"), own)
    else:
        await connection.execute(text("DELETE FROM checkout_text WHERE shop_id = :shop_id"), own)
    for name in _CONTENT:
        table = metadata.tables[name]
        await connection.execute(delete(table).where(table.c.shop_id == shop.id))


async def save_shop_settings(connection: AsyncConnection, shop: Shop) -> None:
    settings = orjson.dumps(shop.settings).decode()
    await connection.execute(update(shops).where(shops.c.id == shop.id).values(settings=settings))


async def delete_token(connection: AsyncConnection, token: str) -> None:
    """Delete a token, so that a new token can have the same text."""
    await connection.execute(delete(tokens).where(tokens.c.token_hash == token_hash(token)))
