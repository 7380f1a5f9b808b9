"""A filled site behind a server: a new one for each test, or one for all tests of a module that change nothing."""

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
    async with open_site(database, shop) as made:
        yield made
    await database.close()


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async for made in _filled(sqlite_url):
        yield made


@pytest.fixture(scope="module")
async def standing_site(databases: Databases) -> AsyncIterator[Site]:
    async for made in _filled(databases.new("sqlite")):
        yield made
