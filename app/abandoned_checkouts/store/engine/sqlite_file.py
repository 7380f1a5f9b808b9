"""Checks that a SQLite file is a store and is not damaged, without changing it.

This happens before the file is opened as a store, because opening changes it: it switches the file to a write-ahead
log. A file of another program must not be changed.
"""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

# Sizes in bytes for `whole_up_to`. To read 1 GiB takes one to three seconds of CPU, too long for the start of a server.
ANY_SIZE = sys.maxsize
QUICKLY_CHECKED = 128 << 20

# Tables that every store has. Databases of other programs may have the first one too.
_MARKS = frozenset(("alembic_version", "abandoned_checkouts"))


class UnusableFileError(Exception):
    """The file is not a store, or is damaged; the message is one line and says what to do."""


def create_private(file: Path) -> None:
    """Create an empty file that only this user can read, unless it exists. SQLite gives its log the same
    permissions."""
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def check_file(file: Path, *, whole_up_to: int = 0) -> None:
    """Raises UnusableFileError if the file is neither empty nor a store. A file of at most `whole_up_to` bytes is read
    completely to find damage.

    Blocks.
    """
    size = file.stat().st_size if file.is_file() else 0
    if size == 0:
        return
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if tables and not tables >= _MARKS:
                names = ", ".join(sorted(tables)[:3])
                raise UnusableFileError(f"{file} has tables of another program ({names}); use another file")
            found = connection.execute("PRAGMA quick_check(1)").fetchone() if size <= whole_up_to else None
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            # The file is locked, or its log cannot be read without writing. If the problem persists, opening the store
            # reports it.
            return
        raise UnusableFileError(_damaged(file, str(error))) from None
    if found is not None and found[0] != "ok":
        raise UnusableFileError(_damaged(file, str(found[0])))


def _damaged(file: Path, reason: str) -> str:
    return (
        f"{file} is damaged or is not a store ({' '.join(reason.split())[:200]}); restore a backup or use another file"
    )
