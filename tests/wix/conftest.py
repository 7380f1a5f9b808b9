"""A server with a filled site: a new one for each test (`site`), or one for a module of tests that only read
(`shared_site`)."""

from collections.abc import AsyncIterator

import pytest

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.databases import Databases
from tests.wix.site import NOW, Site, open_site


async def _filled(url: str) -> AsyncIterator[Site]:
    database = await open_database(url)
    async with database.begin() as connection:
        shop = await create_shop(connection, "acme.example.com", now=NOW, timezone="America/New_York")
    async with open_site(database, shop) as filled:
        yield filled
    await database.close()


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async for filled in _filled(sqlite_url):
        yield filled


@pytest.fixture(scope="module")
async def shared_site(databases: Databases) -> AsyncIterator[Site]:
    async for filled in _filled(databases.new("sqlite")):
        yield filled
