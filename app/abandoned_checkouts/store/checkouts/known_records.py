"""Loads the input of `checkouts/transition`: the record of a checkout, and facts from other tables."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.incoming import NO_FACTS, Facts
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout, find_open_checkout, ordered_at
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.outbox.events import link_visited_at
from abandoned_checkouts.store.tables import abandoned_checkouts


async def find_known(
    connection: AsyncConnection,
    shop: Shop,
    *,
    token: str | None = None,
    number: int | None = None,
    cart_token: str | None = None,
    to_change: bool = False,
) -> CheckoutRecord | None:
    """The abandoned checkout with that token or id, else the latest abandoned one of that cart. If there is none, the
    open, completed or deleted checkout.

    `to_change` locks the row of an abandoned checkout until the transaction ends.
    """
    found = await _find_abandoned(connection, shop, token, number, cart_token, to_change)
    if found is None:
        found = await find_open_checkout(connection, shop, token=token, number=number, cart_token=cart_token)
    if found is None and not to_change:
        # Locked, because the checkout could become abandoned between the two queries.
        found = await _find_abandoned(connection, shop, token, number, cart_token, to_change)
    return found


async def _find_abandoned(
    connection: AsyncConnection,
    shop: Shop,
    token: str | None,
    number: int | None,
    cart_token: str | None,
    to_change: bool,
) -> CheckoutRecord | None:
    stored = await find_abandoned_checkout(
        connection, shop, token=token, number=number, cart_token=cart_token, to_change=to_change
    )
    return None if stored is None else CheckoutRecord(stored[0], "abandoned", stored[1])


async def lock_abandoned(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> dict[int, CheckoutRecord]:
    """The abandoned checkouts with these numbers, by number. Their rows are locked until the transaction ends."""
    statement = rows_with(abandoned_checkouts, "id", ("id", "version"), lock="change")
    rows = await connection.execute(statement, {"shop_id": shop.id, "values": numbers})
    versions = {row.id: row.version for row in rows}
    stored = await load_known(connection, shop, list(versions))
    return {number: CheckoutRecord(stored[number], "abandoned", version) for number, version in versions.items()}


async def facts_of_report(
    connection: AsyncConnection, shop: Shop, known: CheckoutRecord | None, reported: Checkout
) -> Facts:
    """The facts for `transition`. The visit by the recovery link is looked up only if there is a purchase."""
    if known is None:
        number, bought_at = reported.id, reported.completed_at
        ordered = await ordered_at(connection, shop, reported.token) if bought_at is None else None
        bought_at = bought_at or ordered
    else:
        ordered, bought_at = None, reported.completed_at or known.checkout.completed_at
        # An earlier report of the checkout may have had no id.
        number = known.checkout.id if known.state == "abandoned" else reported.id or known.checkout.id
    if bought_at is None:
        return NO_FACTS
    return Facts(ordered, await link_visited_at(connection, shop, number or 0))
