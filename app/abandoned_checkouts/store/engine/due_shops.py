"""Finds the shops that have due work, without a lock. A worker then claims rows inside one shop at a time.

A distributed PostgreSQL cannot lock rows of several shops with one statement. The rows that are due longest come first,
but they never take all places: the shops take turns, so that one with a million due rows does not delay the others.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, Select, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

# With more due rows than places, every fourth search looks for up to four further shops.
EVERY, FURTHER = 4, 4


@dataclass(slots=True)
class Rotation:
    """Where a worker continues its round over the shops: the number of the last shop, and how many searches found more
    rows than places. Each worker of a process has its own."""

    after: int = 0
    full: int = 0


@dataclass(frozen=True, slots=True)
class DueStatements:
    """The statements for one kind of work. `longest_due` has the parameter `limit`, `next_shop` has `after_shop`, and
    both have those of the conditions."""

    longest_due: Select[Any]
    next_shop: Select[Any]


def due_statements(table: Table, order: tuple[Column[int], ...], *conditions: ColumnElement[bool]) -> DueStatements:
    """Statements for the rows of a table that meet the conditions. `order` starts with the row that is due longest."""
    shop = table.c.shop_id
    rows = select(shop).where(*conditions)
    return DueStatements(
        rows.order_by(*order).limit(bindparam("limit", type_=Integer)),
        rows.where(shop > bindparam("after_shop")).order_by(shop).limit(1),
    )


async def shops_with_due(
    connection: AsyncConnection,
    statements: DueStatements,
    values: Mapping[str, object],
    limit: int,
    rotation: Rotation | None = None,
) -> dict[int, int]:
    """The shops with due rows, and how many rows to claim in each: `limit` in all. Without a `rotation`, only the rows
    that are due longest count."""
    longest_due = (await connection.execute(statements.longest_due, {**values, "limit": limit})).scalars().all()
    counts = Counter(longest_due)
    if len(longest_due) < limit or rotation is None:
        return dict(counts)
    rotation.full += 1
    if rotation.full % EVERY:
        return dict(counts)
    further = [each for each in await _further(connection, statements, values, rotation) if each not in counts]
    return _shared(counts, further[:limit], limit)


async def _further(
    connection: AsyncConnection, statements: DueStatements, values: Mapping[str, object], rotation: Rotation
) -> list[int]:
    """The next shops of the round that have a due row."""
    found: list[int] = []
    while len(found) < FURTHER:
        parameters = {**values, "after_shop": rotation.after}
        shop: int | None = (await connection.execute(statements.next_shop, parameters)).scalar()
        # After the last shop, the next search starts with the first one.
        rotation.after = shop or 0
        if shop is None:
            break
        found.append(shop)
    return found


def _shared(counts: Mapping[int, int], further: list[int], limit: int) -> dict[int, int]:
    """Divide the places: as many for each further shop as for all shops of `counts` together."""
    share = max(1, limit // (len(further) + 1))
    shared = dict.fromkeys(further, share)
    left = limit - share * len(further)
    for shop, count in counts.items():
        if left > 0:
            shared[shop] = min(count, left)
            left -= count
    return shared
