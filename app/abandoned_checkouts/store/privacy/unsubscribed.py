"""Unsubscribed e-mail addresses. Only a keyed hash of an address is stored. It stays when the address is erased."""

from sqlalchemy import bindparam
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.engine.statements import insert_missing
from abandoned_checkouts.store.tables import unsubscribed as table

_FIND = select_of_shop(table, table.c.created_at).where(table.c.recipient_key == bindparam("key"))


def recipient_key(shop: Shop, email: str) -> str:
    """A keyed hash that identifies an e-mail address in this shop. Only code with the shop's secret can compute it."""
    return derived_token(shop.secret, "recipient", email.strip().casefold())


async def is_unsubscribed(connection: AsyncConnection, shop: Shop, key: str) -> bool:
    return (await connection.execute(_FIND, {"shop_id": shop.id, "key": key})).first() is not None


async def unsubscribe(connection: AsyncConnection, shop: Shop, key: str, now: int) -> bool:
    """Store the address as unsubscribed. Returns False if it is already."""
    return await insert_missing(connection, table, {"shop_id": shop.id, "recipient_key": key, "created_at": now})
