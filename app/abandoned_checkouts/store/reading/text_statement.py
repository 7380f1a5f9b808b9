"""Writes the SQL for SQLite that finds the ids of a page of a text search, sorted by id, in a large store too.

The statement tries several ways, one after the other. Each has a limit for the rows that it may read, and runs only if
the ways before it did not find the complete page:

1. `tested` walks the shop's rows by id and tests the tokens of each. It is for prefixes, for which the index reads all
   rows of all words with the prefix, and for shops with foreign documents (see checkouts/identify), whose numbers are
   not the ids.
2. `walked` walks the documents that the index finds. Their numbers are the ids, so they are in the order of the page.
3. `picked` walks the rows with the states of the search, and tests the tokens of each. It is for states that few
   checkouts have.
4. `later` walks the documents from the first row of a range of dates. That row is found by walking the index by id.
5. `sorted` finds all rows of the text and sorts them; `scanned` compares all rows of the shop by id with the text. Both
   read the whole result of the index. The first is faster for few documents, the second for many.

`span` are the ids between which all rows of a short range of dates or amounts are: ids and dates usually grow together.
`created` are those of a range of `created_at` of any length, a bit wider (see store/tables/id_ranges).
"""

from abandoned_checkouts.store.reading.pages import PageWindow, TextSearch
from abandoned_checkouts.store.reading.state_pages import limits_of, merged
from abandoned_checkouts.store.tables.id_ranges import CHANGED_SINCE, PART

# The limits of `tested`, `walked` and `later`, and `picked`. Each row takes about 1 µs, and about 2 µs for `picked`.
_TESTED, _WALKED, _PICKED = 300, 1_000, 1_000
# The maximum number of rows of a range that are read to find the first and the last id: of any column, and of
# `created_at`, for which `created` has them too.
_RANGE, _CREATED = 20_000, 1_000
# If more documents match, the way is `scanned` instead of `sorted`.
_MANY = 20_000
FIRST_FOREIGN_DOCUMENT = 1 << 62
_LEAST, _LARGEST = -(1 << 63), (1 << 63) - 1

_SHOP = "abandoned_checkouts.shop_id = :page_shop"
_FOREIGN = (
    f"EXISTS (SELECT 1 FROM abandoned_checkouts WHERE {_SHOP} "
    f"AND abandoned_checkouts.document_id >= {FIRST_FOREIGN_DOCUMENT})"
)
_ID = "abandoned_checkouts.id"


def ids_of_page(search: TextSearch, window: PageWindow) -> str:
    """The statement of SQLite for the ids of the window's rows and one row more, in any order. The list may have more
    ids after these.

    The parameters are page_shop, page_size (one row more), page_after and page_before, beside those of the list.
    """
    return _Statement(search, window).text()


