"""Copies the full-text index. The tokens are the same on both databases, and their storage differs: SQLite has a text
for each document, PostgreSQL a tsvector."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.moving.digests import Digest, digest_of_rows
from abandoned_checkouts.store.search.full_text import index_documents

NAME = "checkout_text"
# PostgreSQL stores the first characters of a longer token (see store/search/full_text).
_LONGEST = 1000


async def copy_documents(source: AsyncConnection, target: AsyncConnection, checkouts: Sequence[Row]) -> None:
    """Copy the documents of these rows of `abandoned_checkouts`."""
    shops = {row["document_id"]: row["shop_id"] for row in checkouts}
    found: dict[int, list[tuple[int, str]]] = {}
    for part in chunks(list(shops)):
        marks = ", ".join("?" * len(part))
        statement = f"SELECT rowid, tokens FROM checkout_text WHERE rowid IN ({marks})"
        for row in await source.exec_driver_sql(statement, tuple(part)):
            found.setdefault(shops[row.rowid], []).append((row.rowid, row.tokens))
    for shop_id, documents in found.items():
        await index_documents(target, shop_id, documents)


async def digest_of_documents(connection: AsyncConnection) -> Digest:
    """The digest of the sets of words of all documents."""
    if connection.dialect.name == "sqlite":
        rows = await connection.stream(
            text(
                "SELECT shop_id, document_id, tokens FROM abandoned_checkouts "
                "JOIN checkout_text ON checkout_text.rowid = document_id"
            )
        )
        return await digest_of_rows(
            (shop, number, sorted({word[:_LONGEST] for word in tokens.split()}))
            async for shop, number, tokens in rows.yield_per(500)
        )
    rows = await connection.stream(text("SELECT shop_id, document_id, tsvector_to_array(tokens) FROM checkout_text"))
    return await digest_of_rows((shop, number, sorted(words)) async for shop, number, words in rows.yield_per(500))
