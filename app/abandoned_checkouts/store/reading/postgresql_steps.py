"""Runs the steps of a plan on a connection of asyncpg: in one statement if they read no more, else in a transaction.

Each message to PostgreSQL takes as much time as the work of a short statement, and a transaction adds two. Most plans
always read the same: one page or row, perhaps with the children of its rows. So a plan runs in a transaction the first
time, and what it reads is kept with its first query. Later it runs without one. If it then asks for anything else, it
starts again in a transaction, where all of its statements read one snapshot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import (
    PAUSE,
    ChildrenQuery,
    CountQuery,
    PageQuery,
    QuerySteps,
    Result,
    RowsQuery,
)
from abandoned_checkouts.store.reading.query_sql import statement_for
from abandoned_checkouts.store.reading.search_ways import SearchWays, is_search
from abandoned_checkouts.store.reading.sliced_steps import Turn
from abandoned_checkouts.store.reading.with_children import (
    ParentsQuery,
    WithChildren,
    is_planned_each_time,
    may_have_children,
)
from abandoned_checkouts.store.reading.word_plans import (
    END_PLAN_ALL,
    PLAN_ALL,
    PLAN_OTHERS,
    PLAN_PAGE,
    is_planned_by_words,
)

# Returns new steps of the same plan.
Restart: TypeAlias = Callable[[], QuerySteps[Result]]
# The key in `kept` of a plan's first query.
_READS = "what the plan reads"


@dataclass(frozen=True, slots=True)
class Reads:
    """What a plan reads: its first query, and perhaps the children of its rows. With `more`, it needs a transaction."""

    children: WithChildren | None = None
    more: bool = False


class _MoreError(Exception):
    """The plan asked for more than in its first run."""


async def answered_by(
    connection: Any, steps: QuerySteps[Result], restart: Restart[Result] | None, ways: SearchWays
) -> Result:
    """The result of the steps on one snapshot. Without `restart`, they run in a transaction. `ways` is that of the
    store."""
    try:
        query = next(steps)
        reads = None if restart is None else _reads_of(query)
        if reads is None or restart is None:
            return await _in_transaction(connection, steps, query, ways)
        try:
            return await _by_one_statement(connection, steps, query, reads)  # type: ignore[arg-type]
        except _MoreError:
            query.kept[_READS] = Reads(more=True)  # type: ignore[union-attr]
            steps.close()
            steps = restart()
        return await _in_transaction(connection, steps, next(steps), ways)
    except StopIteration as end:
        result: Result = end.value
        return result
    finally:
        steps.close()


def _reads_of(query: object) -> Reads | None:
    """What a plan with this first query reads; None if it needs a transaction, or if that is not known yet."""
    if not isinstance(query, PageQuery | RowsQuery) or is_planned_each_time(query):
        return None
    reads: Reads | None = query.kept.get(_READS)
    if reads is None or reads.more or (reads.children is not None and not may_have_children(query)):
        return None
    return reads


async def _by_one_statement(connection: Any, steps: QuerySteps[Result], first: ParentsQuery, reads: Reads) -> Result:
    """Raises _MoreError if the plan reads more."""
    children: list[RowValues] | None = None
    if reads.children is None:
        sql, parameters = statement_for(first, "postgresql")
        rows: Sequence[RowValues] = await connection.fetch(sql, *parameters)
    else:
        sql, parameters = reads.children.statement(first)
        rows, children = reads.children.divided(first, await connection.fetch(sql, *parameters))
    turn = Turn()
    try:
        query = steps.send(rows)
        while True:
            if query is PAUSE:
                await turn.end_if_long()
                query = steps.send(None)
            elif reads.children is not None and children is not None and reads.children.is_for(query):
                rows, children = reads.children.of_parents(children, query), None  # type: ignore[arg-type]
                query = steps.send(rows)
            else:
                raise _MoreError
    except StopIteration as end:
        result: Result = end.value
        return result


async def _in_transaction(connection: Any, steps: QuerySteps[Result], query: object, ways: SearchWays) -> Result:
    """The result of steps that have begun with this query. Keeps what the plan reads with the query."""
    # Not by the driver's class for transactions, which takes a third longer.
    planning = PLAN_PAGE if is_search(query) else ""
    await connection.execute(f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {planning}")
    first, turn, number = query, Turn(), 0
    first_rows: Sequence[RowValues] = ()
    reads: Reads | None = None
    try:
        while True:
            if query is PAUSE:
                await turn.end_if_long()
                query = steps.send(None)
                continue
            rows, planning = await _rows(connection, query, ways, planning)
            number += 1
            if number == 1:
                first_rows = rows
            reads = _learned(first, first_rows, query) if number == 2 else Reads(more=number > 2)
            turn = Turn()
            query = steps.send(rows)
    except StopIteration as end:
        result: Result = end.value
    await connection.execute("COMMIT")
    # A page without rows does not show what is read for its rows.
    if isinstance(first, PageQuery | RowsQuery) and reads is not None and first_rows:
        first.kept.setdefault(_READS, reads)
    return result


async def _rows(connection: Any, query: object, ways: SearchWays, planning: str) -> tuple[Sequence[RowValues], str]:
    """The rows of a query in a transaction, and how its next statements are planned; `planning` is how until now."""
    if isinstance(query, PageQuery) and is_search(query):
        await _plan(connection, PLAN_PAGE, planning)
        return await ways.rows(connection, query), PLAN_PAGE
    sql, parameters = statement_for(query, "postgresql")  # type: ignore[arg-type]
    if is_planned_by_words(sql):
        wanted = PLAN_ALL if _reads_all(query) else PLAN_OTHERS
        await _plan(connection, wanted, planning)
        planning = wanted
    return await connection.fetch(sql, *parameters), planning


async def _plan(connection: Any, wanted: str, planning: str) -> None:
    """Set how the next statements are planned; `planning` is how until now."""
    if wanted != planning:
        await connection.execute(f"{END_PLAN_ALL}; {wanted}" if planning == PLAN_ALL else wanted)


def _reads_all(query: object) -> bool:
    """Whether a query with words reads all documents that match: an exact count, or a page by relevance."""
    if isinstance(query, CountQuery):
        return query.limit is None
    return isinstance(query, PageQuery) and query.listing.rank is not None


def _learned(first: object, rows: Sequence[RowValues], query: object) -> Reads:
    """What a plan reads with a first query with these rows, and a second query."""
    if not isinstance(first, PageQuery | RowsQuery) or not isinstance(query, ChildrenQuery):
        return Reads(more=True)
    children = WithChildren.of(first, rows, query)
    return Reads(children, more=children is None)
