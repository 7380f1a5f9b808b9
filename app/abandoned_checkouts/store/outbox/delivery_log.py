"""The log of deliveries and their attempts: lists, replays and deletes them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, cast, delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.shop_by_shop import delete_where
from abandoned_checkouts.store.engine.statements import ids_by_shop
from abandoned_checkouts.store.outbox.compliance import opened_body
from abandoned_checkouts.store.search.selection import Selection, created_within, of_found_checkouts
from abandoned_checkouts.store.tables import abandoned_checkouts, carts, deliveries, delivery_attempts, events

_SHOWN = (
    "id",
    "dialect",
    "topic",
    "subject",
    "webhook_id",
    "address",
    "state",
    "attempts",
    "due_at",
    "created_at",
    "finished_at",
    "status",
    "problem",
)


@dataclass(frozen=True, slots=True)
class Visible:
    """The deliveries that an app can see: its own and, if `merchants` is true, those of the merchant's
    subscriptions."""

    app_id: int
    merchants: bool

    def condition(self) -> ColumnElement[bool]:
        own = deliveries.c.owner_id == self.app_id
        return own | deliveries.c.owner_id.is_(None) if self.merchants else own


async def deliveries_after(
    connection: AsyncConnection, shop: Shop, number: int, limit: int, selection: Selection
) -> list[Row]:
    """The next deliveries of a shop after that number, without bodies, created in the time of the selection, and about
    an abandoned checkout that its search finds."""
    table = deliveries
    columns = [table.c[name] for name in (*_SHOWN, "first_attempt_at")]
    statement = select(*columns).where(table.c.shop_id == shop.id, table.c.id > number)
    subject = literal("checkout/") + cast(abandoned_checkouts.c.id, Text)
    found = of_found_checkouts(shop, selection, subject, connection.dialect.name)
    if found is not None:
        statement = statement.where(table.c.subject.in_(found))
    statement = statement.where(*created_within(table, selection)).order_by(table.c.id).limit(limit)
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def list_deliveries(
    connection: AsyncConnection,
    shop: Shop,
    *,
    state: str | None = None,
    topic: str | None = None,
    since: int | None = None,
    before: int | None = None,
    limit: int = 50,
    visible: Visible | None = None,
) -> list[Row]:
    """A shop's deliveries, newest first, without bodies. `before` is an id: only older deliveries are returned."""
    table = deliveries
    statement = select(*[table.c[name] for name in _SHOWN]).where(table.c.shop_id == shop.id)
    for column, value in ((table.c.state, state), (table.c.topic, topic)):
        if value is not None:
            statement = statement.where(column == value)
    if visible is not None:
        statement = statement.where(visible.condition())
    if since is not None:
        statement = statement.where(table.c.created_at >= since)
    if before is not None:
        place = select(table.c.created_at).where(table.c.shop_id == shop.id, table.c.id == before).scalar_subquery()
        earlier = (table.c.created_at < place) | ((table.c.created_at == place) & (table.c.id < before))
        statement = statement.where(earlier)
    statement = statement.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(limit)
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def list_topics(connection: AsyncConnection, shop: Shop, visible: Visible | None = None) -> list[str]:
    """The topics of the shop's deliveries, in alphabetical order."""
    statement = select(deliveries.c.topic).where(deliveries.c.shop_id == shop.id).distinct()
    if visible is not None:
        statement = statement.where(visible.condition())
    return sorted((await connection.execute(statement)).scalars())


async def find_delivery(
    connection: AsyncConnection, shop: Shop, number: int, visible: Visible | None = None
) -> Row | None:
    """One delivery with its body and `attempts_made`, each with started_at, milliseconds, status, problem, response."""
    table = deliveries
    statement = select(table).where(table.c.shop_id == shop.id, table.c.id == number)
    if visible is not None:
        statement = statement.where(visible.condition())
    row = (await connection.execute(statement)).mappings().first()
    if row is None:
        return None
    log = delivery_attempts
    mine = (log.c.shop_id == shop.id) & (log.c.delivery_id == number)
    made = await connection.execute(select(log).where(mine).order_by(log.c.attempt))
    attempts = [{"delivery_id": number, "attempt": each["attempt"], **_plain(each)} for each in made.mappings()]
    body = opened_body(connection, row["dialect"], row["body"])
    return {"id": number, **_plain(row), "body": body, "attempts_made": attempts}


async def replay_deliveries(
    connection: AsyncConnection,
    shop: Shop,
    now: int,
    *,
    numbers: Sequence[int] = (),
    since: int | None = None,
    state: str | None = None,
) -> int:
    """Queue deliveries again, unchanged and with the same ids: those with these numbers, or all deliveries since a
    moment.

    `state` selects deliveries in that state. Erased deliveries have no body and are skipped. Returns the number of
    queued deliveries.
    """
    table = deliveries
    statement = update(table).where(table.c.shop_id == shop.id, table.c.state != "waiting", table.c.body != "")
    if numbers:
        statement = statement.where(table.c.id.in_(numbers))
    if since is not None:
        statement = statement.where(table.c.created_at >= since)
    if state is not None:
        statement = statement.where(table.c.state == state)
    fresh = {"state": "waiting", "attempts": 0, "due_at": now, "claim": None, "first_attempt_at": None}
    done = await connection.execute(statement.values(**fresh, finished_at=None, problem=None, status=None))
    return int(done.rowcount)


async def delete_old_deliveries(connection: AsyncConnection, before: int, events_before: int, limit: int) -> int:
    """Delete finished deliveries created before `before`, and dispatched events created before `events_before`, at most
    `limit` of each. Returns the number of deleted rows."""
    table = deliveries
    finished = select(table.c.shop_id, table.c.id).where(table.c.state != "waiting", table.c.created_at < before)
    old_deliveries = (await connection.execute(finished.limit(limit))).mappings().all()
    for shop_id, numbers in ids_by_shop(old_deliveries).items():
        for key in (delivery_attempts.c.delivery_id, table.c.id):
            await connection.execute(delete(key.table).where(key.table.c.shop_id == shop_id, key.in_(numbers)))
    dispatched = select(events.c.shop_id, events.c.id).where(
        events.c.dispatched_at.is_not(None), events.c.occurred_at < events_before
    )
    old_events = (await connection.execute(dispatched.limit(limit))).mappings().all()
    for shop_id, numbers in ids_by_shop(old_events).items():
        await connection.execute(delete(events).where(events.c.shop_id == shop_id, events.c.id.in_(numbers)))
    await delete_where(connection, carts, carts.c.seen_at < events_before)
    return len(old_deliveries) + len(old_events)


def _plain(row: Row) -> Row:
    """The row with plain strings as keys, because JSON writers refuse SQLAlchemy's string type."""
    return {str(name): value for name, value in row.items()}
