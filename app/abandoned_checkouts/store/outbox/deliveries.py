"""Stores deliveries: adds them, claims them for one sender, stores the results of attempts, and plans retries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy import (
    ColumnElement,
    Integer,
    Update,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.due_shops import Rotation, due_statements, shops_with_due
from abandoned_checkouts.store.engine.locks import try_lock_subject
from abandoned_checkouts.store.engine.numbering import insert_numbered
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.shop_by_shop import update_where
from abandoned_checkouts.store.engine.statements import ids_by_shop, insert_rows
from abandoned_checkouts.store.outbox.compliance import COMPLIANCE
from abandoned_checkouts.store.tables import deliveries, delivery_attempts, events
from abandoned_checkouts.telemetry.spans import traceparent

# A text, not a parameter, because the databases use the partial indexes only for this exact condition.
WAITING: ColumnElement[str] = literal_column("'waiting'")

_is_new = events.c.dispatched_at.is_(None)
_SHOPS_WITH_EVENTS = due_statements(events, (events.c.id,), _is_new)
_NEXT_EVENTS = (
    select_of_shop(events, events).where(_is_new).order_by(events.c.id).limit(bindparam("limit", type_=Integer))
)
_HAS_EVENT = select(events.c.id).where(events.c.dispatched_at.is_(None)).limit(1)
_NEXT_DELIVERY = select(deliveries.c.due_at).where(deliveries.c.state == WAITING).order_by(deliveries.c.due_at).limit(1)
_DISPATCHED = (
    update(events)
    .where(events.c.shop_id == bindparam("shop"), events.c.id.in_(bindparam("numbers", expanding=True)))
    .values(dispatched_at=bindparam("now"))
)
# The statements of each attempt are built once: to build them would take longer than to run them.
_of_delivery = (deliveries.c.shop_id == bindparam("shop")) & (deliveries.c.id == bindparam("number"))
_is_waiting = deliveries.c.state == WAITING
_DELIVERED = (
    update(deliveries)
    .where(_of_delivery, _is_waiting)
    .values(
        attempts=bindparam("new_attempts"),
        status=bindparam("new_status"),
        problem=None,
        claim=None,
        state="delivered",
        finished_at=bindparam("now"),
    )
)
# The receiver of a compliance topic has the data of the person to erase, so it is deleted here.
_DELIVERED_ONCE = _DELIVERED.values(body="")
_LAST_ATTEMPT = select(func.max(delivery_attempts.c.attempt)).where(
    delivery_attempts.c.shop_id == bindparam("shop"), delivery_attempts.c.delivery_id == bindparam("number")
)
_followers = and_(
    _is_waiting,
    *(deliveries.c[name] == bindparam(f"of_{name}") for name in ("shop_id", "dialect", "address", "subject")),
    deliveries.c.id > bindparam("after"),
)
_earlier = deliveries.alias("earlier")
_FIRST_WAITING = select(deliveries.c.address, deliveries.c.due_at).where(
    deliveries.c.shop_id == bindparam("shop"),
    deliveries.c.id.in_(
        select(func.min(_earlier.c.id))
        .where(
            _earlier.c.state == WAITING,
            _earlier.c.shop_id == bindparam("shop"),
            _earlier.c.dialect == bindparam("dialect"),
            _earlier.c.subject == bindparam("subject"),
            _earlier.c.address.in_(bindparam("addresses", expanding=True)),
        )
        .group_by(_earlier.c.address)
    ),
)
_FIRST_FOLLOWER = select(deliveries.c.id).where(_followers).order_by(deliveries.c.id).limit(1)
_RELEASED = (
    update(deliveries)
    .where(_of_delivery, deliveries.c.due_at > bindparam("now"), deliveries.c.claim.is_(None))
    .values(due_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class DeliveryKey:
    """Identifies a subscription."""

    shop_id: int
    dialect: str
    subscription_id: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of one attempt. `problem` is None if the receiver accepted the delivery."""

    started_at: int
    milliseconds: int
    status: int | None
    problem: str | None
    response: str | None


