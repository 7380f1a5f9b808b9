"""Asking the full-text index for a prefix never misses a token, also while its segments are merged."""

import random
import sqlite3
from dataclasses import replace

import pytest

from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.sqlite_connections import add_functions
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.shop_rows import window_of
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.coded_prefixes import may_have
from abandoned_checkouts.store.search.narrowing import narrowed
from abandoned_checkouts.store.tenants.shops import create_shop
from search_syntax import check, parse
from tests.store.search.shelf import NOW, ZONE, Store
from tests.store.search.test_narrowing import bought

PREFIXES = ("_7a7a", "_7a", "_6", "_61", "_c3", "_0", "_7a7a7a7a", "_62c3")


class Index:
    """An index with pages of few tokens, whose segments are merged in small steps."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._connection = sqlite3.connect("file:index?mode=memory&cache=shared", uri=True, isolation_level=None)
        self._connection.execute(
            "CREATE VIRTUAL TABLE checkout_text USING fts5(tokens, tokenize = \"ascii tokenchars '_'\")"
        )
        for option, value in (("pgsz", 64), ("automerge", 2), ("crisismerge", 4)):
            self._set(option, value)
        self._connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(checkout_text, 'row')")
        # It has written nothing.
        self._reader = sqlite3.connect("file:index?mode=memory&cache=shared", uri=True, isolation_level=None)
        add_functions(self._reader)

    def close(self) -> None:
        self._reader.close()
        self._connection.close()

    def change(self) -> None:
        kind = self._dice.random()
        if kind < 0.6:
            words = ["".join(self._dice.choices(("61", "62", "7a", "c3a9"), k=self._dice.randint(1, 3))) for _ in "ab"]
            marks = " _" * self._dice.choice((1, 5, 60))
            plain = " ".join(self._dice.choices(("98", "99", "alpha", "beta", "__shop1", "zz"), k=3))
            coded = "" if self._dice.random() < 0.5 else f" _{words[0]} _{words[1]}"
            self._connection.execute("INSERT INTO checkout_text (tokens) VALUES (?)", (plain + marks + coded,))
        elif kind < 0.8:
            rows = self._connection.execute("SELECT rowid FROM checkout_text").fetchall()
            self._connection.execute("DELETE FROM checkout_text WHERE rowid = ?", self._dice.choice(rows or [(0,)]))
        else:
            self._set("merge", self._dice.choice((1, 2, 5, -3)))

    def answer(self, *prefixes: str, reader: bool = True) -> bool:
        parameters: list[object] = []

        def given(value: object) -> str:
            parameters.append(value)
            return f"?{len(parameters)}"

        sql = f"SELECT {may_have(prefixes, given)}"
        [(found,)] = (self._reader if reader else self._connection).execute(sql, parameters)
        return bool(found)

    def has(self, prefix: str) -> bool:
        return any(term.startswith(prefix) for (term,) in self._connection.execute("SELECT term FROM terms"))

    def optimize(self) -> None:
        self._connection.execute("INSERT INTO checkout_text (checkout_text) VALUES ('optimize')")

    def _set(self, option: str, value: int) -> None:
        self._connection.execute("INSERT INTO checkout_text (checkout_text, rank) VALUES (?, ?)", (option, value))


@pytest.mark.parametrize("seed", range(4))
def test_no_token_is_missed_while_the_index_changes(seed: int) -> None:
    index, certain = Index(seed), 0
    for _ in range(400):
        index.change()
        for prefix in PREFIXES:
            has, may = index.has(prefix), index.answer(prefix)
            assert may or not has, prefix
            certain += not may
    # Most prefixes that no token has are known to be missing.
    assert certain > 100
    index.optimize()
    assert [index.answer(prefix) for prefix in PREFIXES] == [index.has(prefix) for prefix in PREFIXES]
    index.close()


def test_several_prefixes_are_asked_together() -> None:
    index = Index(0)
    assert not index.answer("_7a", "_c3")
    index._connection.execute("INSERT INTO checkout_text (tokens) VALUES ('_ _c3a9')")
    assert index.answer("_7a", "_c3")
    assert not index.answer("_7a", "_c4")
    index.close()


def test_a_connection_that_has_written_may_have_any_prefix() -> None:
    """Its tokens may be in memory only."""
    index = Index(0)
    index._connection.execute("BEGIN")
    index._connection.execute("INSERT INTO checkout_text (tokens) VALUES ('_7a7a')")
    add_functions(index._connection)
    assert index.answer("_7a", reader=False)
    index.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (" OR ".join(f"é{number}*" for number in range(6)), []),
        (" OR ".join(f"x{number}*" for number in range(60)), []),
        (" OR ".join(["lam*", *(f"x{number}*" for number in range(6))]), [1, 2]),
        (" OR ".join(["ü*", *(f"x{number}*" for number in range(6))]), [2]),
        ("(a* OR b* OR c* OR d* OR e*) l*", [2]),
        ("(a* OR b* OR c* OR d*) (l* OR zz*) (x* OR ü*)", [2]),
        ("a* b* c* d* e* l*", []),
        ("l* ü*", [2]),
    ],
)
def test_pages_of_many_prefixes_have_their_rows(sqlite_url: str, query: str, found: list[int]) -> None:
    store = Store(sqlite_url)

    async def run() -> list[int]:
        async with store.database.begin() as connection:
            shop = await create_shop(connection, "one.example.com", now=1)
            titles = {1: "lamp", 2: "lamp ända über"}
            await save_checkouts(
                connection, shop, [replace(bought(each), id=number) for number, each in titles.items()]
            )
        root = check(parse(query), checkout_fields(), zone=ZONE, now=NOW).root
        listing = narrowed(Listing("abandoned_checkouts", shop.id, SortOrder("id")), root, dialect="sqlite")
        async with store.database.read() as connection:
            return [row["id"] for row in (await window_of(connection, listing, PageWindow(first=10))).rows]

    try:
        assert store.runner.run(run()) == found
    finally:
        store.close()
