"""The history of one checkout, in order: events, activities, mails, bounces, tasks and waiting steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.people import bought_elsewhere_at, person_of_checkout
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import (
    activities,
    events,
    flow_mails,
    flow_steps,
    flows,
    mail_bounces,
    merchant_tasks,
)

_MOST = 1000
OPENED = "opened: {} (privacy proxies of mail programs inflate this number)"
# The name of the entry for a purchase of the same person outside the checkout.
BOUGHT_ELSEWHERE = "bought_elsewhere"
# Moments of a checkout itself, by the event of each.
_MOMENTS = (
    ("checkout_created", "created_at"),
    ("checkout_abandoned", "abandoned_at"),
    ("checkout_recovered", "recovered_at"),
    ("checkout_completed", "completed_at"),
    ("checkout_lapsed", "lapsed_at"),
    ("checkout_closed", "closed_at"),
)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """`kind` is event, activity, mail, bounce, task or waiting; `name` is the name within the kind, `note` the reason.
    `mail_id` is the id of a mail whose text is stored."""

    at: int
    kind: str
    name: str
    note: str | None = None
    mail_id: str | None = None


async def timeline_of(connection: AsyncConnection, shop: Shop, checkout: Checkout) -> list[TimelineEntry]:
    """The entries, oldest first. Events about an activity are left out, because the activity has its own entry."""
    checkout_id = checkout.id or 0
    found = [
        *await _elsewhere(connection, shop, checkout),
        *await _events(connection, shop, checkout_id),
        *await _activities(connection, shop, checkout_id),
        *await _mails(connection, shop, checkout_id),
        *await _bounces(connection, shop, checkout_id),
        *await _tasks(connection, shop, checkout_id),
        *await _waiting(connection, shop, checkout_id),
    ]
    return sorted(found, key=lambda entry: entry.at)


def with_moments(timeline: Sequence[TimelineEntry], checkout: Checkout) -> list[TimelineEntry]:
    """The entries and the moments that the checkout itself has, such as its recovery, oldest first.

    Their events are not always stored: an import has none, and old events are deleted.
    """
    known = {entry.name for entry in timeline if entry.kind == "event"}
    # A recovery is a purchase, too.
    if "checkout_recovered" in known or checkout.recovered_at is not None:
        known.add("checkout_completed")
    moments = [(name, getattr(checkout, field)) for name, field in _MOMENTS if name not in known]
    added = [TimelineEntry(moment, "event", name) for name, moment in moments if moment is not None]
    # An event is the reason for what happened at the same moment.
    return sorted([*timeline, *added], key=lambda entry: (entry.at, entry.kind != "event"))


async def find_mail(connection: AsyncConnection, shop: Shop, checkout_id: int, mail_id: str) -> Row | None:
    """A mail as it was sent, by the columns of flow_mails."""
    table = flow_mails
    statement = select(table).where(
        table.c.shop_id == shop.id, table.c.id == mail_id, table.c.checkout_id == checkout_id
    )
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else dict(row)


async def latest_mails(connection: AsyncConnection, shop: Shop, limit: int) -> list[Row]:
    """The mails of a shop, newest first: id, checkout_id, sent_at, recipient, subject."""
    table = flow_mails
    columns = (table.c.id, table.c.checkout_id, table.c.sent_at, table.c.recipient, table.c.subject)
    statement = select(*columns).where(table.c.shop_id == shop.id).order_by(table.c.sent_at.desc(), table.c.id)
    return [dict(row) for row in (await connection.execute(statement.limit(limit))).mappings()]


async def _elsewhere(connection: AsyncConnection, shop: Shop, checkout: Checkout) -> list[TimelineEntry]:
    """When the buyer bought outside this checkout, which then stops its reminders and stays as it is.

    Later purchases are not shown: those after the attribution window, or after this checkout was bought.
    """
    person = await person_of_checkout(connection, shop, checkout)
    bought_at = await bought_elsewhere_at(connection, shop, person, checkout)
    end = (checkout.abandoned_at or checkout.created_at) + rules_of(shop).attribution
    if bought_at is None or bought_at > min(end, checkout.completed_at or end):
        return []
    return [TimelineEntry(bought_at, "event", BOUGHT_ELSEWHERE)]


async def _events(connection: AsyncConnection, shop: Shop, checkout_id: int) -> list[TimelineEntry]:
    table = events
    statement = (
        select(table.c.occurred_at, table.c.kind)
        .where(table.c.shop_id == shop.id, table.c.checkout_id == checkout_id, table.c.kind != "checkout_activity")
        .order_by(table.c.id.desc())
        .limit(_MOST)
    )
    return [
        TimelineEntry(row.occurred_at, "event", row.kind)
        for row in reversed((await connection.execute(statement)).all())
    ]


async def _activities(connection: AsyncConnection, shop: Shop, checkout_id: int) -> list[TimelineEntry]:
    table = activities
    statement = (
        select(table.c.created_at, table.c.activity_type, table.c.channel, table.c.reason)
        .where(table.c.shop_id == shop.id, table.c.abandonment_id == checkout_id)
        .order_by(table.c.sequence.desc())
        .limit(_MOST)
    )
    rows = reversed((await connection.execute(statement)).all())
    return [TimelineEntry(row.created_at, "activity", row.activity_type, row.reason) for row in rows]


async def _mails(connection: AsyncConnection, shop: Shop, checkout_id: int) -> list[TimelineEntry]:
    table = flow_mails
    statement = (
        select(table.c.sent_at, table.c.subject, table.c.id, table.c.opens)
        .where(table.c.shop_id == shop.id, table.c.checkout_id == checkout_id)
        .order_by(table.c.sent_at)
        .limit(_MOST)
    )
    rows = await connection.execute(statement)
    # After an erasure, the only fact left is that a mail was sent.
    return [
        TimelineEntry(
            row.sent_at,
            "mail",
            row.subject or "(erased)",
            note=OPENED.format(row.opens) if row.opens else None,
            mail_id=row.id if row.subject else None,
        )
        for row in rows
    ]


async def _bounces(connection: AsyncConnection, shop: Shop, checkout_id: int) -> list[TimelineEntry]:
    table = mail_bounces
    columns = (table.c.happened_at, table.c.kind, table.c.provider, table.c.reason)
    statement = select(*columns).where(table.c.shop_id == shop.id, table.c.checkout_id == checkout_id)
    rows = await connection.execute(statement.order_by(table.c.happened_at).limit(_MOST))
    return [
        TimelineEntry(row.happened_at, "bounce", row.kind, ": ".join(filter(None, (row.provider, row.reason))))
        for row in rows
    ]


async def _tasks(connection: AsyncConnection, shop: Shop, checkout_id: int) -> list[TimelineEntry]:
    table = merchant_tasks
    statement = select(table.c.created_at, table.c.title).where(
        table.c.shop_id == shop.id, table.c.checkout_id == checkout_id
    )
    return [
        TimelineEntry(row.created_at, "task", row.title) for row in await connection.execute(statement.limit(_MOST))
    ]


async def _waiting(connection: AsyncConnection, shop: Shop, checkout_id: int) -> list[TimelineEntry]:
    table = flow_steps
    statement = (
        select(table.c.due_at, table.c.action, table.c.reason, flows.c.name)
        .join(flows, (flows.c.shop_id == table.c.shop_id) & (flows.c.id == table.c.flow_id))
        .where(table.c.shop_id == shop.id, table.c.checkout_id == checkout_id, table.c.state == "waiting")
    )
    rows = (await connection.execute(statement.limit(_MOST))).all()
    return [
        TimelineEntry(row.due_at, "waiting", row.action, ": ".join(text for text in (row.name, row.reason) if text))
        for row in rows
    ]
