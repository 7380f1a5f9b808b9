"""A run of a plan told step by step, for developers: the SQL, how many values and rows, how long, and the code that
wrote the answer. It stands in `extensions.plan` when a request asks for it by the header X-Explain-Plan: 1."""

import time
from collections.abc import Sequence
from typing import TypeVar

from abandoned_checkouts.shopify.execution.plan.writer import Writer
from abandoned_checkouts.store.reading.queries import QuerySteps, StoreQuery
from abandoned_checkouts.store.reading.query_sql import statement_for

Result = TypeVar("Result")


def recorded(asking: QuerySteps[Result], dialect: str, steps: list[dict[str, object]]) -> QuerySteps[Result]:
    """The same run; each of its questions leaves a step. Times are in milliseconds."""
    begun = time.perf_counter()
    try:
        wanted = next(asking)
        while True:
            asked = time.perf_counter()
            found = yield wanted
            took = round((time.perf_counter() - asked) * 1000, 3)
            if isinstance(wanted, StoreQuery):
                sql, parameters = statement_for(wanted, dialect)
                known = {"sql": " ".join(sql.split()), "parameters": len(parameters), "rows": len(found)}
                steps.append({**known, "ms": took})
            else:
                steps.append({"resolver": getattr(wanted, "__qualname__", "resolver"), "ms": took})
            wanted = asking.send(found)
    except StopIteration as end:
        steps.append({"total_ms": round((time.perf_counter() - begun) * 1000, 3)})
        result: Result = end.value
        return result
    finally:
        asking.close()


def explained(steps: list[dict[str, object]], writers: Sequence[Writer]) -> dict[str, object]:
    """`writers` tell for each table which columns are read, and the code that writes its objects."""
    return {
        "steps": steps,
        "writers": [
            {"table": writer.level.table, "columns": list(writer.level.columns), "code": writer.source.splitlines()}
            for writer in writers
        ],
    }
