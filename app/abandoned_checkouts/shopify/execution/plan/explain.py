"""Explains a run of a plan for developers: SQL, numbers of parameters and rows, durations, and the generated code.

The explanation is in `extensions.plan` if the request has the header X-Explain-Plan: 1.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from abandoned_checkouts.shopify.execution.plan.writer import Writer
from abandoned_checkouts.store.reading.queries import ChildrenQuery, PageQuery, Pause, QuerySteps, RowsQuery, StoreQuery
from abandoned_checkouts.store.reading.statement_shapes import Statement

Result = TypeVar("Result")


def recorded(
    query_steps: QuerySteps[Result], statement_of: Callable[[StoreQuery], Statement], steps: list[dict[str, object]]
) -> QuerySteps[Result]:
    """The same run, which appends an entry for each query to `steps`. Times are in milliseconds.

    `statement_of` returns the statement of a query. Without this recording, PostgreSQL may get one statement for two
    queries.
    """
    started = time.perf_counter()
    try:
        query = next(query_steps)
        while True:
            sent = time.perf_counter()
            sent_query = _alone(query)
            found = yield sent_query
            took = round((time.perf_counter() - sent) * 1000, 3)
            if isinstance(query, StoreQuery):
                sql, parameters = statement_of(sent_query)  # type: ignore[arg-type]
                entry = {"sql": " ".join(sql.split()), "parameters": len(parameters), "rows": len(found)}
                steps.append({**entry, "ms": took})
            elif not isinstance(query, Pause):
                steps.append({"resolver": getattr(query, "__qualname__", "resolver"), "ms": took})
            query = query_steps.send(found)
    except StopIteration as end:
        steps.append({"total_ms": round((time.perf_counter() - started) * 1000, 3)})
        result: Result = end.value
        return result
    finally:
        query_steps.close()


def _alone(query: StoreQuery | Awaitable[object] | Pause) -> StoreQuery | Awaitable[object] | Pause:
    """The same query without what earlier runs of the plan have shown, and not as the first one of a plan."""
    return (
        replace(query, kept={"explained": None}) if isinstance(query, PageQuery | RowsQuery | ChildrenQuery) else query
    )


def explained(steps: list[dict[str, object]], writers: Sequence[Writer]) -> dict[str, object]:
    """The explanation of a run: its steps, and for each writer the table, the columns and the code. A document that was
    sent once can have been answered without the code (see first_rows)."""
    return {
        "steps": steps,
        "writers": [
            {"table": writer.level.table, "columns": list(writer.level.columns), "code": writer.source.splitlines()}
            for writer in writers
        ],
    }
