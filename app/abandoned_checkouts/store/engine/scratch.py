"""Words with their replacements, and counts, in a temporary file: work on a whole shop needs little memory.

SQLite deletes the name of the file as soon as it opens it, so that no other program can read it, and nothing stays
behind, also if the process is killed.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from abandoned_checkouts.store.engine.failures import StoreError

_ROWS = 5_000
_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000;
CREATE TABLE words (space TEXT, original TEXT, hint TEXT, value TEXT, PRIMARY KEY (space, original)) WITHOUT ROWID;
CREATE INDEX words_by_value ON words (space, value) WHERE value IS NOT NULL;
CREATE TABLE counts (space TEXT, key TEXT, count INTEGER, PRIMARY KEY (space, key)) WITHOUT ROWID;
"""


class Scratch:
    """A `space` is the name of a set of words or of keys. The methods block. Only one thread may use it.

    They raise StoreError if the temporary file cannot be written.
    """

    def __init__(self) -> None:
        # An empty name is a private file, which SQLite writes only when the cache is full.
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")

    def close(self) -> None:
        self._connection.close()

    def note(self, space: str, words: Iterable[tuple[str, str]]) -> None:
        """Add words, each with a hint for its replacement. A known word keeps its first hint."""
        with _failures():
            self._connection.executemany(
                "INSERT OR IGNORE INTO words VALUES (?, ?, ?, NULL)", ((space, *each) for each in words)
            )

    def unassigned(self, space: str) -> Iterator[tuple[str, str]]:
        """The words without a replacement and their hints, in the order of the words. Meanwhile, `assign` can be
        called for words that were yielded."""
        after = ""
        while True:
            rows = self._rows(
                "SELECT original, hint, value FROM words WHERE space = ? AND original > ? ORDER BY original LIMIT ?",
                (space, after, _ROWS),
            )
            yield from ((original, hint) for original, hint, value in rows if value is None)
            if len(rows) < _ROWS:
                return
            after = rows[-1][0]

    def assign(self, space: str, original: str, value: str) -> None:
        self._rows("UPDATE words SET value = ? WHERE space = ? AND original = ?", (value, space, original))

    def value_of(self, space: str, original: str) -> str | None:
        rows = self._rows("SELECT value FROM words WHERE space = ? AND original = ?", (space, original))
        return rows[0][0] if rows else None

    def is_free(self, space: str, text: str) -> bool:
        """Whether the text is neither a word nor the replacement of one."""
        return not self._rows(
            "SELECT 1 FROM words WHERE space = ?1 AND original = ?2 "
            "UNION ALL SELECT 1 FROM words WHERE space = ?1 AND value = ?2",
            (space, text),
        )

    def add_counts(self, space: str, counts: Counter[str]) -> None:
        with _failures():
            self._connection.executemany(
                "INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                ((space, key, count) for key, count in counts.items()),
            )

    def count_keys(self, space: str, below: int | None = None) -> int:
        """The number of different keys; with `below`, of those with a smaller count."""
        statement = "SELECT count(*) FROM counts WHERE space = ?1 AND (?2 IS NULL OR count < ?2)"
        return int(self._rows(statement, (space, below))[0][0])

    def sum_counts(self, space: str) -> int:
        return int(self._rows("SELECT coalesce(sum(count), 0) FROM counts WHERE space = ?", (space,))[0][0])

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with _failures():
            return self._connection.execute(statement, values).fetchall()


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as problem:
        raise StoreError(
            f"the temporary file cannot be written: {problem}; free some space, or set TMPDIR to another folder"
        ) from None
