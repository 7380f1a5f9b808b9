"""Claims due deliveries for one sender, each for a limited time.

While no subscription is limited, the deliveries that are due longest are claimed, whoever they are for. Otherwise each
subscription is asked for its own deliveries: to walk over a hundred thousand deliveries that wait for a slow receiver
takes half a second, in which nothing else can be written on SQLite.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    bindparam,
    exists,
    func,
    not_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.randomness import unique_name
from abandoned_checkouts.store.engine.due_shops import DueStatements, Rotation, due_statements, shops_with_due
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import ids_by_shop
from abandoned_checkouts.store.outbox.compliance import opened_body
from abandoned_checkouts.store.outbox.deliveries import WAITING, DeliveryKey
from abandoned_checkouts.store.tables import deliveries

# How many subscriptions one claim asks. The next one continues with those behind them.
MOST_SUBSCRIPTIONS = 64
# How many due deliveries of a subscription one claim looks at. If all of them are blocked by earlier deliveries of
# another subscription to the same address, those are claimed first.
MOST_WALKED = 64

_table = deliveries
_is_waiting = _table.c.state == WAITING
_KEY = (_table.c.shop_id, _table.c.dialect, _table.c.subscription_id)
_BEFORE_ALL = DeliveryKey(-1, "", -1)
_CLAIMED = (
    update(deliveries)
    .where(deliveries.c.shop_id == bindparam("shop"), deliveries.c.id.in_(bindparam("numbers", expanding=True)))
    .values(
        claim=bindparam("claimed_by"),
        due_at=bindparam("until"),
        first_attempt_at=func.coalesce(deliveries.c.first_attempt_at, bindparam("now")),
    )
)
_NEXT_SUBSCRIPTION = (
    select(*_KEY)
    .where(
        _is_waiting,
        tuple_(*_KEY)
        > tuple_(
            bindparam("after_shop", type_=BigInteger),
            bindparam("after_dialect", type_=Text),
            bindparam("after_subscription", type_=BigInteger),
        ),
    )
    .order_by(*_KEY)
    .limit(1)
)


@dataclass(slots=True)
class Limits:
    """How many more deliveries of each subscription may be claimed: at most `each`, with those in `running`. All
    subscriptions in `slow` together get at most `most_slow`."""

    each: int
    running: Mapping[DeliveryKey, int]
    slow: frozenset[DeliveryKey] = frozenset()
    most_slow: int = 0

    def room(self, key: DeliveryKey) -> int:
        room = self.each - self.running.get(key, 0)
        return min(room, self.most_slow) if key in self.slow else room

    def take(self, key: DeliveryKey, count: int) -> None:
        if key in self.slow:
            self.most_slow -= count


@dataclass(slots=True)
class Rounds:
    """Where the next claim continues: its round over the shops, and over the subscriptions while one is limited. Each
    sender has its own."""

    shops: Rotation = field(default_factory=Rotation)
    subscriptions: DeliveryKey = _BEFORE_ALL


async def claim_deliveries(
    connection: AsyncConnection,
    now: int,
    lease: int,
    limit: int,
    limits: Limits | None = None,
    *,
    takes_over: bool = True,
    rounds: Rounds | None = None,
) -> list[Row]:
    """Claim due deliveries for `lease` microseconds: for each address and subject, only the first one.

    If a sender dies, its lease ends. Another sender then claims the delivery, unless its `takes_over` is false.
    `limits` are those of subscriptions, if any has reached its limit or is slow.
    """
    statements = _first_due(takes_over)
    if limits is None:
        rows = await _due_longest(connection, statements, now, limit, None if rounds is None else rounds.shops)
    else:
        rows = await _by_subscription(connection, statements, now, limit, limits, rounds or Rounds())
    rows.sort(key=itemgetter("due_at", "id"))
    claim = unique_name()
    for shop_id, numbers in ids_by_shop(rows).items():
        claimed = {"shop": shop_id, "numbers": numbers, "claimed_by": claim, "until": now + lease, "now": now}
        await connection.execute(_CLAIMED, claimed)
    return [
        {
            **row,
            "body": opened_body(connection, row["dialect"], row["body"]),
            "claim": claim,
            "first_attempt_at": row["first_attempt_at"] or now,
        }
        for row in rows
    ]


async def _due_longest(
    connection: AsyncConnection, statements: "_FirstDue", now: int, limit: int, rotation: Rotation | None
) -> list[Row]:
    rows: list[Row] = []
    for shop_id, count in (await shops_with_due(connection, statements.shops, {"now": now}, limit, rotation)).items():
        of_shop = {"now": now, "shop_id": shop_id, "limit": count}
        rows += [dict(row) for row in (await connection.execute(statements.of_shop, of_shop)).mappings()]
    return rows


async def _by_subscription(
    connection: AsyncConnection, statements: "_FirstDue", now: int, limit: int, limits: Limits, rounds: Rounds
) -> list[Row]:
    """Due deliveries of the next subscriptions of the round, until there are `limit` of them or the round is over."""
    rows: list[Row] = []
    asked: set[DeliveryKey] = set()
    while len(rows) < limit and len(asked) < MOST_SUBSCRIPTIONS:
        key = await _next_subscription(connection, rounds.subscriptions)
        if key is None and rounds.subscriptions == _BEFORE_ALL:
            break
        rounds.subscriptions = key or _BEFORE_ALL
        if key is None:
            continue
        if key in asked:
            break
        asked.add(key)
        count = min(limit - len(rows), limits.room(key))
        if count <= 0:
            continue
        of_key = {"now": now, "limit": count, **_values(key)}
        found = [dict(row) for row in (await connection.execute(statements.of_subscription, of_key)).mappings()]
        limits.take(key, len(found))
        rows += found
    return rows


async def _next_subscription(connection: AsyncConnection, after: DeliveryKey) -> DeliveryKey | None:
    """The next subscription that has waiting deliveries."""
    place = {"after_shop": after.shop_id, "after_dialect": after.dialect, "after_subscription": after.subscription_id}
    found = (await connection.execute(_NEXT_SUBSCRIPTION, place)).first()
    return None if found is None else DeliveryKey(*found)


def _values(key: DeliveryKey) -> dict[str, object]:
    return {"shop_id": key.shop_id, "dialect": key.dialect, "subscription_id": key.subscription_id}


@dataclass(frozen=True, slots=True)
class _FirstDue:
    """The statements for the first due delivery of each address and subject: which shops have one; and those of a shop
    or of a subscription, locked. The parameters are `now`, for the last two `shop_id` and `limit`, and for the last one
    `dialect` and `subscription_id`."""

    shops: DueStatements
    of_shop: Select[Any]
    of_subscription: Select[Any]


@lru_cache(maxsize=2)
def _first_due(takes_over: bool) -> _FirstDue:
    table = deliveries
    conditions = [_is_waiting, table.c.due_at <= bindparam("now")]
    if not takes_over:
        conditions.append(table.c.claim.is_(None))
    order = (table.c.due_at, table.c.id)
    of_shop = (
        select_of_shop(table, table)
        .where(*conditions, not_(_is_blocked(bindparam("shop_id"))))
        .order_by(*order)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(of=table, skip_locked=True)
    )
    first = table.alias("first")
    is_of_subscription = [first.c[name] == bindparam(name) for name in ("shop_id", "dialect", "subscription_id")]
    is_due = [first.c.state == WAITING, first.c.due_at <= bindparam("now")]
    if not takes_over:
        is_due.append(first.c.claim.is_(None))
    walked = (
        select(first.c.id)
        .where(*is_of_subscription, *is_due)
        .order_by(first.c.due_at, first.c.id)
        .limit(bindparam("most_walked", MOST_WALKED, Integer))
    )
    of_subscription = of_shop.where(table.c.id.in_(walked))
    shops = due_statements(table, order, *conditions, not_(_is_blocked(table.c.shop_id)))
    return _FirstDue(shops, of_shop, of_subscription)


def _is_blocked(shop: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an earlier delivery to the address about the subject waits. For Citus, a statement that locks has the
    shop as a value."""
    table, earlier = deliveries, deliveries.alias("earlier")
    return exists().where(
        earlier.c.state == WAITING,
        earlier.c.shop_id == shop,
        earlier.c.dialect == table.c.dialect,
        earlier.c.address == table.c.address,
        earlier.c.subject == table.c.subject,
        earlier.c.id < table.c.id,
    )
