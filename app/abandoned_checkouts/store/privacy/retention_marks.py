"""Finds the checkouts that retention announces, anonymises or deletes, and holds single checkouts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.retention_policy import RetentionPolicy, next_day, start_of_day
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import upsert
from abandoned_checkouts.store.tables import abandoned_checkouts, retention_marks

_ROWS, _MARKS = abandoned_checkouts, retention_marks
_BOTH = _ROWS.outerjoin(_MARKS, and_(_MARKS.c.shop_id == _ROWS.c.shop_id, _MARKS.c.checkout_id == _ROWS.c.id))
# A checkout that changed after it was announced must become old again.
_IS_ANNOUNCED = func.coalesce(_MARKS.c.announced_at, 0) >= _ROWS.c.updated_at


@dataclass(frozen=True, slots=True)
class RetentionCounts:
    """Numbers of checkouts: old and not announced; announced and in the days of grace; due; old and on hold."""

    to_announce: int
    in_grace: int
    due: int
    on_hold: int


async def count_retention(
    connection: AsyncConnection, shop: Shop, policy: RetentionPolicy, now: int
) -> RetentionCounts:
    """The checkouts that a run at `now` would find, without changing anything."""

    async def count(*conditions: ColumnElement[bool]) -> int:
        found = select(func.count()).select_from(_BOTH).where(*conditions)
        return int((await connection.execute(found)).scalar_one())

    old, not_held = _is_old(shop, policy, now), _MARKS.c.held_at.is_(None)
    due = _MARKS.c.announced_at <= policy.announced_before(now)
    return RetentionCounts(
        await count(old, not_held, ~_IS_ANNOUNCED),
        await count(old, not_held, _IS_ANNOUNCED, ~due),
        await count(old, not_held, _IS_ANNOUNCED, due),
        await count(old, ~not_held),
    )


async def checkouts_to_announce(
    connection: AsyncConnection, shop: Shop, policy: RetentionPolicy, now: int, limit: int
) -> list[int]:
    conditions = (_is_old(shop, policy, now), _MARKS.c.held_at.is_(None), ~_IS_ANNOUNCED)
    return await _numbers(connection, conditions, limit)


async def count_announced(connection: AsyncConnection, shop: Shop, now: int) -> int:
    """How many checkouts were announced on this day."""
    mine = (_MARKS.c.shop_id == shop.id) & (_MARKS.c.announced_at == start_of_day(now))
    return int((await connection.execute(select(func.count()).select_from(_MARKS).where(mine))).scalar_one())


async def announced_checkouts(connection: AsyncConnection, shop: Shop) -> tuple[int, int]:
    """How many announced checkouts have not changed since and are not on hold, and when the first was announced (0 if
    there is none)."""
    mine = (_MARKS.c.shop_id == shop.id, _MARKS.c.held_at.is_(None), _ROWS.c.erased_at.is_(None), _IS_ANNOUNCED)
    both = _MARKS.join(_ROWS, and_(_MARKS.c.shop_id == _ROWS.c.shop_id, _MARKS.c.checkout_id == _ROWS.c.id))
    found = select(func.count(), func.coalesce(func.min(_MARKS.c.announced_at), 0)).select_from(both).where(*mine)
    count, first = (await connection.execute(found)).one()
    return int(count), int(first)


async def checkouts_due(
    connection: AsyncConnection, shop: Shop, policy: RetentionPolicy, now: int, limit: int
) -> list[int]:
    due = _MARKS.c.announced_at <= policy.announced_before(now)
    return await _numbers(
        connection, (_is_old(shop, policy, now), _MARKS.c.held_at.is_(None), _IS_ANNOUNCED, due), limit
    )


async def announce_checkouts(connection: AsyncConnection, shop: Shop, numbers: Sequence[int], now: int) -> None:
    if numbers:
        rows = [{"shop_id": shop.id, "checkout_id": each, "announced_at": start_of_day(now)} for each in numbers]
        await upsert(connection, _MARKS, rows)


async def hold_checkout(connection: AsyncConnection, shop: Shop, number: int, held_at: int | None) -> bool:
    """Put an abandoned checkout on hold, or end the hold if `held_at` is None. False if there is no such checkout."""
    mine = (_ROWS.c.shop_id == shop.id) & (_ROWS.c.id == number)
    if (await connection.execute(select(_ROWS.c.id).where(mine).with_for_update())).first() is None:
        return False
    await upsert(connection, _MARKS, [{"shop_id": shop.id, "checkout_id": number, "held_at": held_at}])
    return True


async def without_held(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> list[int]:
    """The numbers without those of checkouts on hold."""
    held = set((await connection.execute(held_checkouts(shop))).scalars())
    return [number for number in numbers if number not in held]


def held_checkouts(shop: Shop) -> Select[int]:
    """A subquery of the numbers of the checkouts on hold."""
    return select(_MARKS.c.checkout_id).where(_MARKS.c.shop_id == shop.id, _MARKS.c.held_at.is_not(None))


async def is_on_hold(connection: AsyncConnection, shop: Shop, number: int) -> bool:
    return (await connection.execute(held_checkouts(shop).where(_MARKS.c.checkout_id == number))).first() is not None


async def list_held(connection: AsyncConnection, shop: Shop, limit: int) -> list[Row]:
    """The checkouts on hold, the latest hold first: id, name, held_at."""
    statement = (
        select(_ROWS.c.id, _ROWS.c.name, _MARKS.c.held_at)
        .select_from(_BOTH)
        .where(_ROWS.c.shop_id == shop.id, _MARKS.c.held_at.is_not(None))
        .order_by(_MARKS.c.held_at.desc(), _ROWS.c.id)
        .limit(limit)
    )
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def next_retention(connection: AsyncConnection, shop: Shop, policy: RetentionPolicy, after: int) -> int | None:
    """The first moment after `after` at which a checkout becomes old or due, as the checkouts are now."""
    today = start_of_day(after)
    mine = (_ROWS.c.shop_id == shop.id, _MARKS.c.held_at.is_(None), *_not_anonymised(policy))
    old = select(func.min(_ROWS.c.updated_at)).select_from(_BOTH)
    first_old = (await connection.execute(old.where(*mine, _ROWS.c.updated_at > today - policy.age))).scalar()
    due = select(func.min(_MARKS.c.announced_at)).select_from(_BOTH)
    waiting = (_IS_ANNOUNCED, _MARKS.c.announced_at > today - policy.grace)
    first_due = (await connection.execute(due.where(*mine, *waiting))).scalar()
    moments = [
        None if first_old is None else next_day(first_old + policy.age),
        None if first_due is None else first_due + policy.grace,
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def _is_old(shop: Shop, policy: RetentionPolicy, now: int) -> ColumnElement[bool]:
    return and_(_ROWS.c.shop_id == shop.id, _ROWS.c.updated_at <= policy.old_before(now), *_not_anonymised(policy))


def _not_anonymised(policy: RetentionPolicy) -> tuple[ColumnElement[bool], ...]:
    return (_ROWS.c.erased_at.is_(None),) if policy.action == "anonymise" else ()


async def _numbers(connection: AsyncConnection, conditions: Sequence[ColumnElement[bool]], limit: int) -> list[int]:
    statement = select(_ROWS.c.id).select_from(_BOTH).where(*conditions)
    statement = statement.order_by(_ROWS.c.updated_at, _ROWS.c.id).limit(limit).with_for_update(of=_ROWS)
    return list((await connection.execute(statement)).scalars())
