"""A store with as many checkouts as wanted, as the source of a sync: quick copies of the store for the benchmarks.

Copies have other numbers, tokens and times, and the customers and products of the originals. They are not in the text
index, in reports or in the change feed, which a source of a sync does not need.
"""

import asyncio
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from abandoned_checkouts.checkouts.moment import SECOND
from tests.benchmarks.execution import give_token
from tests.benchmarks.seed import FIRST_ID, bench_store

_COPIED = 100_000
# The time between two checkouts of the store for the benchmarks.
_STEP = 13 * SECOND
_TOKEN = f"printf('%032x', id + :shift - {FIRST_ID})"
_GUID = "lower(hex(randomblob(16)))"
# Table → the columns that differ in a copy.
_CHANGED = {
    "abandoned_checkouts": {
        "id": "id + :shift",
        "document_id": "document_id + :shift",
        "name": "'#' || (id + :shift)",
        "uuid": _GUID,
        "token": _TOKEN,
        "cart_token": f"'cart' || substr({_TOKEN}, 5)",
        "recovery_key": _GUID,
        **{
            name: f"{name} + :later"
            for name in ("created_at", "updated_at", "completed_at", "abandoned_at", "recovered_at", "lapsed_at")
        },
    },
    "line_items": {
        "checkout_id": "checkout_id + :shift",
        "key": f"replace(key, printf('%032x', checkout_id - {FIRST_ID}), "
        f"printf('%032x', checkout_id + :shift - {FIRST_ID}))",
    },
    "abandonments": {
        "id": "id + :shift",
        "checkout_id": "checkout_id + :shift",
        "created_at": "created_at + :later",
        "cart_token": f"'cart' || substr({_TOKEN}, 5)",
    },
}


def large_store(file: Path, count: int) -> None:
    """Create the store in a file that does not exist yet, with the token of the benchmarks."""
    original = bench_store(min(count, _COPIED))
    with closing(sqlite3.connect(original)) as connection:
        # Also the pages that are still in its write-ahead log.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(original, file)
    shutil.copyfile(f"{original}-secret-key", f"{file}-secret-key")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for quick in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            connection.execute(f"PRAGMA {quick}")
        # Else the server would first mark the old checkouts as lapsed.
        connection.execute("UPDATE abandoned_checkouts SET lapsed_at = abandoned_at + 1 WHERE recovered_at IS NULL")
        for shift in range(_COPIED, count, _COPIED):
            values = {"shift": shift, "later": shift * _STEP, "end": FIRST_ID + min(_COPIED, count - shift)}
            for table, changed in _CHANGED.items():
                names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
                number = "checkout_id" if table == "line_items" else "id"
                values_of = ", ".join(changed.get(name, name) for name in names)
                originals = f"FROM {table} WHERE {number} >= {FIRST_ID} AND {number} < :end"
                connection.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT {values_of} {originals}", values)
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL")
    asyncio.run(give_token(f"sqlite+aiosqlite:///{file}"))


if __name__ == "__main__":
    large_store(Path(sys.argv[1]), int(sys.argv[2]))
