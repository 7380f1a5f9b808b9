"""The people a flow has written to or held out, and what they bought afterwards: the figures of its report."""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, fields

from sqlalchemy import Float, bindparam, case, cast, exists, func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.shop_by_shop import delete_where
from abandoned_checkouts.store.engine.statements import insert_missing, put_rows
from abandoned_checkouts.store.tables import abandoned_checkouts, flow_mails
from abandoned_checkouts.store.tables import flow_people as table

# Built once: it is read for each step of a flow.
_OF_FLOW = select_of_shop(table, table.c.is_held_out, table.c.entered_at).where(table.c.flow_id == bindparam("flow"))
# Two queries, because each can use an index. With OR, SQLite would read all people of the flow.
_HELD_OUT = union_all(
    _OF_FLOW.where(table.c.person_key == bindparam("key")),
    _OF_FLOW.where(table.c.customer_id.in_(bindparam("person", expanding=True))),
)
_HELD_OUT = _HELD_OUT.order_by("entered_at").limit(1)


@dataclass(frozen=True, slots=True)
class FlowEntry:
    """A person, by key and customer numbers, whom a flow writes to or holds out. `share` is the flow's hold-out then,
    in tenths of a percent."""

    flow_id: int
    key: str
    customers: Collection[int]
    is_held_out: bool
    share: int


async def was_held_out(
    connection: AsyncConnection, shop: Shop, flow_id: int, key: str, customers: Collection[int]
) -> bool | None:
    """Whether the person was held out when the flow first wanted to write to them; None if it never did.

    A person is found by the key, or by one of their customer numbers.
    """
    values = {"shop_id": shop.id, "flow": flow_id, "key": key, "person": sorted(customers)}
    found = (await connection.execute(_HELD_OUT, values)).scalar()
    return None if found is None else bool(found)


async def note_person(connection: AsyncConnection, shop: Shop, entry: FlowEntry, now: int) -> None:
    """Record that a flow wrote to a person, or held them out. Only the first time counts."""
    if await was_held_out(connection, shop, entry.flow_id, entry.key, entry.customers) is not None:
        return
    row = {
        "shop_id": shop.id,
        "flow_id": entry.flow_id,
        "person_key": entry.key,
        "customer_id": min(entry.customers, default=None),
        "is_held_out": entry.is_held_out,
        "share": entry.share,
        "entered_at": now,
        "purchases": 0,
        "spent": 0,
    }
    await insert_missing(connection, table, row)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of a flow with what they bought; `share` is in tenths of a percent, `spent` in ten-thousandths."""

    flow_id: int
    person_key: str
    customer_id: int
    is_held_out: bool
    share: int
    entered_at: int
    purchases: int
    spent: int


async def put_people(connection: AsyncConnection, shop: Shop, people: Sequence[PersonRow]) -> None:
    """Store the people of a flow, or replace them."""
    columns = ("shop_id", *(each.name for each in fields(PersonRow)))
    await put_rows(connection, table, columns, [(shop.id, *astuple(each)) for each in people])


async def count_purchase(
    connection: AsyncConnection, shop: Shop, customers: Collection[int], amount: int, bought_at: int, window: int
) -> None:
    """Count a purchase for each flow that wrote to the person, or held them out, less than `window` before.

    `amount` is in ten-thousandths of the shop's currency; `bought_at` and `window` are in microseconds.
    """
    theirs = (table.c.shop_id == shop.id) & table.c.customer_id.in_(customers)
    entered = table.c.entered_at.between(bought_at - window, bought_at)
    more = {"purchases": table.c.purchases + 1, "spent": table.c.spent + amount}
    await connection.execute(update(table).where(theirs, entered).values(more))


async def group_totals(
    connection: AsyncConnection, shop: Shop, flow_id: int, share: int, complete_until: int
) -> dict[bool, Row]:
    """For the people who were held out, and for the others: people, bought, spent, spent_squared, and how many are
    `young`.

    Only people who entered while the flow held out this share count: otherwise the groups are of different times.
    Young are those who entered after `complete_until`, and can still buy.
    """
    spent = cast(table.c.spent, Float(53))
    statement = (
        select(
            table.c.is_held_out,
            func.count().label("people"),
            func.sum(case((table.c.purchases > 0, 1), else_=0)).label("bought"),
            func.sum(spent).label("spent"),
            func.sum(spent * spent).label("spent_squared"),
            func.sum(case((table.c.entered_at > complete_until, 1), else_=0)).label("young"),
        )
        .where(table.c.shop_id == shop.id, table.c.flow_id == flow_id, table.c.share == share)
        .group_by(table.c.is_held_out)
    )
    rows = (await connection.execute(statement)).mappings().all()
    return {bool(row["is_held_out"]): dict(row) for row in rows}


async def recovered_after_mail(connection: AsyncConnection, shop: Shop, flow_id: int) -> tuple[int, int]:
    """How many checkouts were recovered after a mail of the flow, and their total in ten-thousandths."""
    other, mail = abandoned_checkouts, flow_mails
    mailed = exists().where(
        mail.c.shop_id == other.c.shop_id,
        mail.c.checkout_id == other.c.id,
        mail.c.flow_id == flow_id,
        mail.c.sent_at <= other.c.recovered_at,
    )
    totals = select(func.count(), func.coalesce(func.sum(other.c.total_price), 0))
    row = (await connection.execute(totals.where(other.c.shop_id == shop.id, mailed))).one()
    return int(row[0]), int(row[1])


async def forget_people(connection: AsyncConnection, shop: Shop, customers: Collection[int]) -> None:
    """Make the records of a person anonymous, for an erasure: the sums of a report stay as they were."""
    theirs = (table.c.shop_id == shop.id) & table.c.customer_id.in_(customers)
    found = select(table.c.flow_id, table.c.person_key).where(theirs)
    for flow_id, key in (await connection.execute(found)).all():
        one = theirs & (table.c.flow_id == flow_id) & (table.c.person_key == key)
        anonymous = {"person_key": f"erased {random_uuid()}", "customer_id": None}
        await connection.execute(update(table).where(one).values(anonymous))


async def delete_old_people(connection: AsyncConnection, before: int) -> None:
    """Delete the records of people who entered a flow before this moment."""
    await delete_where(connection, table, table.c.entered_at < before)
