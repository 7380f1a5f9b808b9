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

Each step is a table of one row, which has the columns of the step before it and its own. The ids that a way found are a
column with a JSON array. A step refers to the step before it once, because SQLite prepares a table again for each
reference to it: with two references in each step, the preparation took half a second.
"""

from collections.abc import Mapping

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
    """Writes the statement. `_done` is the SQL for whether the ways so far found the complete page."""

    def __init__(self, search: TextSearch, window: PageWindow) -> None:
        self._search = search
        self._matches = self._asked(search.matches)
        self._window = window
        self._direction = "DESC" if window.descending else "ASC"
        self._tables: list[str] = []
        self._step_before = ""
        self._ways: list[str] = []
        self._done = "0"

    def text(self) -> str:
        self._begin()
        if self._search.test:
            self._tested()
        self._walked("walked")
        if self._search.test and self._search.states:
            self._picked()
        if self._search.range_by_id:
            self._later()
        self._last()
        found = ", ".join(f"json({name})" for name in self._ways)
        return (
            f"WITH {', '.join(self._tables)} SELECT number.value AS id FROM {self._step_before} "
            f"CROSS JOIN json_each(json_array({found})) AS way CROSS JOIN json_each(way.value) AS number"
        )

    def _asked(self, sql: str) -> str:
        """The SQL, with the one answer for all questions to the index. It is not a column of `so_far`, because SQLite
        would then search the index again for each row that it compares with the result."""
        return sql.replace(self._search.asks, "(SELECT answer FROM asked)") if self._search.asks else sql

    def _begin(self) -> None:
        """The first step: the limits of the id, and whether the shop has foreign documents."""
        if self._search.asks:
            self._tables.append(f"asked (answer) AS MATERIALIZED (SELECT {self._search.asks})")
        limits = [*self._search.bounds, *limits_of(self._window)]
        tables = {"created": self._created() if self._search.created else "", "span": self._span()}
        used = {name: select for name, select in tables.items() if select}
        self._tables += [f"{name} (start, end) AS MATERIALIZED ({select})" for name, select in used.items()]
        limits += [limit for name in used for limit in ((">=", f"{name}.start"), ("<=", f"{name}.end"))]
        lower = [f"CAST({limit} + 1 AS INTEGER)" if sign == ">" else limit for sign, limit in limits if sign[0] != "<"]
        upper = [f"CAST({limit} - 1 AS INTEGER)" if sign == "<" else limit for sign, limit in limits if sign[0] != ">"]
        columns = {"lower": _one("max", lower) or str(_LEAST), "upper": _one("min", upper) or str(_LARGEST)}
        self._step(columns | {"is_foreign": _FOREIGN}, f" FROM {' CROSS JOIN '.join(used)}" if used else "")

    def _created(self) -> str:
        parts = "".join(f" AND part {sign[0]}= {limit} / {PART}" for sign, limit in self._created_limits())
        ranges = f"SELECT first_id, last_id FROM checkout_id_ranges WHERE shop_id = :page_shop{parts}"
        others = f"SELECT {_ID}, {_ID} FROM {CHANGED_SINCE} AND {self._search.created_range}"
        # Without any row of the range, no id is between these.
        ends = f"SELECT coalesce(min(first_id), {_LARGEST}), coalesce(max(last_id), {_LEAST})"
        return f"{ends} FROM ({ranges} UNION ALL {others})"

    def _created_limits(self) -> list[tuple[str, str]]:
        limits = [each for each in self._search.created if each[0] != "="]
        return limits + [(sign, limit) for equal, limit in self._search.created if equal == "=" for sign in "<>"]

    def _span(self) -> str:
        if not self._search.narrow:
            return ""
        most = _CREATED if self._search.narrow == self._search.created_range else _RANGE
        rows = f"SELECT {_ID} AS id FROM abandoned_checkouts WHERE {_SHOP} AND {self._search.narrow} LIMIT {most}"
        start, end = (
            f"CASE WHEN count(*) = {most} THEN {everything} ELSE coalesce({limit}(id), {nothing}) END"
            for everything, limit, nothing in ((_LEAST, "min", _LARGEST), (_LARGEST, "max", _LEAST))
        )
        return f"SELECT {start}, {end} FROM ({rows})"

    def _tested(self) -> None:
        """Among the first rows by id, those that pass the test."""
        runs = "1" if self._search.has_prefix else "so_far.is_foreign"
        last = (
            f"SELECT {_ID} FROM abandoned_checkouts WHERE {_SHOP}{self._within(_ID)} "
            f"ORDER BY {_ID} {self._direction} LIMIT 1 OFFSET {_TESTED}"
        )
        rows = (
            f"SELECT {_ID} AS id FROM abandoned_checkouts CROSS JOIN checkout_text_content "
            "ON checkout_text_content.id = abandoned_checkouts.document_id "
            f"WHERE {_SHOP}{self._within(_ID, last='so_far.last_tested')}{self._others()} AND {self._search.test}"
        )
        self._step({"last_tested": _unless(f"NOT {runs}", f"({last})")})
        self._step({"tested": _unless(f"NOT {runs}", self._page(rows))})
        self._add("tested", f"CASE WHEN {runs} THEN {_finished('tested')} ELSE 0 END")

    def _walked(self, name: str, start: str = "") -> None:
        """Among the first documents that match the text, from `start`, the rows that meet the other conditions."""
        column = "checkout_text.rowid"
        stops = f"{self._done} OR so_far.is_foreign"
        # Without other conditions, every document is a row of the list.
        last = "NULL"
        if self._search.others:
            last = _unless(
                stops,
                f"(SELECT rowid FROM checkout_text WHERE {self._matches}{self._within(column, start)} "
                f"ORDER BY rowid {self._direction} LIMIT 1 OFFSET {_WALKED})",
            )
        # With both bounds on the id, SQLite uses the index that has the compared columns, instead of the primary key.
        rows = (
            f"SELECT {_ID} AS id FROM checkout_text CROSS JOIN abandoned_checkouts "
            f"ON {_SHOP} AND {_ID} >= {column} AND {_ID} <= {column} "
            f"WHERE {self._matches}{self._within(column, start, f'so_far.last_{name}')}{self._others()}"
        )
        self._step({f"last_{name}": last})
        self._step({name: _unless(stops, self._page(rows, column))})
        self._add(name, f"CASE WHEN {self._done} THEN 1 WHEN so_far.is_foreign THEN 0 ELSE {_finished(name)} END")

    def _picked(self) -> None:
        """Among the first rows with the states of the search, those that pass the test."""
        states = merged(self._search.states, self._within(_ID), self._window, str(_PICKED))
        rows = (
            f"SELECT {_ID} AS id FROM json_each(so_far.with_states) AS found CROSS JOIN abandoned_checkouts "
            f"ON {_SHOP} AND {_ID} >= found.value AND {_ID} <= found.value "
            "CROSS JOIN checkout_text_content ON checkout_text_content.id = abandoned_checkouts.document_id "
            f"WHERE {self._search.test}{self._others()}"
        )
        self._step({"with_states": _unless(self._done, f"(SELECT json_group_array(id) FROM ({states}))")})
        self._step({"picked": _unless(self._done, self._page(rows))})
        has_all = f"json_array_length(so_far.with_states) < {_PICKED}"
        self._add("picked", f"{self._done} OR json_array_length(so_far.picked) >= :page_size OR {has_all}")

    def _later(self) -> None:
        """Among the first documents from the first row of the range, the rows that meet the other conditions."""
        first = (
            f"SELECT {_ID} FROM abandoned_checkouts WHERE {_SHOP}{self._within(_ID)} "
            f"AND {self._search.range_by_id} ORDER BY {_ID} {self._direction} LIMIT 1"
        )
        self._step({"first_later": _unless(f"{self._done} OR so_far.is_foreign", f"({first})")})
        end = _LEAST if self._window.descending else _LARGEST
        self._walked("later", f"coalesce(so_far.first_later, {end})")

    def _last(self) -> None:
        """The page from the complete result of the index, in two ways. One of them runs."""
        # A query of a prefix without a match takes as long as one that reads all documents of a word.
        many = f"EXISTS (SELECT 1 FROM checkout_text WHERE {self._matches} LIMIT 1 OFFSET {_MANY})"
        self._step({"many": f"CASE WHEN {self._done} THEN 0 ELSE {many} END"})
        # A plus sign prevents SQLite from finding the rows by their documents.
        documents = f"SELECT rowid FROM checkout_text WHERE {self._matches}"
        scanned = f"{self._search.others or '1'} AND +abandoned_checkouts.document_id IN ({documents})"
        for name, conditions, other in (
            ("sorted", self._asked(self._search.conditions), "so_far.many"),
            ("scanned", scanned, "NOT so_far.many"),
        ):
            rows = f"SELECT {_ID} AS id FROM abandoned_checkouts WHERE {_SHOP}{self._within(_ID)} AND {conditions}"
            self._step({name: _unless(f"{self._done} OR {other}", self._page(rows))})
            self._ways.append(name)

    def _step(self, columns: Mapping[str, str], source: str = "") -> None:
        """Add a step with these columns, which the SQL of later steps finds in `so_far`."""
        name = f"step_{len(self._tables)}"
        written = ", ".join(f"{sql} AS {column}" for column, sql in columns.items())
        if self._step_before:
            written, source = f"so_far.*, {written}", f" FROM {self._step_before} AS so_far"
        self._tables.append(f"{name} AS MATERIALIZED (SELECT {written}{source})")
        self._step_before = name

    def _add(self, name: str, done: str) -> None:
        """Add a way. `done` is the SQL for whether it or the ways before it found the complete page."""
        self._step({f"after_{name}": done})
        self._ways.append(name)
        self._done = f"so_far.after_{name}"

    def _page(self, rows: str, column: str = _ID) -> str:
        """The ids of the first of these rows in the order of the page, as a JSON array."""
        return f"(SELECT json_group_array(id) FROM ({rows} ORDER BY {column} {self._direction} LIMIT :page_size))"

    def _within(self, column: str, start: str = "", last: str = "") -> str:
        """The limits of the id, from `start` up to `last` in the direction of the page if they are given. They are one
        lower and one upper limit, because SQLite and its full-text index start and stop at one limit, and read the rows
        before the others. `last` may be null."""
        last = f"coalesce({last}, {_LEAST if self._window.descending else _LARGEST})" if last else ""
        first, end = (last, start) if self._window.descending else (start, last)
        lower = _one("max", ["so_far.lower", *filter(None, [first])])
        return f" AND {column} >= {lower} AND {column} <= {_one('min', ['so_far.upper', *filter(None, [end])])}"

    def _others(self) -> str:
        return f" AND {self._search.others}" if self._search.others else ""


def _finished(name: str) -> str:
    """SQL for whether a way found the complete page, or has read all rows."""
    return f"(json_array_length(so_far.{name}) >= :page_size OR so_far.last_{name} IS NULL)"


def _unless(condition: str, sql: str) -> str:
    """The SQL, which is not run if the condition is true: null then, which has no ids as a JSON array."""
    return f"CASE WHEN {condition} THEN NULL ELSE {sql} END"


def _one(function: str, limits: list[str]) -> str:
    return f"{function}({', '.join(limits)})" if len(limits) > 1 else "".join(limits)
