"""Reading pages of the full-text index finds the tokens that FTS5 finds in them."""

import random
import sqlite3

import pytest

from abandoned_checkouts.store.engine.text_index_pages import MAIN_INDEX, page_has


def filled(texts: list[str], page_size: int = 64) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(tokens, tokenize = \"ascii tokenchars '_'\")")
    connection.execute("INSERT INTO words (words, rank) VALUES ('pgsz', ?)", (page_size,))
    connection.executemany("INSERT INTO words (tokens) VALUES (?)", [(text,) for text in texts])
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    return connection


def pages_of(connection: sqlite3.Connection) -> list[bytes]:
    """The pages with tokens, not those that help to find documents."""
    return [
        page for _, page in connection.execute("SELECT id, block FROM words_data WHERE id & (1 << 36) = 0 AND id > 10")
    ]


def has_tokens(page: bytes) -> bool:
    """Other pages go on with the documents of the token before."""
    return int.from_bytes(page[2:4], "big") < len(page)


@pytest.mark.parametrize("page_size", [32, 64, 4050])
def test_the_pages_have_the_prefixes_of_all_tokens_and_no_others(page_size: int) -> None:
    dice = random.Random(page_size)
    tokens = ["".join(dice.choices("ab_7", k=dice.randint(1, 6))) for _ in range(200)] + ["x" * 200, "x" * 200 + "y"]
    texts = [" ".join(dice.choices(tokens, k=30)) + " _" * dice.randint(0, 40) for _ in range(60)]
    used = {token for text in texts for token in text.split()}
    pages = [page for page in pages_of(filled(texts, page_size)) if has_tokens(page)]
    for prefix in {token[:length] for token in tokens for length in (1, 2, 4, 150)} | {"_7a7a", "zz", "0", "a_b"}:
        expected = any(token.startswith(prefix) for token in used)
        assert any(page_has(page, MAIN_INDEX + prefix.encode()) for page in pages) == expected, prefix


def test_a_page_that_is_missing_or_cut_off_may_have_any_prefix() -> None:
    assert page_has(None, b"0z")
    [page, *_] = pages_of(filled(["abc abd abe"], 4050))
    assert not page_has(page, b"0z")
    assert page_has(page[:8] + b"\x00\xff\xff", b"0z")
    assert page_has(b"\x00\x00\x00\x04\x7f", b"0z")
