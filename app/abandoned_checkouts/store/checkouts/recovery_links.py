"""Recovery links: finds the checkouts for a link, records visits, and stores the discount that a link applies."""

from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.link_discount import LinkDiscount
from abandoned_checkouts.checkouts.recovery_link import recovery_key_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.open_checkouts import open_checkout_from_row
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.engine.statements import upsert
from abandoned_checkouts.store.outbox.events import checkout_event, write_events
from abandoned_checkouts.store.reports.note_actions import note_visit
from abandoned_checkouts.store.tables import abandoned_checkouts, open_checkouts, recovery_discounts

# The maximum number of checkouts of a cart that are read, latest first.
_MOST = 20


_DISCOUNT = select_of_shop(recovery_discounts, recovery_discounts.c.code, recovery_discounts.c.expires_at).where(
    recovery_discounts.c.checkout_id == bindparam("checkout"),
    or_(recovery_discounts.c.expires_at.is_(None), recovery_discounts.c.expires_at > bindparam("now")),
)


@dataclass(frozen=True, slots=True)
class Linked:
    """A checkout that a link can lead to. `contact_at` is set for open ones."""

    checkout: Checkout
    key: str
    version: int
    contact_at: int | None = None


async def linked_checkouts(connection: AsyncConnection, shop: Shop, name: str) -> list[Linked]:
    """The checkouts with this cart token or token. Abandoned ones come first; each group is sorted latest first."""
    table, found = abandoned_checkouts, []
    named = or_(table.c.cart_token == name, table.c.token == name)
    statement = (
        select(table.c.id, table.c.version)
        .where(table.c.shop_id == shop.id, named)
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(_MOST)
    )
    versions = {row.id: row.version for row in await connection.execute(statement)}
    stored = await load_known(connection, shop, list(versions))
    for number, version in versions.items():
        checkout = stored[number]
        found.append(Linked(checkout, checkout.recovery_key or "", version))
    still = open_checkouts
    statement = (
        select(still)
        .where(
            still.c.shop_id == shop.id,
            still.c.state != "deleted",
            or_(still.c.cart_token == name, still.c.token == name),
        )
        .order_by(still.c.updated_at.desc())
        .limit(_MOST)
    )
    for row in (await connection.execute(statement)).mappings():
        entry = open_checkout_from_row(row)
        found.append(Linked(entry.checkout, recovery_key_of(shop, entry.checkout), entry.version, entry.contact_at))
    return found


async def record_visit(connection: AsyncConnection, shop: Shop, linked: Linked, now: int) -> None:
    """Write an event for a visit by the link. A purchase after it is a recovery (see checkouts/lifecycle)."""
    event = checkout_event("recovery_link_visited", linked.checkout, linked.version)
    (event_id,) = await write_events(connection, shop, [event], now)
    await note_visit(connection, shop, linked.checkout.id or 0, now, name=f"visit/{event_id}")


async def set_discount(
    connection: AsyncConnection, shop: Shop, checkout_id: int, code: str, now: int, expires_at: int | None = None
) -> None:
    """Set the discount code that the checkout's recovery link applies, replacing an earlier one."""
    row = {"shop_id": shop.id, "checkout_id": checkout_id, "code": code, "created_at": now, "expires_at": expires_at}
    await upsert(connection, recovery_discounts, [row])


async def discount_of(connection: AsyncConnection, shop: Shop, checkout_id: int, now: int) -> LinkDiscount | None:
    """What the checkout's recovery link applies; None if there is none, or if it has expired."""
    row = (await connection.execute(_DISCOUNT, {"shop_id": shop.id, "checkout": checkout_id, "now": now})).first()
    return None if row is None else LinkDiscount(row.code, row.expires_at)