class _Statement:
    """Writes the statement. `_done` is the query for whether the ways so far found the complete page."""

    def __init__(self, search: TextSearch, window: PageWindow) -> None:
        self._search = search
        self._matches = self._asked(search.matches)
        self._window = window
        self._direction = "DESC" if window.descending else "ASC"
        # The end of all ids in the direction of the window, and the operators for ids from and up to one of them.
        self._from, self._to, self._end = ("<=", ">=", _LEAST) if window.descending else (">=", "<=", _LARGEST)
        self._limits = [*search.bounds, *limits_of(window)]
        if search.narrow:
            self._limits += [(">=", "(SELECT start FROM span)"), ("<=", "(SELECT end FROM span)")]
        if search.created:
            self._limits += [(">=", "(SELECT start FROM created)"), ("<=", "(SELECT end FROM created)")]
        self._tables: dict[str, str] = {}
        self._ways: list[str] = []
        self._done = "0"

    def text(self) -> str:
        if self._search.asks:
            self._tables["asked (answer)"] = f"SELECT {self._search.asks}"
        if self._search.created:
            self._created()
        if self._search.narrow:
            self._span()
        if self._search.test:
            self._tested()
        self._walked("walked")
        if self._search.test and self._search.states:
            self._picked()
        if self._search.range_by_id:
            self._later()
        last = self._last()
        written = ", ".join(f"{name} AS MATERIALIZED ({select})" for name, select in self._tables.items())
        ids = " UNION ALL ".join([*(f"SELECT id FROM {name}" for name in self._ways), *last])
        return f"WITH {written} {ids}"

    def _asked(self, sql: str) -> str:
        """The SQL, with the one answer for all questions to the index."""
        return sql.replace(self._search.asks, "(SELECT answer FROM asked)") if self._search.asks else sql

    def _created(self) -> None:
        parts = "".join(f" AND part {sign[0]}= {limit} / {PART}" for sign, limit in self._created_limits())
        ranges = f"SELECT first_id, last_id FROM checkout_id_ranges WHERE shop_id = :page_shop{parts}"
        others = f"SELECT {_ID}, {_ID} FROM {CHANGED_SINCE} AND {self._search.created_range}"
        # Without any row of the range, no id is between these.
        ends = f"SELECT coalesce(min(first_id), {_LARGEST}), coalesce(max(last_id), {_LEAST})"
        self._tables["created (start, end)"] = f"{ends} FROM ({ranges} UNION ALL {others})"

    def _created_limits(self) -> list[tuple[str, str]]:
        limits = [each for each in self._search.created if each[0] != "="]
        return limits + [(sign, limit) for equal, limit in self._search.created if equal == "=" for sign in "<>"]

    def _span(self) -> None:
        most = _CREATED if self._search.narrow == self._search.created_range else _RANGE
        rows = f"SELECT {_ID} AS id FROM abandoned_checkouts WHERE {_SHOP} AND {self._search.narrow} LIMIT {most}"
        start, end = (
            f"CASE WHEN count(*) = {most} THEN {everything} ELSE coalesce({limit}(id), {nothing}) END"
            for everything, limit, nothing in ((_LEAST, "min", _LARGEST), (_LARGEST, "max", _LEAST))
        )
        self._tables["span (start, end)"] = f"SELECT {start}, {end} FROM ({rows})"

    def _tested(self) -> None:
        """Among the first rows by id, those that pass the test."""
        runs = "1" if self._search.has_prefix else _FOREIGN
        last = (
            f"SELECT {_ID} FROM abandoned_checkouts WHERE {_SHOP}{self._within(_ID)} "
            f"ORDER BY {_ID} {self._direction} LIMIT 1 OFFSET {_TESTED}"
        )
        rows = (
            f"SELECT {_ID} FROM abandoned_checkouts CROSS JOIN checkout_text_content "
            "ON checkout_text_content.id = abandoned_checkouts.document_id "
            f"WHERE {_SHOP}{self._within(_ID, self._up_to('last_tested'))}{self._others()} "
            f"AND {self._search.test} ORDER BY {_ID} {self._direction} "
            f"LIMIT CASE WHEN {runs} THEN :page_size ELSE 0 END"
        )
        self._tables["last_tested (id)"] = f"SELECT ({last})"
        self._add("tested", rows, f"CASE WHEN {runs} THEN {_finished('tested')} ELSE 0 END")

    def _walked(self, name: str, start: str = "") -> None:
        """Among the first documents that match the text, from `start`, the rows that meet the other conditions."""
        column = "checkout_text.rowid"
        stops = f"{self._done} OR {_FOREIGN}"
        begin = [(self._from, start)] if start else []
        # Without other conditions, every document is a row of the list.
        last, end = "NULL", []
        if self._search.others:
            last = (
                f"(SELECT rowid FROM checkout_text WHERE {self._matches}{self._within(column, *begin)} "
                f"ORDER BY rowid {self._direction} LIMIT CASE WHEN {stops} THEN 0 ELSE 1 END OFFSET {_WALKED})"
            )
            end = [self._up_to(f"last_{name}")]
        # With both bounds on the id, SQLite uses the index that has the compared columns, instead of the primary key.
        rows = (
            f"SELECT {_ID} FROM checkout_text CROSS JOIN abandoned_checkouts "
            f"ON {_SHOP} AND {_ID} >= {column} AND {_ID} <= {column} "
            f"WHERE {self._matches}{self._within(column, *begin, *end)}{self._others()} "
            f"ORDER BY {column} {self._direction} LIMIT CASE WHEN {stops} THEN 0 ELSE :page_size END"
        )
        self._tables[f"last_{name} (id)"] = f"SELECT {last}"
        self._add(name, rows, f"CASE WHEN {self._done} THEN 1 WHEN {_FOREIGN} THEN 0 ELSE {_finished(name)} END")

    def _picked(self) -> None:
        """Among the first rows with the states of the search, those that pass the test."""
        states = merged(
            self._search.states, self._within(_ID), self._window, f"CASE WHEN {self._done} THEN 0 ELSE {_PICKED} END"
        )
        rows = (
            "SELECT with_states.id FROM with_states CROSS JOIN abandoned_checkouts "
            f"ON {_SHOP} AND {_ID} >= with_states.id AND {_ID} <= with_states.id "
            "CROSS JOIN checkout_text_content ON checkout_text_content.id = abandoned_checkouts.document_id "
            f"WHERE {self._search.test}{self._others()} ORDER BY with_states.id {self._direction} LIMIT :page_size"
        )
        self._tables["with_states (id)"] = states
        finished = f"(SELECT count(*) FROM picked) >= :page_size OR (SELECT count(*) FROM with_states) < {_PICKED}"
        self._add("picked", rows, f"({self._done} OR {finished})")

    def _later(self) -> None:
        """Among the first documents from the first row of the range, the rows that meet the other conditions."""
        first = (
            f"SELECT {_ID} FROM abandoned_checkouts WHERE {_SHOP}{self._within(_ID)} "
            f"AND {self._search.range_by_id} ORDER BY {_ID} {self._direction} "
            f"LIMIT CASE WHEN {self._done} OR {_FOREIGN} THEN 0 ELSE 1 END"
        )
        self._tables["first_later (id)"] = f"SELECT coalesce(({first}), {self._end})"
        self._walked("later", "(SELECT id FROM first_later)")

    def _last(self) -> list[str]:
        """The page from the complete result of the index, in two ways. One of them runs."""
        # A query of a prefix without a match takes as long as one that reads all documents of a word.
        many = f"EXISTS (SELECT 1 FROM checkout_text WHERE {self._matches} LIMIT 1 OFFSET {_MANY})"
        self._tables["text (many)"] = f"SELECT CASE WHEN {self._done} THEN 0 ELSE {many} END"
        row = "abandoned_checkouts.document_id IN"
        # A plus sign prevents SQLite from finding the rows by their documents.
        documents = f"SELECT rowid FROM checkout_text WHERE {self._matches}"
        scanned = f"{self._search.others or '1'} AND +{row} ({documents})"
        return [
            f"SELECT id FROM (SELECT {_ID} AS id FROM abandoned_checkouts WHERE {_SHOP}{self._within(_ID)} "
            f"AND {conditions} ORDER BY {_ID} {self._direction} "
            f"LIMIT CASE WHEN {self._done} OR {other} THEN 0 ELSE :page_size END)"
            for conditions, other in (
                (self._asked(self._search.conditions), "(SELECT many FROM text)"),
                (scanned, "NOT (SELECT many FROM text)"),
            )
        ]

    def _add(self, name: str, rows: str, done: str) -> None:
        """Add a way. `done` is the SQL for whether it or the ways before it found the complete page."""
        self._tables[f"{name} (id)"] = rows
        self._tables[f"after_{name} (done)"] = f"SELECT {done}"
        self._ways.append(name)
        self._done = f"(SELECT done FROM after_{name})"

    def _within(self, column: str, *more: tuple[str, str]) -> str:
        """The limits of the id and `more` of them, as one lower and one upper limit, because SQLite and its full-text
        index start and stop at one limit, and read the rows before the others."""
        limits = [*self._limits, *more]
        lower = [f"CAST({limit} + 1 AS INTEGER)" if sign == ">" else limit for sign, limit in limits if sign[0] != "<"]
        upper = [f"CAST({limit} - 1 AS INTEGER)" if sign == "<" else limit for sign, limit in limits if sign[0] != ">"]
        # With a limit, SQLite uses the index by id that has the compared columns, instead of the primary key.
        return f" AND {column} >= {_one('max', lower) or _LEAST}" + (
            f" AND {column} <= {_one('min', upper)}" if upper else ""
        )

    def _up_to(self, table: str) -> tuple[str, str]:
        return self._to, f"coalesce((SELECT id FROM {table}), {self._end})"

    def _others(self) -> str:
        return f" AND {self._search.others}" if self._search.others else ""


def _finished(table: str) -> str:
    """SQL for whether a way found the complete page, or has read all rows."""
    return f"((SELECT count(*) FROM {table}) >= :page_size OR (SELECT id FROM last_{table}) IS NULL)"


def _one(function: str, limits: list[str]) -> str:
    return f"{function}({', '.join(limits)})" if len(limits) > 1 else "".join(limits)
