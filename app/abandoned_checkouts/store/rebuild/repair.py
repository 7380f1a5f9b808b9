"""Compares the daily sums with the facts of all checkouts, and corrects them. They differ only if rows were changed by
another program, or after damage."""

from sqlalchemy import select

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.facts import Amounts, CountKey, Sums, add_counts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reports.changes import append_changes
from abandoned_checkouts.store.reports.fact_rows import facts_in
from abandoned_checkouts.store.tables import report_changes, report_checkouts, report_days

_BATCH = 5000
# The records of actions are deleted after some time, so their sums cannot be computed again.
_OF_ACTIONS = ("sent", "skipped", "visit")


async def repair_sums(database: Database, shop: Shop) -> int:
    """Returns the number of sums that were wrong.

    Both are read from one snapshot. A transaction that writes meanwhile changes both by the same, so the difference
    stays right.
    """
    engine = database.another_reader()
    changes: Sums = {}
    try:
        async with engine.connect() as connection:
            table, after = report_checkouts, -(1 << 62)
            while True:
                mine = select(table).where(table.c.shop_id == shop.id, table.c.id > after)
                rows = (await connection.execute(mine.order_by(table.c.id).limit(_BATCH))).mappings().all()
                for row in rows:
                    add_counts(changes, *facts_in(row))
                if len(rows) < _BATCH:
                    break
                after = rows[-1]["id"]
            for sums in (report_days, report_changes):
                stored = select(sums).where(sums.c.shop_id == shop.id, sums.c.measure.not_in(_OF_ACTIONS))
                for row in (await connection.execute(stored)).mappings():
                    missing = changes.setdefault(CountKey(*(row[name] for name in CountKey._fields)), [0, 0, 0])
                    for place, name in enumerate(Amounts._fields):
                        missing[place] -= row[name]
    finally:
        await engine.dispose()
    changes = {key: amounts for key, amounts in changes.items() if any(amounts)}
    async with database.begin() as connection:
        await append_changes(connection, shop.id, changes)
    return len(changes)
