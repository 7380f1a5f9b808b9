"""Opens the store for a command, and finds the shop that its options name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# First, because the others import SQLAlchemy's asynchronous engine, too.
import abandoned_checkouts.store.engine.async_engine  # noqa: F401
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.options import database_url
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.store.engine.database import Connection, Database, open_database
from abandoned_checkouts.store.engine.server_address import served_address
from abandoned_checkouts.store.tenants.shops import ShopError, all_shops, find_shop


@asynccontextmanager
async def opened_store(database: str | None, *, create: bool = False, whole_up_to: int = 0) -> AsyncIterator[Database]:
    """The store of the option `--database`, closed at the end.

    Raises StoreError if the store cannot be used, or does not exist and `create` is false. A file of at most
    `whole_up_to` bytes is first read completely to find damage.
    """
    store = await open_database(
        database_url(database), create=create, whole_up_to=whole_up_to, secret_key=settings_from().secret_key
    )
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def opened_for_reports(database: str | None) -> AsyncIterator[Database]:
    """Like `opened_store`. The store's `read_behind` reads the replica of the settings, if it belongs to this store and
    has everything that was committed before the command began."""
    settings = settings_from()
    address = settings.replica_url if database_url(database) == settings.database_url else None
    async with opened_store(database) as store, store.reading_replica(address, settings.replica_lag_seconds):
        if store.replica is not None:
            await store.replica.has_all_of_now()
        yield store


async def shop_named(connection: Connection, domain: str) -> Shop:
    """The shop of that domain. Raises ShopError."""
    shop = await find_shop(connection, domain)
    if shop is None:
        raise ShopError(f"the store has no shop {domain}; list its shops with `shop list`")
    return shop


async def shop_named_or_only(connection: Connection, domain: str | None) -> Shop:
    """The shop of that domain, or the only shop of the store if `domain` is None. Raises ShopError."""
    if domain is not None:
        return await shop_named(connection, domain)
    shops = await all_shops(connection)
    if len(shops) != 1:
        found = ", ".join(shop.domain for shop in shops) or "no shops yet"
        raise ShopError(f"choose a shop with --shop DOMAIN; the store has {found}")
    return shops[0]


async def address_of(connection: Connection) -> str:
    """The URL for links: the setting `public_url`, else the address of the last server of this store."""
    settings = settings_from()
    if settings.public_url:
        return settings.address
    return await served_address(connection) or settings.address


def missing_from(shop: Shop, what: str, command: str) -> ShopError:
    """The error for an object that the shop does not have. `command` is the command that lists the existing objects."""
    return ShopError(f"{shop.domain} has no {what}; list them with `{command}`")
