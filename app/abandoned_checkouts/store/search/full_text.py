"""The full-text index: the same tokens and the same positions on SQLite (FTS5) and PostgreSQL (tsvector).

The databases split and fold text differently from search_syntax. So they receive the tokens of search_syntax: folded,
in order, and with a mark between two texts, which a phrase cannot cross.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.statements import chunks
from search_syntax import tokenize_all

# The mark between two texts. It is never a token: tokens consist of letters and digits.
BREAK = "_"
# PostgreSQL stores 16,383 positions of a document. For equal results, SQLite does not find words beyond this limit.
_POSITIONS = 16_000
# PostgreSQL stores 1 MiB of a document, including a few bytes for each token.
_CHARACTERS = 900_000


def encoded(token: str) -> str:
    """A token in a form that both databases store unchanged: the token itself, or coded()."""
    return token if token.isascii() else coded(token)


def coded(text: str) -> str:
    """A text as "_" and two hexadecimal digits for each byte in UTF-8. Prefixes stay prefixes."""
    return f"_{text.encode().hex()}"


def indexed_tokens(shop_id: int, texts: Sequence[str], fields: str = "") -> str:
    """All tokens of a document in order, separated by spaces. The first is the shop's, and every search requires it.

    `fields` are the tokens of single fields, from store/search/index_terms; they differ from all words.
    """
    words = tokenize_all(texts, BREAK)
    text = " ".join(words)
    if not text.isascii():
        text = " ".join(map(encoded, words))
    text = f"{shop_token(shop_id)} {text} {fields}"
    if len(text) > _CHARACTERS:
        text = text[:_CHARACTERS].rpartition(" ")[0]
    return text if len(text) < _POSITIONS else " ".join(text.split()[:_POSITIONS])


def shop_token(shop_id: int) -> str:
    return f"__shop{shop_id}"


async def index_documents(connection: AsyncConnection, shop_id: int, documents: Sequence[tuple[int, str]]) -> None:
    """Add documents that are not in the index, each a document_id with the result of `indexed_tokens`."""
    if not documents:
        return
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("INSERT INTO checkout_text (rowid, tokens) VALUES (?, ?)", list(documents))
    else:
        await connection.execute(
            text("INSERT INTO checkout_text VALUES (:shop_id, :document_id, CAST(CAST(:tokens AS TEXT) AS TSVECTOR))"),
            [
                {"shop_id": shop_id, "document_id": document_id, "tokens": _tsvector(tokens.split())}
                for document_id, tokens in documents
            ],
        )


async def documents_in_use(connection: AsyncConnection, document_ids: Sequence[int]) -> set[int]:
    """The numbers that are used by a document of any shop. PostgreSQL numbers the documents of each shop separately, so
    there the number of a new checkout is always free."""
    if connection.dialect.name != "sqlite":
        return set()
    in_use: set[int] = set()
    for part in chunks(document_ids):
        marks = ", ".join("?" * len(part))
        rows = await connection.exec_driver_sql(
            f"SELECT rowid FROM checkout_text WHERE rowid IN ({marks})", tuple(part)
        )
        in_use.update(rows.scalars())
    return in_use


async def last_document(connection: AsyncConnection) -> int:
    """The greatest number of a document of any shop, on SQLite; 0 without documents."""
    found = await connection.exec_driver_sql("SELECT max(rowid) FROM checkout_text")
    return int(found.scalar() or 0)


async def delete_documents(connection: AsyncConnection, shop_id: int, document_ids: Sequence[int]) -> None:
    """Delete documents from the index. Numbers that are not in it are ignored."""
    if not document_ids:
        return
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql(
            "DELETE FROM checkout_text WHERE rowid = ?", [(document_id,) for document_id in document_ids]
        )
    else:
        await connection.execute(
            text("DELETE FROM checkout_text WHERE shop_id = :shop_id AND document_id = :document_id"),
            [{"shop_id": shop_id, "document_id": document_id} for document_id in document_ids],
        )


def _tsvector(tokens: Sequence[str]) -> str:
    """A tsvector as text. PostgreSQL stores only the first 255 positions of a lexeme."""
    positions: dict[str, list[str]] = {}
    for place, token in enumerate(tokens, 1):
        places = positions.setdefault(token[:1000], [])
        if len(places) < 255:
            places.append(str(place))
    return " ".join(f"'{token}':{','.join(places)}" for token, places in positions.items())
