"""The full-text index: the same tokens and the same positions on SQLite (FTS5) and PostgreSQL (tsvector).

The databases would split and fold texts differently from search_syntax. They therefore receive its tokens: folded, in
order, and with a mark between two texts, so that a phrase cannot match across texts.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.stored_numbers import as_json
from search_syntax import tokenize_all

# The mark between two texts. It cannot be a token, because tokens consist of letters and digits.
BREAK = "_"
# PostgreSQL stores 16,383 positions of a document. Later words are left out on SQLite too, for the same results.
_POSITIONS = 16_000
# PostgreSQL stores at most 1 MiB of a document, including a few bytes for each token.
_CHARACTERS = 900_000
_IN_USE = "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM checkout_text WHERE rowid = value)"


def encoded(token: str) -> str:
    """A token in a form that both databases store unchanged: the token itself if it is ASCII, else coded()."""
    return token if token.isascii() else coded(token)


def coded(text: str) -> str:
    """A text as "_" and two hexadecimal digits for each UTF-8 byte. A prefix of a text is a prefix of the result."""
    return f"_{text.encode().hex()}"


def indexed_tokens(shop_id: int, texts: Sequence[str], fields: str = "") -> str:
    """All tokens of a document in order, separated by spaces. The first token identifies the shop; searches require it.

    `fields` are the tokens of single fields, from store/search/index_terms. They differ from all words.
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
    """Add new documents to the index. Each is a document_id and the result of `indexed_tokens`."""
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
    """Those of the numbers that a document of any shop has. Always empty on PostgreSQL, which numbers the documents of
    each shop separately."""
    if connection.dialect.name != "sqlite":
        return set()
    if not document_ids:
        return set()
    rows = await connection.exec_driver_sql(_IN_USE, (as_json(document_ids),))
    return set(rows.scalars())


async def last_document(connection: AsyncConnection) -> int:
    """On SQLite, the greatest number of a document of any shop. 0 if there are no documents."""
    found = await connection.exec_driver_sql("SELECT max(rowid) FROM checkout_text")
    return int(found.scalar() or 0)


async def delete_documents(connection: AsyncConnection, shop_id: int, document_ids: Sequence[int]) -> None:
    """Delete documents from the index. Unknown numbers are ignored."""
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
    """A tsvector as text. Each lexeme has at most 255 positions, because PostgreSQL stores no more."""
    positions: dict[str, list[str]] = {}
    for place, token in enumerate(tokens, 1):
        places = positions.setdefault(token[:1000], [])
        if len(places) < 255:
            places.append(str(place))
    return " ".join(f"'{token}':{','.join(places)}" for token, places in positions.items())
