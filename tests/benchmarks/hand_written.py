"""An endpoint written by hand that returns the same responses: sqlite3, dicts and orjson in a plain ASGI application.

An engineer who knows the questions would write this: two statements, one for the checkouts and one for their lines,
with only the columns needed. It checks no token and counts no cost.
"""

import os
import sqlite3
from collections.abc import Callable
from typing import Any

from tests.benchmarks import by_hand, documents_by_hand
from tests.benchmarks.by_hand import CHILDREN, PARENTS, SHOP, Row
from tests.benchmarks.metered import endpoint, metered


def opened() -> sqlite3.Connection:
    connection = sqlite3.connect(os.environ["BENCH_STORE"], isolation_level=None, cached_statements=512)
    for pragma in ("query_only = ON", "cache_size = -65536", "mmap_size = 268435456"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


database = opened()


def checkouts(rows: list[Row]) -> list[dict[str, Any]]:
    if not rows:
        return []
    ids = [row[0] for row in rows]
    marks = ",".join("?" * len(ids))
    statement = f"{CHILDREN} WHERE l.shop_id = ? AND l.checkout_id IN ({marks}) ORDER BY l.checkout_id, l.position"
    return by_hand.checkouts(rows, database.execute(statement, (SHOP, *ids)).fetchall())


def narrowed(query: str | None) -> tuple[str, list[Any]]:
    """The condition of a page, and its values."""
    if not query:
        return "", []
    if (moment := by_hand.since(query)) is not None:
        return "AND c.status = 'open' AND c.created_at >= ?", [moment]
    found = "AND c.document_id IN (SELECT rowid FROM checkout_text WHERE checkout_text MATCH ?)"
    return found, [f'"__shop{SHOP}" AND "{query}"']


def page(first: int, after: str | None, query: str | None) -> dict[str, Any]:
    condition, given = narrowed(query)
    rows = database.execute(
        f"{PARENTS} WHERE c.shop_id = ? AND c.id > ? {condition} ORDER BY c.id LIMIT ?",
        (SHOP, by_hand.start_of(after), *given, first + 1),
    ).fetchall()
    shown = rows[:first]
    return by_hand.page_of(checkouts(shown), len(rows) > first, shown[-1][0] if shown else None)


def node(id: str) -> dict[str, Any]:  # noqa: A002
    number = int(id.rpartition("/")[2])
    rows = database.execute(f"{PARENTS} WHERE c.shop_id = ? AND c.id = ?", (SHOP, number)).fetchall()
    return {"node": checkouts(rows)[0] if rows else None}


def count(query: str | None) -> dict[str, Any]:
    ((number,),) = database.execute("SELECT count(*) FROM abandoned_checkouts WHERE shop_id = ?", (SHOP,))
    return by_hand.count_of(number)


QUESTIONS: dict[str, Callable[..., dict[str, Any]]] = {"page": page, "node": node, "count": count}


async def answered(name: str, variables: dict[str, Any]) -> bytes:
    question = QUESTIONS.get(name)
    if question is None:
        return by_hand.dumped(documents_by_hand.BY_NAME[name](database, **variables))
    return by_hand.dumped(question(**variables))


app = metered(endpoint(answered))
