"""The address at which a store is served."""

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.server_address import keep_address, served_address


async def test_the_last_address_is_kept(store: Database) -> None:
    async with store.begin() as connection:
        assert await served_address(connection) is None
        for address in ("http://127.0.0.1:1", "http://127.0.0.1:2"):
            await keep_address(connection, address)
    async with store.read() as connection:
        assert await served_address(connection) == "http://127.0.0.1:2"
