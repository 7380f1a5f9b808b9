"""Writes the SQL for SQLite that finds the ids of a page of a text search, sorted by id, in a large store too.

The statement tries several ways, one after the other. Each has a limit for the rows that it may read, and runs only if
the ways before it did not find the complete page:

1. `tested` walks the shop's rows by id and tests the tokens of each. It is for prefixes, for which the index reads all
   rows of all words with the prefix, and for shops with foreign documents (see checkouts/identify), whose numbers are
   not the ids.
2. `walked` walks the documents that the index finds. Their numbers are the ids, so they are in the order of the page.
3. `sorted` finds all rows of the text and sorts them; `scanned` compares all rows of the shop by id with the text. Both
   read the whole result of the index. The first is faster for few documents, the second for many.

`span` are the ids between which all rows of a short range of dates or amounts are: ids and dates usually grow together.
"""

from abandoned_checkouts.store.reading.pages import PageWindow, TextSearch

# The limits of `tested` and `walked`. Each row takes about 1 µs.
_TESTED, _WALKED = 300, 1_000
# The maximum number of rows of a range that are read to find the first and the last id.
_RANGE = 20_000
# If more documents match, the way is `scanned` instead of `sorted`.
_MANY = 20_000
FIRST_FOREIGN_DOCUMENT = 1 << 62
_LEAST, _LARGEST = -(1 << 63), (1 << 63) - 1

_SHOP = "abandoned_checkouts.shop_id = :page_shop"
_FOREIGN = (
    f"EXISTS (SELECT 1 FROM abandoned_checkouts WHERE {_SHOP} "
    f"AND abandoned_checkouts.document_id >= {FIRST_FOREIGN_DOCUMENT})"
)


def ids_of_page(search: TextSearch, window: PageWindow) -> str:
    """The statement of SQLite for the ids of the window's rows and one row more, in any order. The list may have more
    ids after these.

    The parameters are page_shop, page_size (one row more), page_after and page_before, beside those of the list.
    """
    return _Statement(search, window).text()