async def next_events(connection: AsyncConnection, limit: int, rotation: Rotation | None = None) -> list[Row]:
    """The next events to dispatch, in order. Those of a shop whose events another process dispatches are left out."""
    rows: list[Row] = []
    for shop_id, count in (await shops_with_due(connection, _SHOPS_WITH_EVENTS, {}, limit, rotation)).items():
        # One process at a time, so that the events of one checkout stay in order.
        if await try_lock_subject(connection, shop_id, "dispatch"):
            found = await connection.execute(_NEXT_EVENTS, {"shop_id": shop_id, "limit": count})
            rows += [dict(row) for row in found.mappings()]
    rows.sort(key=itemgetter("id"))
    return rows


async def has_next_event(connection: AsyncConnection) -> bool:
    """Whether any event waits to be dispatched."""
    return (await connection.execute(_HAS_EVENT)).first() is not None


async def mark_dispatched(connection: AsyncConnection, dispatched: Sequence[Row], now: int) -> None:
    """Mark these events as dispatched."""
    for shop_id, numbers in ids_by_shop(dispatched).items():
        await connection.execute(_DISPATCHED, {"shop": shop_id, "numbers": numbers, "now": now})


async def add_deliveries(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Add deliveries. Each row has shop_id, event_id, dialect, subscription_id, subject, topic, webhook_id, address,
    headers, body, body_hash and created_at. All or none have the traceparent of their event; without it, they belong to
    the present trace.

    A delivery whose predecessor waits for a retry is due at the time of that retry: before it, each claim would look at
    the delivery in vain."""
    trace = traceparent()
    subjects: dict[tuple[int, str, str], set[str]] = {}
    for row in rows:
        subjects.setdefault((row["shop_id"], row["dialect"], row["subject"]), set()).add(row["address"])
    waits: dict[tuple[object, ...], int] = {}
    for place, addresses in subjects.items():
        for address, due_at in await _first_waiting(connection, *place, sorted(addresses)):
            waits[*place, address] = due_at
    waiting = []
    for row in rows:
        due_at = waits.get((row["shop_id"], row["dialect"], row["subject"], row["address"]), 0)
        waiting.append({"traceparent": trace, **row, "state": "waiting", "due_at": max(row["created_at"], due_at)})
    await insert_numbered(connection, deliveries, waiting)


async def _first_waiting(
    connection: AsyncConnection, shop_id: int, dialect: str, subject: str, addresses: Sequence[str]
) -> list[tuple[str, int]]:
    """The addresses for which a delivery about the subject waits, and when the first of each is due."""
    of_subject = {"shop": shop_id, "dialect": dialect, "subject": subject, "addresses": addresses}
    return [(row.address, row.due_at) for row in await connection.execute(_FIRST_WAITING, of_subject)]


async def latest_hash(connection: AsyncConnection, key: DeliveryKey, subject: str) -> str | None:
    """The hash of the last body that was queued about a subject."""
    table = deliveries
    statement = select(table.c.body_hash).where(_is(key), table.c.subject == subject)
    return (await connection.execute(statement.order_by(table.c.id.desc()).limit(1))).scalar()


async def finish_delivery(
    connection: AsyncConnection, delivery: Row, attempt: Attempt, now: int, retry_at: int | None
) -> bool:
    """Write the result of an attempt: delivered, to be retried at `retry_at`, or failed if `retry_at` is None.

    Returns False if the sender has lost its claim.
    """
    if attempt.problem is None:
        statement = _DELIVERED_ONCE if delivery["dialect"] == COMPLIANCE else _DELIVERED
        values = {"new_attempts": delivery["attempts"] + 1, "new_status": attempt.status, "now": now}
        changed = await connection.execute(statement, {**_place(delivery), **values})
    else:
        changed = await connection.execute(_failed(delivery, attempt, now, retry_at))
    if not changed.rowcount:
        return False
    number = await _next_attempt(connection, delivery)
    row = (delivery["shop_id"], delivery["id"], number, *(getattr(attempt, name) for name in _ATTEMPT))
    await insert_rows(connection, delivery_attempts, ("shop_id", "delivery_id", "attempt", *_ATTEMPT), [row])
    if attempt.problem is not None and retry_at is not None:
        await _keep_followers_waiting(connection, delivery, retry_at)
    return True


_ATTEMPT = ("started_at", "milliseconds", "status", "problem", "response")


def _place(delivery: Row) -> dict[str, object]:
    return {"shop": delivery["shop_id"], "number": delivery["id"]}


def _failed(delivery: Row, attempt: Attempt, now: int, retry_at: int | None) -> Update:
    """A failure is stored only if this sender still has the claim, because another sender may be trying now. A success
    is always stored."""
    table = deliveries
    ended = {"state": "failed", "finished_at": now} if retry_at is None else {"due_at": retry_at}
    return (
        update(table)
        .where(table.c.shop_id == delivery["shop_id"], table.c.id == delivery["id"], _is_waiting)
        .where(table.c.claim == delivery["claim"])
        .values(attempts=delivery["attempts"] + 1, status=attempt.status, problem=attempt.problem, claim=None, **ended)
    )


async def _next_attempt(connection: AsyncConnection, delivery: Row) -> int:
    return ((await connection.execute(_LAST_ATTEMPT, _place(delivery))).scalar() or 0) + 1


async def _keep_followers_waiting(connection: AsyncConnection, delivery: Row, until: int) -> None:
    """Make the deliveries that wait for this one due at `until`, when this one is due again."""
    table = deliveries
    late = update(table).where(_followers, table.c.due_at < until).values(due_at=until)
    await connection.execute(late, _follows(delivery))


async def release_followers(connection: AsyncConnection, delivery: Row, now: int) -> None:
    """Make the next delivery about the same subject due now, because this one is finished."""
    number = (await connection.execute(_FIRST_FOLLOWER, _follows(delivery))).scalar()
    if number is not None:
        await connection.execute(_RELEASED, {"shop": delivery["shop_id"], "number": number, "now": now})


async def hasten_deliveries(
    connection: AsyncConnection, now: int, lease: int, longest_pauses: Mapping[tuple[str, int], int]
) -> None:
    """Shorten waits after the clock was set back, so that a delivery waits no longer than if it were planned now.

    `longest_pauses` are the longest pauses by dialect and number of attempts, in microseconds.
    """
    table = deliveries
    is_free = table.c.claim.is_(None)
    longest = [(is_free & (table.c.attempts == 0), 0), (table.c.claim.is_not(None), lease)]
    longest += [
        (is_free & (table.c.dialect == dialect) & (table.c.attempts == attempts), pause)
        for (dialect, attempts), pause in longest_pauses.items()
    ]
    for which, pause in longest:
        late = (table.c.state == WAITING) & (table.c.due_at > now + pause) & which
        await update_where(connection, table, late, {"due_at": now + pause})


async def next_delivery_at(connection: AsyncConnection) -> int | None:
    """When the next attempt is due."""
    moment: int | None = (await connection.execute(_NEXT_DELIVERY)).scalar()
    return moment


def _follows(delivery: Row) -> dict[str, object]:
    """The parameters of `_followers`: the deliveries that wait for this one are those with the same address and
    subject, in any topic."""
    names = ("shop_id", "dialect", "address", "subject")
    return {"after": delivery["id"], **{f"of_{name}": delivery[name] for name in names}}


def _is(key: DeliveryKey) -> ColumnElement[bool]:
    table = deliveries
    return and_(
        table.c.shop_id == key.shop_id,
        table.c.dialect == key.dialect,
        table.c.subscription_id == key.subscription_id,
    )
