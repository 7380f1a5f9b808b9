"""Requests to erase a person later. A customer can cancel the request; a platform cannot.

A customer's request is a column of the customer; a platform's is a row of erasure_requests. work/erase_due carries both
out with store/privacy/erase_person.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Table, delete, literal, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.numbering import insert_numbered, insert_numbered_select
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    carts,
    customers,
    deliveries,
    erasure_requests,
    events,
    idempotent_requests,
    open_checkouts,
    received_webhooks,
)

PLATFORM = "platform"
RequestOutcome = Literal["noted", "unknown", "not_requested"]


async def request_erasure(
    connection: AsyncConnection, shop: Shop, customer_id: int | None, *, now: int
) -> RequestOutcome:
    """Store a customer's request. If there is one already, its time does not change."""
    mine = (customers.c.shop_id == shop.id) & (customers.c.id == customer_id)
    found = (await connection.execute(select(customers.c.erasure_requested_at).where(mine))).first()
    if found is None:
        return "unknown"
    if found[0] is None:
        await connection.execute(update(customers).where(mine).values(erasure_requested_at=now))
        await record(connection, shop.id, AuditAction.ERASURE_REQUESTED, "a customer", now)
    return "noted"


async def cancel_erasure(
    connection: AsyncConnection, shop: Shop, customer_id: int | None, *, now: int
) -> RequestOutcome:
    """Cancel a customer's request."""
    mine = (customers.c.shop_id == shop.id) & (customers.c.id == customer_id)
    found = (await connection.execute(select(customers.c.erasure_requested_at).where(mine))).first()
    if found is None:
        return "unknown"
    if found[0] is None:
        return "not_requested"
    await connection.execute(update(customers).where(mine).values(erasure_requested_at=None))
    await record(connection, shop.id, AuditAction.ERASURE_CANCELLED, "a customer", now)
    return "noted"


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """A platform's request to erase a customer, an e-mail address, or the buyer of a checkout."""

    id: int
    shop_id: int
    customer_id: int | None
    email: str | None
    checkout_id: int | None


async def add_erasure_request(
    connection: AsyncConnection,
    shop: Shop,
    *,
    customer_id: int | None = None,
    email: str | None = None,
    checkout_id: int | None = None,
    now: int,
) -> None:
    """Add a platform's request. The customer may be unknown."""
    names = {"customer_id": customer_id, "email": email, "checkout_id": checkout_id}
    row = {"shop_id": shop.id, **names, "requested_at": now}
    await insert_numbered(connection, erasure_requests, [row])
    await record(connection, shop.id, AuditAction.ERASURE_REQUESTED, "a person", now, by=PLATFORM)


async def add_erasure_requests_for_all(connection: AsyncConnection, shop: Shop, now: int) -> None:
    """Add a request for every person in the shop. Carts, rejected webhooks and stored responses are erased now, because
    they cannot be assigned to a person."""
    answered = idempotent_requests.c.shop_id == shop.id
    await connection.execute(update(idempotent_requests).where(answered).values(response=None))
    kept = (received_webhooks.c.shop_id == shop.id) & received_webhooks.c.problem.is_not(None)
    await connection.execute(update(received_webhooks).where(kept).values(body=None))
    await connection.execute(delete(carts).where(carts.c.shop_id == shop.id))
    of_carts = (events.c.shop_id == shop.id) & events.c.kind.in_(("cart_created", "cart_updated"))
    sent = (deliveries.c.shop_id == shop.id) & deliveries.c.event_id.in_(select(events.c.id).where(of_carts))
    called_off = {"state": "cancelled", "finished_at": now, "problem": "the shop's data was erased"}
    await connection.execute(update(deliveries).where(sent, deliveries.c.state == "waiting").values(called_off))
    await connection.execute(update(deliveries).where(sent).values(body="", body_hash=""))
    await connection.execute(update(events).where(of_carts).values(document="{}"))
    # Requests for customers include their checkouts.
    everybody: tuple[tuple[Table, str, ColumnElement[bool]], ...] = (
        (customers, "customer_id", true()),
        (abandoned_checkouts, "checkout_id", abandoned_checkouts.c.customer_id.is_(None)),
        (open_checkouts, "checkout_id", open_checkouts.c.state != "deleted"),
    )
    for table, column, condition in everybody:
        columns = (table.c.shop_id, table.c.id.label(column), literal(now).label("requested_at"))
        found = select(*columns).where(table.c.shop_id == shop.id, condition)
        await insert_numbered_select(connection, erasure_requests, found)
    await record(connection, shop.id, AuditAction.ERASURE_REQUESTED, "everyone in the shop", now, by=PLATFORM)


async def list_erasure_requests(connection: AsyncConnection, limit: int) -> list[ErasureRequest]:
    """The platforms' requests, oldest first."""
    table = erasure_requests
    columns = [table.c[name] for name in ("id", "shop_id", "customer_id", "email", "checkout_id")]
    rows = await connection.execute(select(*columns).order_by(table.c.id).limit(limit))
    return [ErasureRequest(*row) for row in rows]


async def delete_erasure_request(connection: AsyncConnection, request: ErasureRequest) -> bool:
    """Delete a request, in the transaction that carries it out. Returns False if another process has done so
    already."""
    table = erasure_requests
    mine = (table.c.shop_id == request.shop_id) & (table.c.id == request.id)
    return bool((await connection.execute(delete(table).where(mine))).rowcount)


async def customers_due_for_erasure(connection: AsyncConnection, before: int, limit: int) -> list[tuple[int, int]]:
    """The shop and number of each customer who requested erasure at or before that moment, oldest request first."""
    table = customers
    statement = (
        select(table.c.shop_id, table.c.id)
        .where(table.c.erasure_requested_at.is_not(None), table.c.erasure_requested_at <= before)
        .order_by(table.c.erasure_requested_at)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in await connection.execute(statement)]