class _Statement:
    """Writes the statement."""

    def __init__(self, search: TextSearch, window: PageWindow) -> None:
        self._search = search
        self._direction = "DESC" if window.descending else "ASC"
        self._to, self._end = (">=", _LEAST) if window.descending else ("<=", _LARGEST)
        self._limits = list(search.bounds)
        for position, name, later in (
            (window.after, "page_after", not window.reverse),
            (window.before, "page_before", window.reverse),
        ):
            if position is not None:
                self._limits.append((">" if later else "<", f":{name}"))

    def text(self) -> str:
        tables: dict[str, str] = {}
        if self._search.narrow:
            tables |= self._span()
        if self._search.test:
            tables |= self._tested()
        else:
            tables["after_tested (done)"] = "SELECT 0"
        tables |= self._walked()
        written = ", ".join(f"{name} AS MATERIALIZED ({select})" for name, select in tables.items())
        last = " UNION ALL ".join(self._last())
        first = "SELECT id FROM tested UNION ALL " if self._search.test else ""
        return f"WITH {written} {first}SELECT id FROM walked UNION ALL {last}"

    def _span(self) -> dict[str, str]:
        rows = (
            f"SELECT abandoned_checkouts.id AS id FROM abandoned_checkouts WHERE {_SHOP} "
            f"AND {self._search.narrow} LIMIT {_RANGE}"
        )
        start, end = (
            f"CASE WHEN count(*) = {_RANGE} THEN {everything} ELSE {limit}(id) END"
            for everything, limit in ((_LEAST, "min"), (_LARGEST, "max"))
        )
        return {"span (start, end)": f"SELECT {start}, {end} FROM ({rows})"}

    def _tested(self) -> dict[str, str]:
        """Among the first rows by id, those that pass the test."""
        column = "abandoned_checkouts.id"
        runs = "1" if self._search.has_prefix else _FOREIGN
        last = (
            f"SELECT {column} FROM abandoned_checkouts WHERE {_SHOP}{self._within(column)} "
            f"ORDER BY {column} {self._direction} LIMIT 1 OFFSET {_TESTED}"
        )
        rows = (
            "SELECT abandoned_checkouts.id FROM abandoned_checkouts CROSS JOIN checkout_text_content "
            "ON checkout_text_content.id = abandoned_checkouts.document_id "
            f"WHERE {_SHOP}{self._within(column)}{self._up_to('last_tested', column)}{self._others()} "
            f"AND {self._search.test} ORDER BY {column} {self._direction} "
            f"LIMIT CASE WHEN {runs} THEN :page_size ELSE 0 END"
        )
        return {
            "last_tested (id)": f"SELECT ({last})",
            "tested (id)": rows,
            "after_tested (done)": f"SELECT CASE WHEN {runs} THEN {_finished('tested')} ELSE 0 END",
        }

    def _walked(self) -> dict[str, str]:
        """Among the first documents that match the text, the rows that meet the other conditions."""
        column = "checkout_text.rowid"
        stops = f"(SELECT done FROM after_tested) OR {_FOREIGN}"
        matches = f"{self._search.matches}{self._within(column)}"
        # Without other conditions, every document is a row of the list.
        last = "NULL"
        if self._search.others:
            last = (
                f"(SELECT rowid FROM checkout_text WHERE {matches} ORDER BY rowid {self._direction} "
                f"LIMIT CASE WHEN {stops} THEN 0 ELSE 1 END OFFSET {_WALKED})"
            )
        rows = (
            "SELECT abandoned_checkouts.id FROM checkout_text CROSS JOIN abandoned_checkouts "
            f"ON {_SHOP} AND abandoned_checkouts.document_id = checkout_text.rowid "
            f"WHERE {matches}{self._up_to('last_walked', column)}{self._others()} "
            f"ORDER BY {column} {self._direction} LIMIT CASE WHEN {stops} THEN 0 ELSE :page_size END"
        )
        done = f"CASE WHEN (SELECT done FROM after_tested) THEN 1 WHEN {_FOREIGN} THEN 0 ELSE {_finished('walked')} END"
        many = f"EXISTS (SELECT 1 FROM checkout_text WHERE {self._search.matches} LIMIT 1 OFFSET {_MANY})"
        # A query of a prefix without a match takes as long as one that reads all documents of a word.
        many = f"CASE WHEN (SELECT done FROM after_walked) THEN 0 ELSE {many} END"
        return {
            "last_walked (id)": f"SELECT {last}",
            "walked (id)": rows,
            "after_walked (done)": f"SELECT {done}",
            "text (many)": f"SELECT {many}",
        }

    def _last(self) -> list[str]:
        """The page from the complete result of the index, in two ways. One of them runs."""
        column, row = "abandoned_checkouts.id", "abandoned_checkouts.document_id IN"
        # A plus sign prevents SQLite from finding the rows by their documents.
        documents = f"SELECT rowid FROM checkout_text WHERE {self._search.matches}"
        scanned = f"{self._search.others or '1'} AND +{row} ({documents})"
        return [
            f"SELECT id FROM (SELECT {column} AS id FROM abandoned_checkouts WHERE {_SHOP}{self._within(column)} "
            f"AND {column} >= {_LEAST} AND {conditions} ORDER BY {column} {self._direction} "
            f"LIMIT CASE WHEN (SELECT done FROM after_walked) OR {other} THEN 0 ELSE :page_size END)"
            for conditions, other in (
                (self._search.conditions, "(SELECT many FROM text)"),
                (scanned, "NOT (SELECT many FROM text)"),
            )
        ]

    def _within(self, column: str) -> str:
        text = "".join(f" AND {column} {sign} {limit}" for sign, limit in self._limits)
        if self._search.narrow:
            text += f" AND {column} >= (SELECT start FROM span) AND {column} <= (SELECT end FROM span)"
        return text

    def _up_to(self, table: str, column: str) -> str:
        if table == "last_walked" and not self._search.others:
            return ""
        return f" AND {column} {self._to} coalesce((SELECT id FROM {table}), {self._end})"

    def _others(self) -> str:
        return f" AND {self._search.others}" if self._search.others else ""


def _finished(table: str) -> str:
    """SQL for whether a way found the complete page, or has read all rows."""
    return f"((SELECT count(*) FROM {table}) >= :page_size OR (SELECT id FROM last_{table}) IS NULL)"
