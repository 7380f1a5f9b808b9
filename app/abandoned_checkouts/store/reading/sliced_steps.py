"""Runs the steps of a plan on a connection of SQLite: at once, or in slices between which other requests run."""

import asyncio
import sqlite3
import time

from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.first_statements import next_statement
from abandoned_checkouts.store.reading.queries import PAUSE, QuerySteps, Result
from abandoned_checkouts.store.reading.statement_watch import LongStatementError, StatementWatch

# Rows that are read before a plan can pause. That takes about a quarter of a millisecond.
_SLICE = 64
# The seconds after which a plan pauses: a pause takes about 15 µs, and small plans should not pause.
_LONG_TURN = 0.0003


def answered(connection: sqlite3.Connection, steps: QuerySteps[Result], watch: StatementWatch | None = None) -> Result:
    """Run the steps in a transaction, which stays open."""
    execute = connection.execute
    execute("BEGIN")
    try:
        query = next(steps)
        while True:
            if query is PAUSE:
                query = steps.send(None)
                continue
            (sql, parameters), rows_of = next_statement(query)  # type: ignore[arg-type]
            if watch is not None:
                watch.start(sql)
            rows = execute(sql, parameters).fetchall()
            query = steps.send(rows if rows_of is None else rows_of(rows))
    except StopIteration as end:
        result: Result = end.value
        return result
    except sqlite3.OperationalError:
        if watch is None or not watch.has_ended:
            raise
        watch.remember(sql)
        raise LongStatementError from None
    finally:
        if watch is not None:
            watch.stop()
        steps.close()


class Turn:
    """The time since other requests could run."""

    __slots__ = ("_started",)

    def __init__(self) -> None:
        self._started = time.perf_counter()

    async def end_if_long(self) -> None:
        if time.perf_counter() - self._started >= _LONG_TURN:
            await asyncio.sleep(0)
            self._started = time.perf_counter()


async def answered_in_slices(
    connection: sqlite3.Connection, steps: QuerySteps[Result], watch: StatementWatch
) -> Result:
    """Run the steps in a transaction, which stays open. Other requests run between the slices."""
    sql = ""
    cursor, turn = connection.execute("BEGIN"), Turn()
    try:
        query = next(steps)
        while True:
            rows: list[RowValues] | None = None
            if query is not PAUSE:
                (sql, parameters), rows_of = next_statement(query)  # type: ignore[arg-type]
                watch.start(sql)
                cursor = connection.execute(sql, parameters)
                part = cursor.fetchmany(_SLICE)
                watch.stop()
                rows = part if rows_of is None else rows_of(part)
                while len(part) == _SLICE:
                    await turn.end_if_long()
                    watch.start(sql)
                    part = cursor.fetchmany(_SLICE)
                    watch.stop()
                    rows.extend(part if rows_of is None else rows_of(part))
            await turn.end_if_long()
            query = steps.send(rows)
    except StopIteration as end:
        result: Result = end.value
        return result
    except sqlite3.OperationalError:
        if not watch.has_ended:
            raise
        watch.remember(sql)
        raise LongStatementError from None
    finally:
        watch.stop()
        # A statement that was not read to its end would keep the snapshot open.
        cursor.close()
        steps.close()
