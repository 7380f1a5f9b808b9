"""For processes that do a part of the work of an import or export."""

import multiprocessing
import os
from multiprocessing import connection

from abandoned_checkouts.store.engine.database import Database


def usual_processes(database: Database) -> int:
    """Two on a machine with two or more cores, unless the store is in the memory of this process."""
    shared = not database.is_sqlite or database.url.database not in (None, "", ":memory:")
    return min(2, os.cpu_count() or 1) if shared else 1


def end_with_parent() -> None:
    """Exit when the parent process is killed. Otherwise this process could wait for it forever. Run it in a thread."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
